//! Tests that apps which never wait delay others by one slice at most.

use crate::apps::{beats, read, renamed, start_metronome};
use crate::device::Console;

/// Maximum delay of an app: a slice, plus the cost of the metronomes and their log lines.
fn allowance_us(console: &Console, metronomes: u64) -> u64 {
    let config = console.device.runtime().config();
    let slice_us = config.slice_fuel * 1_000 / config.fuel_per_ms;
    slice_us + metronomes * 100
}

/// Runs metronomes beside spinning apps, until the spinning apps have been stopped.
fn run_beside(spins: usize, metronomes: u64) {
    let console = Console::bare();
    let allowance_us = allowance_us(&console, metronomes);
    for number in 0..metronomes {
        start_metronome(&console, &format!("metronome {number}"));
    }
    for number in 0..spins {
        let name = format!("spin {number}");
        console.install(&name, &renamed(&read("spin"), &name));
        console.start(&name);
    }
    console.run_ms(20_000);
    for number in 0..spins {
        let last = console.last_text(&format!("spin {number}"));
        assert!(last.starts_with("trapped: CPU budget used up"), "{last}");
    }
    for number in 0..metronomes {
        let beats = beats(&console, &format!("metronome {number}"));
        assert!(beats.count >= 1_990, "missed a beat: {beats:?}");
        assert!(
            beats.late_us <= allowance_us,
            "late by more than {allowance_us} us: {beats:?}"
        );
        assert!(beats.late_us > 100, "nobody was in its way: {beats:?}");
    }
}

#[test]
fn one_app_that_spins_delays_no_other_by_more_than_a_slice() {
    run_beside(1, 4);
}

#[test]
fn three_apps_that_spin_delay_no_other_by_more_than_a_slice() {
    run_beside(3, 4);
}

#[test]
fn an_app_alone_is_never_late() {
    let console = Console::bare();
    start_metronome(&console, "metronome");
    console.run_ms(20_000);
    let beats = beats(&console, "metronome");
    assert!(beats.count >= 1_990 && beats.late_us < 100, "{beats:?}");
}

#[test]
fn apps_that_spin_share_the_cpu_evenly() {
    let console = Console::bare();
    let image = read("spin");
    for name in ["a", "b", "c"] {
        console.install(name, &renamed(&image, name));
        console.start(name);
    }
    console.run_ms(3_000);
    let fuel = |name| console.info(name).run.expect("it runs").fuel;
    let slice = console.device.runtime().config().slice_fuel;
    let all = ["a", "b", "c"].map(fuel);
    let spread = all.iter().max().zip(all.iter().min());
    let (most, least) = spread.expect("there are three");
    assert!(most - least <= 2 * slice, "{all:?}");
}
