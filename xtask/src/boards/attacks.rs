//! Measures how late apps wake beside an app that uses all available time
//! (`examples/apps/attacks`), in instructions.

use anyhow::{Context, Result, ensure};
use xshell::Shell;

use super::apps;
use super::firmware::Firmware;
use super::timing::{INSTRUCTIONS_PER_US, budget, on_a_new_machine};
use crate::apps::{renamed, with_manifest};
use akira_conform::serial::{Console, number_after};

/// App name of each attack; `small_starter` starts the app with this name first.
const NAME: &str = "small_spin";

/// Names of the apps that measure. `small_starter` starts all of them at once, so that they wake together.
const METRONOMES: [&str; 3] = ["metronome_1", "metronome_2", "metronome_3"];

const METRONOME: &str = include_str!("../../../examples/apps/attacks/metronome.wat");

/// Maximum number of measurements. While it follows the log, the command line looks for new lines every 100 ms. The phase
/// of that is random; where it falls on a wake of the apps, they are late by the command line's work, too.
const TRIES: usize = 5;

/// Fuel charged for a start, plus the fuel for each byte of the image
/// (`akira-runtime/src/runtime/start.rs`).
const START_FUEL: u64 = 10_000;
const START_FUEL_PER_BYTE: u64 = 20;

/// Operation of the large functions, and its size in bytes.
const OPERATION: &str = "(local.set 0 (i32.mul (local.get 0) (i32.const 77)))";
const OPERATION_BYTES: u64 = 8;

/// Number of operations of each function in the attack with many functions.
const OPERATIONS_OF_MANY: usize = 60;

/// Scheduling parameters of a board.
#[derive(Clone, Copy, Debug)]
pub(super) struct Turns {
    /// Number of slices in an app's CPU budget.
    pub(super) per_budget: u64,
    /// Fuel of a slice.
    pub(super) fuel: u64,
    /// Number of operations that an attack makes the engine translate. More would leave too little
    /// RAM for the measuring apps, or exceed the board's limit on the size of a function.
    pub(super) translated: usize,
    /// Maximum number of CPU instructions to validate and translate one byte of them.
    pub(super) instructions_per_byte: u64,
}

/// Attacking app.
#[derive(Clone, Copy, Debug)]
struct Attack {
    name: &'static str,
    module: &'static str,
    manifest: &'static str,
    waits_for: Wait,
}

/// Maximum wait that an attack may cause.
#[derive(Clone, Copy, Debug)]
enum Wait {
    Slice,
    /// A slice of the shortest loop, whose fuel costs up to half as much CPU time again as that of
    /// other loops.
    SliceOfShortestLoop,
    /// A slice, or a start, which cannot be interrupted.
    SliceOrStart,
    /// A slice, plus the translation of the code that is called in it for the first time, which
    /// cannot be interrupted.
    SliceAndTranslation,
}

macro_rules! attack {
    ($name:literal, $waits_for:ident) => {
        Attack {
            name: $name,
            module: include_str!(concat!("../../../examples/apps/attacks/", $name, ".wat")),
            manifest: include_str!(concat!("../../../examples/apps/attacks/", $name, ".json")),
            waits_for: Wait::$waits_for,
        }
    };
}

const ATTACKS: [Attack; 7] = [
    attack!("spin", SliceOfShortestLoop),
    attack!("crash_storm", SliceOrStart),
    attack!("formatting", Slice),
    attack!("missing", Slice),
    attack!("write_storm", Slice),
    attack!("translation_bomb", SliceAndTranslation),
    attack!("translation_chain", SliceAndTranslation),
];

/// Runs three apps that wake at the same moments, first alone and then beside each attack.
/// `slice_us` is the duration of a slice.
pub(super) fn check(shell: &Shell, firmware: &Firmware, turns: Turns, slice_us: u64) -> Result<()> {
    let image = ATTACKS[0].image(0)?;
    let shortest_us = on_a_new_machine(shell, firmware, |console| {
        install(console, NAME, &image)?;
        budget(console, "attacks")
    })? / turns.per_budget;
    let alone = least(0, || {
        on_a_new_machine(shell, firmware, |console| latest(console, None))
    })?;
    for attack in &ATTACKS {
        let image = attack.image(turns.translated)?;
        let bound = attack.bound(turns, (slice_us, shortest_us), image.len() as u64);
        // What is read off a clock of whole microseconds is up to one of them too small.
        let most = (alone + 1) + (bound + 1);
        let beside = least(most, || {
            on_a_new_machine(shell, firmware, |console| latest(console, Some(&image)))
        })?;
        println!(
            "beside {}, apps are at most {} instructions late; alone {}; {:?} is {}",
            attack.name,
            beside * INSTRUCTIONS_PER_US,
            alone * INSTRUCTIONS_PER_US,
            attack.waits_for,
            bound * INSTRUCTIONS_PER_US,
        );
        ensure!(
            beside <= most,
            "{}: apps wait for {beside} us, more than {alone} + {bound}",
            attack.name
        );
    }
    Ok(())
}

/// Measures until the result is at most `enough`, and no more than [`TRIES`] times. Returns the smallest result.
fn least(enough: u64, measure: impl Fn() -> Result<u64>) -> Result<u64> {
    let mut least = u64::MAX;
    for _ in 0..TRIES {
        least = least.min(measure()?);
        if least <= enough {
            break;
        }
    }
    Ok(least)
}

impl Attack {
    fn image(&self, operations: usize) -> Result<Vec<u8>> {
        let many = 0..operations / OPERATIONS_OF_MANY;
        let body = OPERATION.repeat(OPERATIONS_OF_MANY);
        // The code is translated, but not executed.
        let body = format!("(if (i32.eqz (local.get 0)) (then {body})) (local.get 0)");
        let function = |index| format!("(func $f{index} (param i32) (result i32) {body})");
        let call = |index| format!("(drop (call $f{index} (i32.const 1)))");
        let text = self
            .module
            .replace("BODY", &OPERATION.repeat(operations))
            .replace("FUNCTIONS", &many.clone().map(function).collect::<String>())
            .replace("CALLS", &many.map(call).collect::<String>());
        with_manifest(&wat::parse_str(text)?, self.manifest.as_bytes())
    }

    /// Returns the maximum wait for an app with an image of this size, in us.
    fn bound(&self, turns: Turns, (slice_us, shortest_us): (u64, u64), image_bytes: u64) -> u64 {
        match self.waits_for {
            Wait::Slice => slice_us,
            Wait::SliceOfShortestLoop => shortest_us,
            Wait::SliceOrStart => {
                let fuel = START_FUEL + START_FUEL_PER_BYTE * image_bytes;
                slice_us.max(slice_us * fuel / turns.fuel)
            }
            Wait::SliceAndTranslation => {
                let bytes = turns.translated as u64 * OPERATION_BYTES;
                slice_us + bytes * turns.instructions_per_byte / INSTRUCTIONS_PER_US
            }
        }
    }
}

/// Runs the measuring apps, beside an attack if one is given, and returns the maximum delay in us.
fn latest(console: &mut Console, attack: Option<&Vec<u8>>) -> Result<u64> {
    if let Some(image) = attack {
        install(console, NAME, image)?;
    }
    apps::install(console, "small_starter")?;
    let metronome = wat::parse_str(METRONOME)?;
    for name in METRONOMES {
        install(console, name, &renamed(&metronome, name)?)?;
    }
    console.command("start small_starter")?;
    let mut ends: Vec<String> = METRONOMES.map(|name| format!("{name}: returned 0")).into();
    let lines = console.follow_log(&ends.join(", "), |line| {
        ends.retain(|end| end != line);
        ends.is_empty()
    })?;
    if attack.is_some() {
        began_together(&lines)?;
    }
    let late = METRONOMES.map(|name| late(&lines, name));
    late.into_iter()
        .try_fold(0, |most, late| Ok(most.max(late?)))
}

/// Checks that the attack has started, and that its worst part did not end before the others ran.
fn began_together(lines: &[String]) -> Result<()> {
    let place = |line: String| lines.iter().position(|other| *other == line);
    ensure!(
        place(format!("{NAME}: attacks")).is_some(),
        "the attack did not begin: {lines:#?}"
    );
    let worst = place(format!("{NAME}: has attacked")).unwrap_or(lines.len());
    for name in METRONOMES {
        let began = place(format!("{name}: begins"));
        ensure!(
            began.is_some_and(|began| began < worst),
            "{name} began too late: {lines:#?}"
        );
    }
    Ok(())
}

fn install(console: &mut Console, name: &str, image: &[u8]) -> Result<()> {
    let refused = console.transfer(name, image)?;
    ensure!(refused.is_none(), "{name} was not installed: {refused:?}");
    Ok(())
}

fn late(lines: &[String], name: &str) -> Result<u64> {
    let what = format!("{name}: 80 beats, ");
    let line = lines.iter().find(|line| line.starts_with(&what));
    number_after(
        line.with_context(|| format!("no `{what}` in {lines:#?}"))?,
        "at most ",
    )
}
