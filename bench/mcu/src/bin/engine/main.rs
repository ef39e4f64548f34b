//! Runtime and engine with the configuration of the Cortex-M4 board
//! (`bsp/qemu-mps2/src/config.rs`).

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

/// Fuel of a slice: 2 ms at 64 MHz.
const SLICE: u64 = 7_000;

/// Size of the engine's stack of an app, in bytes.
const STACK_BYTES: u32 = 4 << 10;

/// Maximum call depth of an app.
const CALL_DEPTH: u32 = 128;

/// Maximum number of elements of a table.
const TABLE_ELEMENTS: u32 = 256;

#[entry]
fn main() -> ! {
    report::all_of(|| {
        compute::measure();
        apps::measure();
    })
}
