//! Runs the kernels in other engines, for comparison. `cargo xtask bench compute` runs it under
//! callgrind, and without callgrind for times. It is a separate workspace, since these engines take
//! long to build.

mod engines;

use akira_kernels::KERNELS;
use akira_measure::{Line, Metric, Unit};

/// Module with the kernels.
const MODULE: &[u8] = include_bytes!("../../guest/compute.wasm");

fn main() {
    for (name, native) in KERNELS {
        let expected = native();
        for (engine, load) in engines::ALL {
            let mut run = load(MODULE, name);
            let mut check = || assert_eq!(run(), expected, "{name} in {engine}");
            // The first run includes lazy translation.
            check();
            let id = format!("compute/{name}/{engine}");
            let metric = Metric::new(&id, name, Unit::Instructions, 0.0);
            let metric = metric.against(&format!("compute/{name}/akira"));
            Line::measured(metric, 1, check).print();
        }
    }
}
