//! The runtime and its engine, configured as the Cortex-M4 board configures them (`bsp/qemu-mps2/src/config.rs`).

#![no_std]
#![no_main]

extern crate alloc;

mod apps;
mod compute;
mod device;

use akira_bench_mcu::{entry, report};

#[cfg(feature = "spacewasm")]
use akira_runtime::engine::Spacewasm as TheEngine;
#[cfg(not(feature = "spacewasm"))]
use akira_runtime::engine::Wasmi as TheEngine;

/// What an app computes before others get their turn: 2 ms at 64 MHz.
const SLICE: u64 = 7_000;

/// The bytes of the engine's stack of an app.
const STACK_BYTES: u32 = 4 << 10;

/// How deep an app's calls may nest.
const CALL_DEPTH: u32 = 128;

/// The most elements of a table.
const TABLE_ELEMENTS: u32 = 256;

#[entry]
fn main() -> ! {
    report::all_of(|| {
        compute::measure();
        apps::measure();
    })
}
