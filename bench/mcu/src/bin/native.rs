//! Runs the kernels as a native program, which is the upper limit.

#![no_std]
#![no_main]

use akira_bench_mcu::{count, entry, report};
use akira_kernels::KERNELS;

#[entry]
fn main() -> ! {
    report::all_of(measure)
}

fn measure() {
    for (name, native) in KERNELS {
        let (instructions, _) = count(native);
        report::number(format_args!("compute {name}"), instructions);
    }
}
