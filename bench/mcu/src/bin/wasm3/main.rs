//! Measures wasm3, as published in C. `cargo xtask bench` compiles it, and the build script links
//! it.

#![no_std]
#![no_main]
#![deny(unsafe_code)]

extern crate alloc;

#[expect(
    unsafe_code,
    reason = "functions of C, and pointers that they take and return"
)]
mod interpreter;
#[expect(unsafe_code, reason = "what wasm3 wants of a C library")]
mod libc;

use akira_bench_mcu::modules::{CALLS, CALLS_PER_TURN, COMPUTE, LOADED, LOOP};
use akira_bench_mcu::{count, entry, heap, report, stack};
use akira_kernels::KERNELS;

use interpreter::Interpreter;

/// Size of the guests' linear memory, in bytes.
const PAGE_BYTES: usize = 64 << 10;

#[entry]
fn main() -> ! {
    report::all_of(|| {
        compute();
        calls();
        load();
    })
}

fn compute() {
    let interpreter = Interpreter::new(COMPUTE);
    let mut deepest = 0;
    for (name, native) in KERNELS {
        // The first call includes the translation.
        let (stack, _) = stack::used_by(|| interpreter.call(name));
        let (instructions, result) = count(|| interpreter.call(name));
        assert_eq!(result, native(), "{name}");
        report::number(format_args!("compute {name}"), instructions);
        deepest = deepest.max(stack);
    }
    report::number(format_args!("stack compute"), deepest as u64);
}

fn calls() {
    let empty = turn(LOOP);
    for (name, guest) in CALLS {
        let calls = turn(guest).saturating_sub(empty);
        // wasm3 cannot suspend a call: its turn ends there, and the difference is 0.
        if calls > 0 {
            report::each(format_args!("call {name}"), calls, CALLS_PER_TURN);
        }
    }
}

/// Returns the instructions of one turn of a guest, up to its wait.
fn turn(guest: &'static [u8]) -> u64 {
    let interpreter = Interpreter::new(guest);
    // The first turn translates the functions.
    interpreter.run_to_its_wait();
    count(|| interpreter.run_to_its_wait()).0
}

fn load() {
    let mut deepest = 0;
    for (size, module) in LOADED {
        heap::forget_peak();
        let before = heap::used() + PAGE_BYTES;
        let (loading, interpreter) = count(|| Interpreter::new(module));
        report::number(format_args!("load {size}k"), loading);
        report::number(
            format_args!("load-rest {size}k"),
            (heap::used() - before) as u64,
        );
        report::number(
            format_args!("load-peak {size}k"),
            (heap::peak() - before) as u64,
        );
        let (stack, (translation, ())) = stack::used_by(|| count(|| interpreter.translate()));
        report::number(format_args!("load-eager {size}k"), loading + translation);
        deepest = deepest.max(stack);
    }
    report::number(format_args!("stack load"), deepest as u64);
}
