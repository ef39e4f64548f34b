//! Kills the console repeatedly at random moments. It must always start again, with the old state
//! or the new one.
//!
//! The environment variable `AKIRA_KILLS` is the number of kills, `AKIRA_SEED` the seed of the
//! random numbers.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use akira_store_testing::{Choices, Random};

use crate::console::{Console, Desk};
use crate::guests::app;

/// Default number of kills; takes a few seconds.
const KILLS: u64 = 100;

/// Name of the app that is installed, updated and removed.
const VICTIM: &str = "victim";

/// Source of an app that counts its runs, first in a setting, then in a file, each as eight digits
/// repeated eight times. It prints the old counts before it writes the new ones.
const KEEPER: &str = r#"(module
    (import "env" "settings_get" (func $get (param i32 i32 i32) (result i32)))
    (import "env" "settings_set" (func $set (param i32 i32) (result i32)))
    (import "env" "fs_open" (func $open (param i32 i32) (result i32)))
    (import "env" "fs_read" (func $read (param i32 i32 i32) (result i32)))
    (import "env" "fs_seek" (func $seek (param i32 i32 i32) (result i32)))
    (import "env" "fs_write" (func $write (param i32 i32 i32) (result i32)))
    (import "env" "printf_native" (func $print (param i32) (result i32)))
    (memory (export "memory") 1 1)
    (data (i32.const 0) "number\00")
    (data (i32.const 256) "setting ")
    (data (i32.const 512) "file ")
    (func (export "main") (result i32)
        (local $file i32)
        (call $zero (i32.const 517))
        (if (call $get (i32.const 0) (i32.const 264) (i32.const 65))
            (then (call $zero (i32.const 264))))
        (local.set $file (call $open (i32.const 0) (i32.const 12)))
        (drop (call $read (local.get $file) (i32.const 517) (i32.const 64)))
        (drop (call $print (i32.const 256)))
        (drop (call $print (i32.const 512)))
        (call $count (i32.const 264))
        (if (call $set (i32.const 0) (i32.const 264)) (then (return (i32.const 1))))
        (call $count (i32.const 517))
        (drop (call $seek (local.get $file) (i32.const 0) (i32.const 0)))
        (i32.ne (call $write (local.get $file) (i32.const 517) (i32.const 64)) (i32.const 64)))
    (func $zero (param $text i32)
        (memory.fill (local.get $text) (i32.const 48) (i32.const 64)))
    (func $count (param $text i32)
        (local $digit i32)
        (local.set $digit (i32.add (local.get $text) (i32.const 7)))
        (loop $carry
            (i32.store8 (local.get $digit) (i32.add (i32.load8_u (local.get $digit)) (i32.const 1)))
            (if (i32.gt_u (i32.load8_u (local.get $digit)) (i32.const 57)) (then
                (i32.store8 (local.get $digit) (i32.const 48))
                (local.set $digit (i32.sub (local.get $digit) (i32.const 1)))
                (br $carry))))
        (local.set $digit (i32.const 8))
        (loop $next
            (i64.store (i32.add (local.get $text) (local.get $digit)) (i64.load (local.get $text)))
            (local.set $digit (i32.add (local.get $digit) (i32.const 8)))
            (br_if $next (i32.lt_u (local.get $digit) (i32.const 64))))))"#;

fn keeper() -> Vec<u8> {
    let manifest = r#"{"name": "keeper", "version": "1.0",
        "capabilities": ["settings.*", "fs.*"]}"#;
    app(KEEPER, manifest)
}

/// Builds a version of the app [`VICTIM`] with a random size. It prints its version number.
fn victim(version: u64, random: &mut Random) -> Vec<u8> {
    let length = 1_000 + random.below(60_000);
    let padding: String = random
        .bytes(length)
        .iter()
        .map(|byte| format!("\\{byte:02x}"))
        .collect();
    let source = format!(
        r#"(module
            (import "env" "printf_native" (func $print (param i32) (result i32)))
            (memory (export "memory") 2)
            (data (i32.const 0) "I am {version}\00")
            (data (i32.const 64) "{padding}")
            (func (export "main") (result i32) (drop (call $print (i32.const 0))) (i32.const 0)))"#
    );
    app(
        &source,
        &format!(r#"{{"name": "{VICTIM}", "version": "1.0.{version}"}}"#),
    )
}

/// Operation during which the console is killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Install,
    Update,
    Uninstall,
    Write,
}

/// Persistent state of a console.
#[derive(Clone, Debug, PartialEq, Eq)]
struct State {
    version: Option<String>,
    setting: u64,
    file: u64,
}

/// Outcomes of the kills during one kind of step.
#[derive(Debug, Default)]
struct Tally {
    old: u32,
    between: u32,
    new: u32,
    /// Number of kills after the step was complete.
    done: u32,
    /// Moving average of the duration of a complete step.
    lasts: Duration,
}

/// Parses a number of eight digits that must be repeated eight times.
fn number(line: &str) -> u64 {
    let digits = line.rsplit(' ').next().unwrap_or_default();
    let (first, _) = digits.split_at(8);
    assert_eq!(digits, first.repeat(8), "it is a mixture");
    first.parse().expect("it is a number")
}

impl State {
    /// Reads the state of a console that has just started. It runs the counting app, which advances
    /// both counts.
    fn of(console: &Console) -> Self {
        let apps = console.app(VICTIM);
        let version = apps.and_then(|app| app["version"].as_str().map(str::to_owned));
        if let Some(version) = &version {
            console.control("start", VICTIM).done();
            let number = version.trim_start_matches("1.0.");
            let line = console.until_logged(VICTIM, "I am ");
            assert_eq!(line, format!("I am {number}"));
        }
        console.control("start", "keeper").done();
        console.until_logged("keeper", "returned 0");
        Self {
            version,
            setting: number(&console.until_logged("keeper", "setting ")),
            file: number(&console.until_logged("keeper", "file ")),
        }
    }

    /// Returns this state after [`State::of`] has read it.
    fn looked_at(&self) -> Self {
        Self {
            version: self.version.clone(),
            setting: self.setting + 1,
            file: self.file + 1,
        }
    }
}

/// Requests a step and returns whether it was completed before the console was killed.
fn carry_out(console: &Console, step: Step, image: &[u8]) -> bool {
    let install = format!("/api/apps/install?name={VICTIM}");
    let uninstall = format!("/api/v1/apps?name={VICTIM}");
    let answer = match step {
        Step::Install | Step::Update => console.try_call("POST", &install, image),
        Step::Uninstall => console.try_call("DELETE", &uninstall, b""),
        Step::Write => console.try_call("POST", "/api/v1/apps/start?name=keeper", b""),
    };
    // Without an answer the console was killed. With an answer the step must be complete.
    let Ok(answer) = answer else {
        return false;
    };
    answer.done();
    step != Step::Write || has_run_twice(console)
}

/// Waits until the counting app has run for the second time since the console started. Returns
/// `false` if the console is killed first.
fn has_run_twice(console: &Console) -> bool {
    while let Ok(lines) = console.try_log("keeper") {
        if lines.iter().filter(|line| *line == "returned 0").count() == 2 {
            return true;
        }
    }
    false
}

/// Starts a step and kills the console after `moment`. Returns whether the step was completed and
/// how long it took.
fn kill_during(console: &Console, step: Step, image: &[u8], moment: Duration) -> (bool, Duration) {
    let begun = Instant::now();
    std::thread::scope(|scope| {
        let asker = scope.spawn(|| (carry_out(console, step, image), begun.elapsed()));
        while begun.elapsed() < moment && !asker.is_finished() {
            std::thread::yield_now();
        }
        console.kill();
        asker.join().expect("no answer is a refusal")
    })
}

fn environment(name: &str, default: u64) -> u64 {
    let value = std::env::var(name).ok();
    value.map_or(default, |it| it.parse().expect("it is a number"))
}

#[test]
fn killed_at_any_moment_it_shows_the_old_state_or_the_new_one() {
    let (kills, seed) = (
        environment("AKIRA_KILLS", KILLS),
        environment("AKIRA_SEED", 1),
    );
    let (desk, mut random) = (Desk::new(), Random::new(seed));
    let mut tallies = BTreeMap::<Step, Tally>::new();
    let mut console = desk.start(&[]);
    console.install("keeper", &keeper()).done();
    let mut before = State::of(&console).looked_at();
    for kill in 1..=kills {
        let step = match (random.below(3), &before.version) {
            (0, _) => Step::Write,
            (_, None) => Step::Install,
            (1, Some(_)) => Step::Update,
            (_, Some(_)) => Step::Uninstall,
        };
        let image = victim(kill, &mut random);
        let tally = tallies.entry(step).or_default();
        // Until its duration is known, a step runs to its end.
        let moment = match tally.lasts.as_micros() as usize {
            0 => Duration::MAX,
            // Twice the average, because some steps take longer.
            span => Duration::from_micros(random.below(2 * span) as u64),
        };
        let (is_done, lasted) = kill_during(&console, step, &image, moment);
        console = desk.start(&[]);
        let shown = State::of(&console);
        let expected = expected(&before, step, kill);
        match expected.iter().position(|state| *state == shown) {
            Some(at) if at + 1 == expected.len() && is_done => {
                tally.done += 1;
                tally.lasts = (tally.lasts + lasted) / 2;
            }
            Some(at) if at + 1 == expected.len() => tally.new += 1,
            Some(0) if !is_done => tally.old += 1,
            Some(_) if !is_done => tally.between += 1,
            _ => panic!(
                "kill {kill} of seed {seed}, {step:?}, done: {is_done}: {shown:?} is not of {expected:?}"
            ),
        }
        before = shown.looked_at();
    }
    println!(
        "{kills} kills with seed {seed}: it always started, with the old state or the new one"
    );
    for (step, tally) in &tallies {
        println!("  {step:?}: {tally:?}");
    }
}

/// Returns the permitted states after a step that was interrupted, from the old state to the new
/// one. A run of the counting app writes twice, so it can be interrupted between the two writes.
fn expected(before: &State, step: Step, kill: u64) -> Vec<State> {
    let version = match step {
        Step::Install | Step::Update => Some(format!("1.0.{kill}")),
        Step::Uninstall => None,
        Step::Write => {
            let (setting, file) = (before.setting + 1, before.file + 1);
            let half = State {
                setting,
                ..before.clone()
            };
            let whole = State {
                file,
                ..half.clone()
            };
            return vec![before.clone(), half, whole];
        }
    };
    let after = State {
        version,
        ..before.clone()
    };
    vec![before.clone(), after]
}
