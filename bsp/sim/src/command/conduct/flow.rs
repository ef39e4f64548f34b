use std::collections::BTreeSet;

use wasmparser::Operator;

/// Control flow of the reachable code of one function.
#[derive(Debug, Default)]
pub(super) struct Flow {
    /// Whether it can return.
    pub(super) returns: bool,
    /// Whether it can branch back to the start of a loop.
    pub(super) repeats: bool,
    /// Whether it calls through a table.
    pub(super) indirect: bool,
    /// Indices of the functions that it calls.
    pub(super) callees: BTreeSet<u32>,
    /// Callees that get an address outside the linear memory, one entry for each call.
    pub(super) astray: Vec<u32>,
    /// Size in bytes of its stack frame in linear memory, as LLVM allocates it.
    pub(super) frame: u32,
}

/// A block whose end has not been reached.
struct Block {
    is_loop: bool,
    /// Whether it is an `if` without an `else` so far.
    is_if: bool,
    /// Whether its start is reachable.
    entered: bool,
    /// Whether a branch or a reachable `if` arm leads to its end.
    left: bool,
}

/// One pass over the code of a function.
struct Walk<'e, F> {
    flow: Flow,
    open: Vec<Block>,
    live: bool,
    /// For each function index, whether a call never returns to the caller.
    ends: &'e [bool],
    /// Constants pushed since the last instruction that was no constant.
    constants: Vec<i32>,
    is_astray: F,
}

impl Flow {
    /// Analyses the code of a function. `ends` tells for each function index whether a call never
    /// returns. `is_astray` tells whether a call has an address argument outside the memory.
    pub(super) fn of(
        code: &[Operator<'_>],
        ends: &[bool],
        is_astray: impl Fn(u32, &[i32]) -> bool,
    ) -> Self {
        let mut walk = Walk {
            flow: Self {
                frame: frame(code),
                ..Self::default()
            },
            open: Vec::new(),
            live: true,
            ends,
            constants: Vec::new(),
            is_astray,
        };
        walk.begin(false, false);
        for operator in code {
            walk.step(operator);
        }
        walk.flow
    }
}

impl<F: Fn(u32, &[i32]) -> bool> Walk<'_, F> {
    fn step(&mut self, operator: &Operator<'_>) {
        match operator {
            Operator::Block { .. } => self.begin(false, false),
            Operator::Loop { .. } => self.begin(true, false),
            Operator::If { .. } => self.begin(false, true),
            Operator::Else => self.alternative(),
            Operator::End => self.end(),
            _ if !self.live => {}
            Operator::Br { relative_depth } => {
                self.branch(*relative_depth);
                self.live = false;
            }
            Operator::BrIf { relative_depth } => self.branch(*relative_depth),
            Operator::BrTable { targets } => {
                let each = targets.targets().map_while(Result::ok);
                each.chain([targets.default()])
                    .for_each(|depth| self.branch(depth));
                self.live = false;
            }
            Operator::Return => {
                self.flow.returns = true;
                self.live = false;
            }
            Operator::Unreachable => self.live = false,
            Operator::Call { function_index } => self.call(*function_index),
            Operator::CallIndirect { .. } => self.flow.indirect = true,
            Operator::ReturnCall { function_index } => {
                self.call(*function_index);
                self.flow.returns |= self.live;
                self.live = false;
            }
            Operator::ReturnCallIndirect { .. } => {
                self.flow.indirect = true;
                self.flow.returns = true;
                self.live = false;
            }
            _ => {}
        }
        match operator {
            Operator::I32Const { value } => self.constants.push(*value),
            _ => self.constants.clear(),
        }
    }

    fn begin(&mut self, is_loop: bool, is_if: bool) {
        self.open.push(Block {
            is_loop,
            is_if,
            entered: self.live,
            left: false,
        });
    }

    fn alternative(&mut self) {
        if let Some(block) = self.open.last_mut() {
            block.left |= self.live;
            block.is_if = false;
            self.live = block.entered;
        }
    }

    fn end(&mut self) {
        let Some(block) = self.open.pop() else {
            return;
        };
        self.live |= !block.is_loop && block.left;
        self.live |= block.is_if && block.entered;
        if self.open.is_empty() {
            self.flow.returns |= self.live;
        }
    }

    fn branch(&mut self, depth: u32) {
        let index = self.open.len().checked_sub(1 + depth as usize);
        if let Some(block) = index.and_then(|index| self.open.get_mut(index)) {
            block.left = true;
            self.flow.repeats |= block.is_loop;
        }
    }

    fn call(&mut self, function: u32) {
        self.flow.callees.insert(function);
        if (self.is_astray)(function, &self.constants) {
            self.flow.astray.push(function);
        }
        self.live = !self
            .ends
            .get(function as usize)
            .copied()
            .unwrap_or_default();
    }
}

/// Returns the number of bytes that a function takes from the stack whose pointer is global 0.
fn frame(code: &[Operator<'_>]) -> u32 {
    let taken = code.windows(3).find_map(|three| match three {
        [
            Operator::GlobalGet { global_index: 0 },
            Operator::I32Const { value },
            Operator::I32Sub,
        ] => u32::try_from(*value).ok(),
        _ => None,
    });
    taken.unwrap_or_default()
}
