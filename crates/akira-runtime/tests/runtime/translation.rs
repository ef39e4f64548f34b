//! Tests of slices that end while the engine translates code.

use crate::Real;
use crate::device::{install, run_to_end, runtime, wasm};
use akira_runtime::{Config, Exit};
use std::fmt::Write;

/// Returns a guest that calls functions of growing size, each for the first time.
fn many_functions(count: usize) -> String {
    let mut text = String::from("(module (global $sum (mut i32) (i32.const 0))");
    for index in 0..count {
        write!(text, "(func $f{index}").expect("a string takes all");
        for _ in 0..=index * 4 {
            text += "(global.set $sum (i32.add (global.get $sum) (i32.const 1)))";
        }
        text += ")";
    }
    text += "(func (export \"main\") (result i32)";
    for index in 0..count {
        write!(text, "(call $f{index})").expect("a string takes all");
    }
    text + "(global.get $sum)))"
}

#[test]
fn a_slice_that_ends_before_a_first_call_does_not_end_the_app() {
    let guest = wasm(&many_functions(40));
    let sum = (0..40).map(|index| index * 4 + 1).sum();
    for slice in [1, 10, 100, 1_000, 2_000, 3_500, 10_000, 40_000] {
        let mut config = Config::default();
        config.slice_fuel = slice;
        let runtime = runtime(Real, config);
        install(&runtime, "many", guest.clone());
        assert_eq!(
            run_to_end(&runtime, "many"),
            Exit::Returned(sum),
            "slice {slice}"
        );
    }
}
