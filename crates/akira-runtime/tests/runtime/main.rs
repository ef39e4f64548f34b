//! Tests of the runtime through its public API, with real guests and with scripts.

mod change;
mod clock;
mod device;
mod entry;
mod everything;
mod foreground;
mod guard;
mod heap;
mod hostile;
mod lifecycle;
mod reentry;
mod resources;
mod sanitise;
mod schedule;
mod translation;
mod waiting;
