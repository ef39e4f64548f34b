//! What the store costs: installs against raw writes, reads of a small setting as the store fills, mounts as it grows.
//!
//! `cargo bench -p akira-store` measures the host's time and then prints tables of the flash's work and of the time that
//! this takes a serial NOR flash by its datasheet.

mod scenes;
mod table;

use akira_store_testing::{Datasheet, Timed};
use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use scenes::{Chip, IMAGE, PIECE, chip, filled, install, mounted, read_setting, write_raw};

fn main() {
    divan::main();
    table::print();
}

#[divan::bench]
fn installs(bencher: Bencher<'_, '_>) {
    let image = vec![7; IMAGE];
    bencher
        .counter(BytesCount::new(IMAGE))
        .with_inputs(|| scenes::formatted(chip(16, IMAGE / 4096)))
        .bench_local_refs(|flash| install(flash, 16, &image, PIECE));
}

#[divan::bench]
fn raw_writes(bencher: Bencher<'_, '_>) {
    let image = vec![7; IMAGE];
    bencher
        .counter(BytesCount::new(IMAGE))
        .with_inputs(|| chip(16, IMAGE / 4096))
        .bench_local_refs(|flash| write_raw(flash, 16 * 4096, &image));
}

#[divan::bench(args = [10, 50, 95])]
fn reads_of_a_small_setting(bencher: Bencher<'_, '_>, percent: u32) {
    let (mut flash, keys) = filled(16, percent);
    let mut store = mounted(&mut flash, 16);
    bencher.bench_local(|| read_setting(&mut store, keys / 2));
}

#[divan::bench(args = [4, 16, 64, 128])]
fn mounts(bencher: Bencher<'_, '_>, pages: usize) {
    let (mut flash, keys) = filled(pages, 90);
    bencher
        .counter(ItemsCount::new(keys))
        .bench_local(|| drop(mounted(&mut flash, pages)));
}

/// A flash whose work is counted by the datasheet.
fn timed(flash: Chip) -> Timed<Chip> {
    Timed::new(flash, Datasheet::SERIAL_NOR)
}
