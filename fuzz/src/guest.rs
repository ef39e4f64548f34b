//! Guests that make a sequence of native calls with arbitrary arguments.

use std::fmt;

use akira::Trap;
use akira::abi::{Errno, NativeCall, Needs, Ret, ValType};
use wasm_encoder::{
    CodeSection, ConstExpr, DataSection, EntityType, ExportKind, ExportSection, Function,
    FunctionSection, ImportSection, InstructionSink, MemorySection, MemoryType, Module,
    TypeSection, ValType as WasmType,
};

use crate::input::Input;

/// Maximum number of calls of one guest.
const MOST_CALLS: usize = 48;

/// Address of the input's bytes in the guest's memory, for pointers.
const SEED: u32 = 1_024;

/// Size of the guest's memory, in bytes.
const MEMORY: u32 = 65_536;

const MEMORY_TYPE: MemoryType = MemoryType {
    minimum: (MEMORY >> 16) as u64,
    maximum: None,
    memory64: false,
    shared: false,
    page_size_log2: None,
};

/// Guest: the calls of its `main`, and the content of its memory.
#[derive(Debug, Default)]
pub struct Guest {
    memory: Vec<u8>,
    calls: Vec<Invocation>,
}

/// Call with its arguments.
struct Invocation {
    row: &'static NativeCall,
    arguments: Vec<Argument>,
}

/// Argument: a constant, or the result of an earlier call, so that handles are used.
#[derive(Debug)]
enum Argument {
    Constant(u32),
    Result(u8),
}

impl Guest {
    /// Trap with which a judging guest reports a call that was not refused. No native call ends a
    /// guest with this trap.
    pub const VERDICT: Trap = Trap::DivisionByZero;

    /// Parses a guest from the input: the number of bytes in memory and these bytes; then, for each
    /// call, two bytes for the row of the call table and its arguments.
    pub fn read(input: &mut Input<'_>) -> Self {
        let size = input.byte();
        let memory = input.take(size.into()).to_vec();
        let rows: Vec<_> = akira::abi::all().collect();
        let mut calls = Vec::new();
        while !input.is_empty() && calls.len() < MOST_CALLS {
            calls.push(Invocation::read(&rows, input, calls.len()));
        }
        Self { memory, calls }
    }

    /// Returns the guest as a module whose `main` makes the calls.
    pub fn module(&self) -> Vec<u8> {
        self.encode(MEMORY_TYPE, false)
    }

    /// Returns the guest as a module that ends with [`Guest::VERDICT`] if a call that needs a
    /// capability is not refused.
    pub fn judging_module(&self) -> Vec<u8> {
        self.encode(MEMORY_TYPE, true)
    }

    fn encode(&self, memory: MemoryType, judging: bool) -> Vec<u8> {
        let (mut types, mut imports) = (TypeSection::new(), ImportSection::new());
        for (index, call) in (0..).zip(&self.calls) {
            let result = call.row.wasm_result().map(wasm);
            types
                .ty()
                .function(call.row.wasm_params().map(wasm), result);
            imports.import(
                call.row.module.name(),
                call.row.name,
                EntityType::Function(index),
            );
        }
        let main = self.calls.len() as u32;
        types.ty().function([], [WasmType::I32]);
        let mut module = Module::new();
        module
            .section(&types)
            .section(&imports)
            .section(FunctionSection::new().function(main))
            .section(MemorySection::new().memory(memory))
            .section(&exports(main))
            .section(CodeSection::new().function(&self.main(judging)))
            .section(DataSection::new().active(
                0,
                &ConstExpr::i32_const(SEED as i32),
                self.memory.iter().copied(),
            ));
        module.finish()
    }

    /// Creates `main`, with a local for the result of each call.
    fn main(&self, judging: bool) -> Function {
        let mut main = Function::new([(self.calls.len() as u32, WasmType::I32)]);
        let mut code = main.instructions();
        for (index, call) in (0..).zip(&self.calls) {
            call.encode(index, &mut code);
            if judging && call.shows_refusal() {
                judge(index, call.row, &mut code);
            }
        }
        code.i32_const(0).end();
        main
    }
}

impl Invocation {
    fn read(rows: &[&'static NativeCall], input: &mut Input<'_>, calls: usize) -> Self {
        let row = rows[usize::from(input.half()) % rows.len()];
        let arguments = row.params.iter().map(|_| Argument::read(input, calls));
        Self {
            row,
            arguments: arguments.collect(),
        }
    }

    fn encode(&self, index: u32, code: &mut InstructionSink<'_>) {
        for (argument, kind) in self.arguments.iter().zip(self.row.wasm_params()) {
            argument.encode(code);
            if kind == ValType::I64 {
                code.i64_extend_i32_s();
            }
        }
        code.call(index);
        match self.row.wasm_result() {
            Some(ValType::I64) => code.i32_wrap_i64().local_set(index),
            Some(ValType::I32) => code.local_set(index),
            None => code,
        };
    }

    /// Returns whether the result of the call shows that it was refused.
    fn shows_refusal(&self) -> bool {
        self.row.needs != Needs::Nothing && self.row.wasm_result() == Some(ValType::I32)
    }
}

impl fmt::Debug for Invocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{:?}", self.row.name, self.arguments)
    }
}

impl Argument {
    /// Reads an argument of a call with `calls` calls before it. Most arguments are small numbers
    /// or addresses, since few other words have an effect.
    fn read(input: &mut Input<'_>, calls: usize) -> Self {
        let kind = input.byte();
        if kind % 8 == 7 {
            return Self::Constant(input.word());
        }
        let byte = u32::from(input.byte());
        match kind % 8 {
            0 | 1 => Self::Constant(byte),
            2 => Self::Constant(byte.wrapping_neg()),
            3 => Self::Constant(MEMORY - byte),
            4 if calls > 0 => Self::Result((byte as usize % calls) as u8),
            _ => Self::Constant(SEED + byte),
        }
    }

    fn encode(&self, code: &mut InstructionSink<'_>) {
        match self {
            Self::Constant(value) => code.i32_const(*value as i32),
            Self::Result(index) => code.local_get((*index).into()),
        };
    }
}

/// Returns a module that imports `count` rows of the call table.
pub fn imports(input: &mut Input<'_>, count: u32) -> Vec<u8> {
    let rows: Vec<_> = akira::abi::all().collect();
    let (mut types, mut imports) = (TypeSection::new(), ImportSection::new());
    for index in 0..count {
        let row = rows[usize::from(input.half()) % rows.len()];
        let result = row.wasm_result().map(wasm);
        types.ty().function(row.wasm_params().map(wasm), result);
        imports.import(row.module.name(), row.name, EntityType::Function(index));
    }
    let mut module = Module::new();
    module.section(&types).section(&imports);
    module.finish()
}

/// Returns a module with the exports of an app: its entry, and a memory.
pub fn exports_main(memory: MemoryType) -> Vec<u8> {
    Guest::default().encode(memory, false)
}

/// Emits code that traps unless the result of a call is its refusal without the capability, or says
/// that the call does not exist.
fn judge(result: u32, row: &NativeCall, code: &mut InstructionSink<'_>) {
    let absent = match row.result {
        Ret::Flag => 0,
        _ => Errno::ENOSYS.code(),
    };
    let answers = [row.denied.number(), absent, Errno::ENOTSUP.code()];
    for answer in answers {
        code.local_get(result).i32_const(answer).i32_ne();
    }
    code.i32_and().i32_and().if_(wasm_encoder::BlockType::Empty);
    code.i32_const(1).i32_const(0).i32_div_u().drop().end();
}

fn exports(main: u32) -> ExportSection {
    let mut exports = ExportSection::new();
    exports.export("main", ExportKind::Func, main);
    exports.export("memory", ExportKind::Memory, 0);
    exports
}

fn wasm(kind: ValType) -> WasmType {
    match kind {
        ValType::I32 => WasmType::I32,
        ValType::I64 => WasmType::I64,
    }
}
