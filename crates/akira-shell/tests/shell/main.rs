//! Tests of the shell through its public API: whole sessions over a link in memory.

mod apps;
mod clock;
mod device;
mod editing;
mod garbage;
mod install;
mod link;
mod log;
mod resume;
mod token;
