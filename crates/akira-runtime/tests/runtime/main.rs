//! Tests of the runtime through its public API, with real guests on wasmi and with scripted apps.
//! `tests/spacewasm` runs most of them on the other engine.

mod change;
mod clock;
mod device;
mod entry;
mod everything;
mod foreground;
mod guard;
mod heap;
mod hostile;
mod later;
mod lifecycle;
mod limits;
mod modules;
mod native_code;
mod parts;
mod reentry;
mod resources;
mod restart;
mod sanitise;
mod schedule;
mod translation;
mod waiting;
mod windows;
mod writes;

pub(crate) use akira_runtime::engine::Wasmi as Real;

/// Operations that only some engines support.
pub(crate) use later::OPERATIONS as LATER;

/// Data segment, and the operation that copies it into memory.
pub(crate) const DATA: (&str, &str) = (
    r#"(data $text "hi\00")"#,
    "(memory.init $text (i32.const 0) (i32.const 0) (i32.const 3))",
);
