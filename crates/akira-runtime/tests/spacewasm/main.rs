//! Runs the tests of the runtime on spacewasm, the small engine, and tests what this engine
//! refuses.

#[path = "../runtime/clock.rs"]
mod clock;
#[path = "../runtime/device.rs"]
mod device;
#[path = "../runtime/entry.rs"]
mod entry;
#[path = "../runtime/everything.rs"]
mod everything;
#[path = "../runtime/foreground.rs"]
mod foreground;
#[path = "../runtime/guard.rs"]
mod guard;
#[path = "../runtime/heap.rs"]
mod heap;
#[path = "../runtime/hostile.rs"]
mod hostile;
#[path = "../runtime/lifecycle.rs"]
mod lifecycle;
#[path = "../runtime/parts.rs"]
mod parts;
#[path = "../runtime/reentry.rs"]
mod reentry;
mod refused;
#[path = "../runtime/resources.rs"]
mod resources;
#[path = "../runtime/restart.rs"]
mod restart;
#[path = "../runtime/schedule.rs"]
mod schedule;
#[path = "../runtime/translation.rs"]
mod translation;
#[path = "../runtime/waiting.rs"]
mod waiting;
#[path = "../runtime/writes.rs"]
mod writes;

pub(crate) use akira_runtime::engine::Spacewasm as Real;

/// Operations that only some engines support.
pub(crate) const LATER: &[&str] = &[];

/// Data segment. This engine has no operation that copies one into memory.
pub(crate) const DATA: (&str, &str) = (r#"(data (i32.const 0) "hi\00")"#, "");
