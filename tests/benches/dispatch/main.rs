//! What the runtime costs beyond its engine: the same guests, as apps and in wasmi called directly.
//!
//! `cargo bench -p akira-tests` measures each alone and prints a table of ratios at the end.

mod allocations;
mod apps;
mod bare;
mod device;
mod guest;
mod table;

use apps::Apps;
use bare::{Bare, instantiate};
use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use guest::{Turn, large_module};
use std::rc::Rc;

/// Fuel that no turn uses up.
const NO_SLICE: u64 = 1 << 40;

/// The fuel of a slice where apps are switched.
const SLICE: u64 = 1_000;

/// The size of the module that is loaded, in bytes.
const LOAD_BYTES: usize = 100 << 10;

const TURNS: [Turn; 5] = [
    Turn::Read,
    Turn::Uptime,
    Turn::Print,
    Turn::Delay,
    Turn::Wait,
];

fn main() {
    divan::main();
    table::print();
}

#[divan::bench(args = TURNS)]
fn calls_akira(bencher: Bencher<'_, '_>, turn: Turn) {
    let mut apps = Apps::of(turn, NO_SLICE);
    bencher
        .counter(ItemsCount::new(turn.calls()))
        .bench_local(|| apps.poll());
    apps.check();
}

#[divan::bench(args = TURNS)]
fn calls_wasmi(bencher: Bencher<'_, '_>, turn: Turn) {
    let mut bare = Bare::of(turn, NO_SLICE);
    bencher
        .counter(ItemsCount::new(turn.calls()))
        .bench_local(|| bare.poll());
}

#[divan::bench]
fn slices_akira(bencher: Bencher<'_, '_>) {
    let mut apps = Apps::pair(Turn::Spin, SLICE);
    bencher.bench_local(|| apps.poll());
    apps.check();
}

#[divan::bench]
fn slices_wasmi(bencher: Bencher<'_, '_>) {
    let mut bare = Bare::of(Turn::Spin, SLICE);
    bencher.bench_local(|| bare.poll());
}

#[divan::bench]
fn load_akira(bencher: Bencher<'_, '_>) {
    let image: Rc<[u8]> = large_module(LOAD_BYTES).into();
    let apps = Apps::new(NO_SLICE);
    bencher
        .counter(BytesCount::new(image.len()))
        .bench_local(|| apps.add("app", &image));
}

#[divan::bench]
fn load_wasmi(bencher: Bencher<'_, '_>) {
    let module = large_module(LOAD_BYTES);
    bencher
        .counter(BytesCount::new(module.len()))
        .bench_local(|| instantiate(&module));
}
