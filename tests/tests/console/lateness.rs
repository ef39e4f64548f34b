//! Tests that apps which use all available time delay three others by one slice of fuel at most.
//! Starts and translations use no fuel, so virtual time does not advance in them; the tests on the
//! emulated boards measure these (`xtask/src/boards/attacks.rs`).

use std::path::Path;

use akira_pack::embed_manifest;

use crate::apps::{beats, start_metronome};
use crate::device::Console;

const METRONOMES: [&str; 3] = ["metronome 1", "metronome 2", "metronome 3"];

/// Name of each attack in its manifest.
const NAME: &str = "small_spin";

/// Time that the apps run beside each other.
const TIME_MS: u64 = 2_000;

/// Minimum number of logged beats of each metronome in that time: one per 10 ms, with a log line at
/// every tenth.
const BEATS: u64 = 190;

/// Fuel of a call that removes a file (`crates/akira/src/storage.rs`). A slice ends only after the
/// call that uses the last of its fuel.
const CALL_FUEL: u64 = 2_400;

/// Numbers of operations, of 8 bytes each, in functions that are translated at their first call: in
/// a single large function, and in each of many small functions.
const LARGE: usize = 8_000;
const SMALL: usize = 80;

fn attack(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/apps/attacks");
    let file = |kind: &str| {
        let text = std::fs::read_to_string(folder.join(format!("{name}.{kind}")));
        text.unwrap_or_else(|error| panic!("{name}.{kind}: {error}"))
    };
    let body =
        |operations| "(local.set 0 (i32.mul (local.get 0) (i32.const 77)))".repeat(operations);
    let small = format!(
        "(if (i32.eqz (local.get 0)) (then {})) (local.get 0)",
        body(SMALL)
    );
    let many = 0..LARGE / SMALL;
    let function = |index| format!("(func $f{index} (param i32) (result i32) {small})");
    let call = |index| format!("(drop (call $f{index} (i32.const 1)))");
    let text = file("wat")
        .replace("BODY", &body(LARGE))
        .replace("FUNCTIONS", &many.clone().map(function).collect::<String>())
        .replace("CALLS", &many.map(call).collect::<String>());
    let module = wat::parse_str(text);
    let module = module.unwrap_or_else(|error| panic!("{name}: {error}"));
    embed_manifest(&module, file("json").as_bytes()).expect("the manifest is right")
}

/// Returns the maximum delay of three apps in µs, beside an attack or alone.
fn latest(attack: Option<Vec<u8>>) -> u64 {
    let console = Console::bare();
    if let Some(image) = &attack {
        console.install_trusted(NAME, image);
        console.start(NAME);
    }
    for name in METRONOMES {
        start_metronome(&console, name);
    }
    console.run_ms(TIME_MS);
    if attack.is_some() {
        assert!(!console.log(NAME).is_empty(), "the attack did not begin");
    }
    let all = METRONOMES.map(|name| beats(&console, name));
    assert!(
        all.iter().all(|beats| beats.count >= BEATS),
        "missed a beat: {all:?}"
    );
    all.iter()
        .map(|beats| beats.late_us)
        .max()
        .unwrap_or_default()
}

/// Checks that the attack delays other apps by at most a slice plus the fuel of the call that ends
/// it.
fn delays_others_by_a_slice_at_most(name: &str, last_call_fuel: u64) {
    let alone = latest(None);
    let beside = latest(Some(attack(name)));
    let bound = slice_us(last_call_fuel);
    println!(
        "beside {name}, apps are late by {beside} us; by themselves by {alone} us; the bound is {bound} us"
    );
    // The clock has a resolution of one microsecond, so each reading may be up to one too small.
    assert!(
        beside <= (alone + 1) + (bound + 1),
        "{name}: {beside} us, {alone} us by themselves, the bound is {bound} us"
    );
}

/// Returns the duration of a slice with additional fuel, in µs.
fn slice_us(more_fuel: u64) -> u64 {
    let console = Console::bare();
    let config = console.device.runtime().config();
    (config.slice_fuel + more_fuel) * 1_000 / config.fuel_per_ms
}

#[test]
fn a_spin_delays_others_by_a_slice_at_most() {
    delays_others_by_a_slice_at_most("spin", 0);
}

#[test]
fn a_crash_storm_delays_others_by_a_slice_at_most() {
    delays_others_by_a_slice_at_most("crash_storm", 0);
}

#[test]
fn formats_with_the_worst_arguments_delay_others_by_a_slice_at_most() {
    delays_others_by_a_slice_at_most("formatting", 0);
}

#[test]
fn lookups_of_what_does_not_exist_delay_others_by_a_slice_at_most() {
    delays_others_by_a_slice_at_most("missing", CALL_FUEL);
}

#[test]
fn a_write_storm_delays_others_by_a_slice_at_most() {
    delays_others_by_a_slice_at_most("write_storm", 0);
}

#[test]
fn a_large_function_delays_others_by_a_slice_at_most() {
    delays_others_by_a_slice_at_most("translation_bomb", 0);
}

#[test]
fn many_functions_delay_others_by_a_slice_at_most() {
    delays_others_by_a_slice_at_most("translation_chain", 0);
}
