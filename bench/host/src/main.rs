//! Measures Akira on a host, next to its engine called directly. `cargo xtask bench` runs this
//! program, under callgrind for instruction counts. Each printed line is an `akira_measure::Line`.

mod allocations;
mod apps;
mod bare;
mod compute;
mod crossing;
mod device;
mod isolation;
mod lifecycle;
mod messages;
mod row;
mod scale;
mod work;

/// Parts of the measurement, with their names.
const PARTS: &[(&str, fn())] = &[
    ("compute", compute::measure),
    ("crossing", crossing::measure),
    ("isolation", isolation::measure),
    ("lifecycle", lifecycle::measure),
    ("scale", scale::measure),
    ("work", work::measure),
];

fn main() {
    let wanted = std::env::args().nth(1).unwrap_or_default();
    let part = PARTS.iter().find(|(name, _)| *name == wanted);
    let Some((_, measure)) = part else {
        let names: Vec<&str> = PARTS.iter().map(|(name, _)| *name).collect();
        panic!("name one part of {names:?}");
    };
    measure();
}

/// Fuel that no turn uses up.
const NO_SLICE: u64 = 1 << 40;

/// Fuel of a slice in the measurements of switches.
const SLICE: u64 = 100;
