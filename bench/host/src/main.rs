//! Measures Akira on a host, side by side with its engine called directly. `cargo xtask bench` runs it, under callgrind
//! for what is counted in instructions; each line that it prints is a `akira_measure::Line`.

mod allocations;
mod apps;
mod bare;
mod crossing;
mod device;
mod guest;
mod row;

use clap::{Parser, ValueEnum};

/// Measures one part.
#[derive(Parser)]
struct Cli {
    part: Part,
}

#[derive(Clone, Copy, ValueEnum)]
enum Part {
    Crossing,
}

fn main() {
    match Cli::parse().part {
        Part::Crossing => crossing::measure(),
    }
}

/// Fuel that no turn uses up.
const NO_SLICE: u64 = 1 << 40;

/// The fuel of a slice where apps are switched.
const SLICE: u64 = 1_000;
