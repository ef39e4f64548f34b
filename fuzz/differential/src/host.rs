//! Functions that generated modules import. Their results depend only on the calls and arguments so
//! far, so they are the same on every engine.

use super::random::mixed;
use wasm_encoder::{EntityType, ImportSection, Module, TypeSection, ValType};

/// Native call of a generated module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Native {
    Now,
    Add,
    Wait,
    WaitWide,
    Note,
    Rest,
    Fail,
    Poke,
    Leave,
}

/// Native calls with their names and types.
pub(super) const NATIVES: &[(Native, &str, &[ValType], &[ValType])] = &[
    (Native::Now, "now", &[], &[ValType::I64]),
    (
        Native::Add,
        "add",
        &[ValType::I32, ValType::I32],
        &[ValType::I32],
    ),
    (Native::Wait, "wait", &[ValType::I32], &[ValType::I32]),
    (
        Native::WaitWide,
        "wait_wide",
        &[ValType::I64, ValType::I32],
        &[ValType::I64],
    ),
    (Native::Note, "note", &[ValType::I32], &[]),
    (Native::Rest, "rest", &[], &[]),
    (Native::Fail, "fail", &[ValType::I32], &[ValType::I32]),
    (
        Native::Poke,
        "poke",
        &[ValType::I32, ValType::I64],
        &[ValType::I32],
    ),
    (Native::Leave, "leave", &[ValType::I32], &[]),
];

/// Finds a native call by its name.
pub(super) fn find(name: &str) -> Option<Native> {
    let mut natives = NATIVES.iter();
    natives
        .find(|(_, known, ..)| *known == name)
        .map(|row| row.0)
}

/// Effect of a native call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Value(i64),
    /// A value, after a pause.
    Later(i64),
    Exit(i32),
    Trap,
}

/// Calls so far: their number, and a digest of them and their arguments.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Calls {
    pub(super) count: u32,
    pub(super) digest: u64,
}

impl Calls {
    /// Makes a call.
    pub(super) fn make(&mut self, native: Native, words: &[u32], memory: &mut [u8]) -> Answer {
        self.count += 1;
        self.digest = mixed(self.digest ^ native as u64);
        for word in words {
            self.digest = mixed(self.digest ^ u64::from(*word));
        }
        let value = self.digest as i64;
        match native {
            Native::Wait | Native::WaitWide | Native::Rest => Answer::Later(value),
            Native::Fail if self.digest % 4 == 0 => Answer::Trap,
            Native::Leave if self.digest % 4 == 0 => Answer::Exit(value as i32),
            Native::Poke => Answer::Value(poke(words, memory)),
            _ => Answer::Value(value),
        }
    }
}

/// Writes a byte and returns the previous one.
fn poke(words: &[u32], memory: &mut [u8]) -> i64 {
    let [address, value] = words else {
        return -1;
    };
    let Some(place) = (*address as usize).checked_rem(memory.len()) else {
        return -2;
    };
    core::mem::replace(&mut memory[place], *value as u8).into()
}

/// Returns a module that imports every native call, from which wasm-smith chooses.
pub(super) fn available() -> Vec<u8> {
    let (mut types, mut imports) = (TypeSection::new(), ImportSection::new());
    for (index, (_, name, params, results)) in NATIVES.iter().enumerate() {
        types
            .ty()
            .function(params.iter().copied(), results.iter().copied());
        imports.import("env", name, EntityType::Function(index as u32));
    }
    let mut module = Module::new();
    module.section(&types).section(&imports);
    module.finish()
}
