use super::operations::{BULK, LATER, TABLE, of_memory, of_numbers};
use super::{RESULTS, Shape, params_of, results_of, type_index};
use crate::Choices;
use wasm_encoder::{Encode, Function, ValType};

const NOP: u8 = 0x01;
const BLOCK: u8 = 0x02;
const LOOP: u8 = 0x03;
const IF: u8 = 0x04;
const ELSE: u8 = 0x05;
const END: u8 = 0x0b;
const BR: u8 = 0x0c;
const BR_IF: u8 = 0x0d;
const BR_TABLE: u8 = 0x0e;
const RETURN: u8 = 0x0f;
const CALL: u8 = 0x10;
const CALL_INDIRECT: u8 = 0x11;
const DROP: u8 = 0x1a;
const SELECT: u8 = 0x1b;
const LOCAL_GET: u8 = 0x20;
const LOCAL_SET: u8 = 0x21;
const I32_CONST: u8 = 0x41;
const I32_EQZ: u8 = 0x45;

/// Body of a function under construction.
pub(super) struct Body<'a, 'c> {
    choices: &'a mut Choices<'c>,
    shape: &'a Shape,
    ty: u32,
    code: Vec<u8>,
}

impl<'a, 'c> Body<'a, 'c> {
    pub(super) fn new(choices: &'a mut Choices<'c>, shape: &'a Shape, ty: u32) -> Self {
        Self {
            choices,
            shape,
            ty,
            code: Vec::new(),
        }
    }

    /// Fills the body with about `bytes` bytes.
    pub(super) fn of_bytes(mut self, bytes: usize) -> Function {
        let mut locals = vec![
            (1, ValType::I32),
            (1, ValType::I64),
            (1, ValType::F32),
            (1, ValType::F64),
        ];
        if self.choices.one_in(8) {
            locals.push((self.choices.count(8_000) as u32, ValType::I32));
        }
        // Most functions repeat one kind of fragment, which shows the highest cost of that kind.
        let kind = self.choices.number();
        let mixed = self.choices.one_in(3);
        while self.code.len() + 8 < bytes {
            let left = bytes - self.code.len();
            let kind = if mixed { self.choices.number() } else { kind };
            let most = if mixed { left.min(256) } else { left };
            // A fragment is empty if there is no room for one; the `nop` keeps the loop finite.
            self.code.push(NOP);
            self.fragment(kind as usize, most);
        }
        self.values(results_of(self.ty));
        self.code.push(END);
        let mut function = Function::new(locals);
        function.raw(self.code);
        function
    }

    fn fragment(&mut self, kind: usize, bytes: usize) {
        match kind % 16 {
            0 => self.preserved_locals(bytes),
            1 => self.branches_with_values(bytes),
            2 => self.nested_ifs(bytes),
            3 => self.branch_table(bytes),
            4 => self.calls(bytes),
            5 => self.returns(bytes),
            6 => self.nested_blocks(bytes),
            7 => self.unreachable(bytes),
            8 => self.constants(bytes),
            9 => self.flat_blocks(bytes),
            10 => self.one_operation(bytes),
            11 => self.globals(bytes),
            12 => self.overwritten_locals(bytes),
            13 => self.selects(bytes),
            _ => self.operations(bytes.min(512)),
        }
    }

    fn number(&mut self, number: u32) {
        number.encode(&mut self.code);
    }

    fn get(&mut self, ty: u8) {
        self.code.push(LOCAL_GET);
        self.number(params_of(self.ty) + u32::from(ty));
    }

    fn set(&mut self, ty: u8) {
        self.code.push(LOCAL_SET);
        self.number(params_of(self.ty) + u32::from(ty));
    }

    /// Pushes `count` values of type i32, from locals or constants.
    fn values(&mut self, count: u32) {
        let constants = self.choices.one_in(2);
        for _ in 0..count {
            if constants {
                self.code.extend_from_slice(&[I32_CONST, 1]);
            } else {
                self.get(0);
            }
        }
    }

    fn drops(&mut self, count: usize) {
        self.code.extend(std::iter::repeat_n(DROP, count));
    }

    /// Begins a block with `results` results.
    fn begin(&mut self, operation: u8, results: u32) {
        self.code.push(operation);
        match results {
            0 => self.code.push(0x40),
            1 => self.code.push(0x7f),
            _ => {
                let place = RESULTS.iter().position(|known| *known == results);
                i64::from(type_index(0, place.unwrap_or(0))).encode(&mut self.code);
            }
        }
    }

    /// Chooses the number of results of a block. WebAssembly 1.0 allows one at most.
    fn results(&mut self) -> u32 {
        let most = if self.shape.first_version { 2 } else { 4 };
        RESULTS[self.choices.below(most)]
    }

    /// Chooses a function of the module. Returns its type and its index.
    fn callee(&mut self) -> (u32, u32) {
        let place = self.choices.below(self.shape.functions.len());
        let ty = self.shape.functions.get(place);
        // If no other function is defined, the callee is `main`, of type 0.
        let index = ty.map_or(0, |_| place as u32 + 1);
        (ty.copied().unwrap_or(0), self.shape.imports + index)
    }

    fn preserved_locals(&mut self, bytes: usize) {
        let count = self.choices.count(bytes / 4).min(4_000);
        for _ in 0..count {
            self.get(0);
        }
        let operation = self.choices.one_of(&[BLOCK, LOOP]);
        self.begin(operation, 0);
        self.code.push(END);
        self.drops(count);
    }

    /// Emits a chain of `select`s. The result of each is an operand of the next; each condition
    /// compares a local with 0.
    fn selects(&mut self, bytes: usize) {
        self.code.extend_from_slice(&[I32_CONST, 1]);
        for _ in 0..self.choices.count(bytes / 6) {
            self.code.extend_from_slice(&[I32_CONST, 2]);
            self.get(0);
            self.code.extend_from_slice(&[I32_EQZ, SELECT]);
        }
        self.set(0);
    }

    fn branches_with_values(&mut self, bytes: usize) {
        let results = self.results();
        self.begin(BLOCK, results);
        self.values(results);
        for _ in 0..self.choices.count(bytes / 4) {
            self.get(0);
            self.code.extend_from_slice(&[BR_IF, 0]);
        }
        self.code.push(END);
        self.drops(results as usize);
    }

    fn nested_ifs(&mut self, bytes: usize) {
        let results = self.results();
        let most = bytes / (8 + 4 * results as usize);
        let depth = self.choices.count(most).min(1_000);
        let has_else = results > 0 || self.choices.one_in(2);
        for _ in 0..depth {
            self.get(0);
            self.begin(IF, results);
        }
        for _ in 0..depth {
            self.values(results);
            if has_else {
                self.code.push(ELSE);
                self.values(results);
            }
            self.code.push(END);
            self.drops(results as usize);
        }
    }

    fn branch_table(&mut self, bytes: usize) {
        let results = self.results();
        let blocks = self.choices.count(100).max(1);
        for _ in 0..blocks {
            self.begin(BLOCK, results);
        }
        self.values(results);
        self.get(0);
        let targets = self.choices.count(bytes.min(4_096));
        self.code.push(BR_TABLE);
        self.number(targets as u32);
        for index in 0..=targets {
            self.number((index % blocks) as u32);
        }
        for block in 1..=blocks {
            self.code.push(END);
            self.drops(results as usize);
            if block < blocks {
                self.values(results);
            }
        }
    }

    fn calls(&mut self, bytes: usize) {
        let indirect = self.shape.has_table && self.choices.one_in(3);
        let (ty, function) = self.callee();
        for _ in 0..self.choices.count(bytes / (4 + 2 * params_of(ty) as usize)) {
            self.values(params_of(ty));
            if indirect {
                self.code.extend_from_slice(&[I32_CONST, 0, CALL_INDIRECT]);
                self.number(ty);
                self.code.push(0);
            } else {
                self.code.push(CALL);
                self.number(function);
            }
            self.drops(results_of(ty) as usize);
        }
    }

    fn returns(&mut self, bytes: usize) {
        let results = results_of(self.ty);
        for _ in 0..self.choices.count(bytes / (8 + 2 * results as usize)) {
            self.get(0);
            self.begin(IF, 0);
            self.values(results);
            self.code.extend_from_slice(&[RETURN, END]);
        }
    }

    fn nested_blocks(&mut self, bytes: usize) {
        let depth = self.choices.count(bytes / 3).min(1_000);
        let operation = self.choices.one_of(&[BLOCK, LOOP]);
        let branches = operation == BLOCK && self.choices.one_in(2);
        for _ in 0..depth {
            self.begin(operation, 0);
        }
        if depth > 0 && branches {
            self.code.push(BR);
            self.number(depth as u32 - 1);
        }
        self.code.extend(std::iter::repeat_n(END, depth));
    }

    /// Emits code after `unreachable`. It is still validated, and the stack there provides any
    /// operands that it needs.
    fn unreachable(&mut self, bytes: usize) {
        let (_, function) = self.callee();
        self.begin(BLOCK, 0);
        self.code.push(0x00);
        for _ in 0..self.choices.count(bytes / 3) {
            self.code.push(CALL);
            self.number(function);
            self.code.push(0x00);
        }
        self.code.push(END);
    }

    fn constants(&mut self, bytes: usize) {
        let constant: &[u8] = self.choices.one_of(&[
            &[I32_CONST, 0x7f][..],
            &[0x42, 0x7f],
            &[0x43, 0, 0, 0, 0],
            &[0x44, 0, 0, 0, 0, 0, 0, 0, 0],
        ]);
        let count = self.choices.count(bytes / (constant.len() + 1)).min(8_000);
        for _ in 0..count {
            self.code.extend_from_slice(constant);
        }
        if self.choices.one_in(2) {
            self.begin(LOOP, 0);
            self.code.push(END);
        }
        self.drops(count);
    }

    fn flat_blocks(&mut self, bytes: usize) {
        let operation = self.choices.one_of(&[BLOCK, LOOP]);
        let branches = operation == BLOCK && self.choices.one_in(2);
        for _ in 0..self.choices.count(bytes / 5) {
            self.begin(operation, 0);
            if branches {
                self.code.extend_from_slice(&[BR, 0]);
            }
            self.code.push(END);
        }
    }

    /// Emits the same operation repeatedly.
    fn one_operation(&mut self, bytes: usize) {
        let kind = self.choices.number() as usize;
        let begin = self.code.len();
        self.operation(kind);
        let sequence = self.code[begin..].to_vec();
        for _ in 1..self.choices.count(bytes / sequence.len()).max(1) {
            self.code.extend_from_slice(&sequence);
        }
    }

    fn globals(&mut self, bytes: usize) {
        let global = self.choices.below(4) as u8;
        for _ in 0..self.choices.count(bytes / 4) {
            self.code.extend_from_slice(&[0x23, global, 0x24, global]);
        }
    }

    fn overwritten_locals(&mut self, bytes: usize) {
        let count = self.choices.count(bytes / 8).clamp(1, 4_000);
        for _ in 0..count {
            self.get(0);
        }
        self.code.extend_from_slice(&[I32_CONST, 1]);
        self.set(0);
        self.drops(count);
    }

    fn operations(&mut self, bytes: usize) {
        let end = self.code.len() + bytes;
        while self.code.len() < end {
            let kind = self.choices.number() as usize;
            self.operation(kind);
        }
    }

    fn operation(&mut self, kind: usize) {
        let (kind, which) = (kind % 8, kind / 8);
        let later = !self.shape.first_version;
        match kind {
            0 if self.shape.has_memory => self.access(which),
            1 if later => self.code.extend_from_slice(LATER[which % LATER.len()]),
            2 if later && self.shape.has_memory => {
                self.code.extend_from_slice(BULK[which % BULK.len()]);
            }
            3 if later && self.shape.has_table => {
                self.code.extend_from_slice(TABLE[which % TABLE.len()]);
            }
            4 => {
                self.get(0);
                self.get(0);
                self.get(0);
                self.code.push(0x1b);
                self.set(0);
            }
            _ => self.numeric(which),
        }
    }

    fn numeric(&mut self, which: usize) {
        let operation = of_numbers(which);
        for _ in 0..operation.count {
            self.get(operation.takes);
        }
        self.code.push(operation.operation);
        if self.choices.one_in(2) {
            self.set(operation.gives);
        } else {
            self.code.push(DROP);
        }
    }

    fn access(&mut self, which: usize) {
        let (operation, ty) = of_memory(which);
        let offset = self.choices.one_of(&[0, 1 << 14, u32::MAX]);
        self.code.extend_from_slice(&[I32_CONST, 0]);
        let stores = operation >= 0x36;
        if stores {
            self.get(ty);
        }
        self.code.extend_from_slice(&[operation, 0]);
        self.number(offset);
        if !stores {
            self.code.push(DROP);
        }
    }
}
