//! Tables of the flash's work.

use crate::scenes::{IMAGE, chip, filled, formatted, install, mounted, read_setting, write_raw};
use crate::timed;

pub(crate) fn print() {
    installs();
    reads();
    mounts();
}

fn installs() {
    let image = vec![7; IMAGE];
    let mut raw = timed(chip(16, IMAGE / 4096));
    write_raw(&mut raw, 16 * 4096, &image);
    let raw = raw.meter().take();
    println!(
        "\n1 MiB installed, against raw writes of {:.1} s",
        seconds(raw.nanoseconds)
    );
    println!("| pieces of | pages erased | programmed | read | time | raw / install |");
    println!("|---|---|---|---|---|---|");
    for piece in [64, 256, 512, 4096] {
        let mut flash = timed(formatted(chip(16, IMAGE / 4096)));
        install(&mut flash, 16, &image, piece);
        let work = flash.meter().take();
        let ratio = raw.nanoseconds as f64 / work.nanoseconds as f64;
        println!(
            "| {piece} | {} | {} KiB | {} KiB | {:.1} s | {ratio:.3} |",
            work.erases,
            work.program_bytes >> 10,
            work.read_bytes >> 10,
            seconds(work.nanoseconds),
        );
    }
}

fn reads() {
    println!("\nA setting of 24 bytes read, of a store of 16 pages");
    println!("| full | settings | reads | bytes | time |");
    println!("|---|---|---|---|---|");
    for percent in [10, 50, 95] {
        let (flash, keys) = filled(16, percent);
        let mut flash = timed(flash);
        let meter = flash.meter();
        let mut store = mounted(&mut flash, 16);
        meter.take();
        for n in 0..keys {
            read_setting(&mut store, n);
        }
        let work = meter.take();
        let each = |all: u64| all as f64 / keys as f64;
        println!(
            "| {percent} % | {keys} | {:.1} | {:.0} | {:.1} us |",
            each(work.reads),
            each(work.read_bytes),
            each(work.nanoseconds) / 1e3,
        );
    }
}

fn mounts() {
    println!("\nMounted, 90 % full");
    println!("| pages | records | read | time | time for a record |");
    println!("|---|---|---|---|---|");
    for pages in [4, 16, 64, 128] {
        let (flash, keys) = filled(pages, 90);
        let mut flash = timed(flash);
        drop(mounted(&mut flash, pages));
        let work = flash.meter().take();
        println!(
            "| {pages} | {keys} | {} KiB | {:.1} ms | {:.1} us |",
            work.read_bytes >> 10,
            work.nanoseconds as f64 / 1e6,
            work.nanoseconds as f64 / 1e3 / keys as f64,
        );
    }
}

fn seconds(nanoseconds: u64) -> f64 {
    nanoseconds as f64 / 1e9
}
