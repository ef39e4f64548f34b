//! Tests with attacking apps: each ends as expected, harms no other app, and leaves nothing behind.

use akira::{Exit, Trap};

use crate::apps::{beats, read, start_metronome, wasm};
use crate::device::Console;
use crate::leaks::assert_nothing_is_held;

/// Number of consecutive runs of each app.
const RUNS: usize = 100;

/// Runs an app repeatedly beside a metronome, and returns the console afterwards.
fn run_often(name: &str, expected: Exit, runs: usize) -> Console {
    let console = Console::bare();
    start_metronome(&console, "metronome");
    console.install(name, &read(name));
    for run in 0..runs {
        assert_eq!(console.run_to_end(name), expected, "run {run} of {name}");
    }
    assert_metronome_kept_time(&console);
    console
        .device
        .runtime()
        .stop("metronome")
        .expect("it is installed");
    assert_nothing_is_held(&console);
    console
}

/// Runs the metronome until its next log line, and checks that it has missed no beat.
fn assert_metronome_kept_time(console: &Console) {
    console.run_ms(150);
    let now_ms = console.device.journal().lines();
    let now_ms = now_ms
        .iter()
        .rfind(|line| line.app == "metronome")
        .expect("it logs");
    let beats = beats(console, "metronome");
    assert_eq!(beats.count, now_ms.time_ms / 10, "beats were missed");
    assert!(beats.late_us <= 2_500, "{beats:?}");
}

#[test]
fn an_app_that_spins_is_stopped_when_its_budget_is_gone() {
    let console = run_often("spin", Exit::Trapped(Trap::OutOfCpu), 5);
    assert_eq!(
        console.last_text("spin"),
        "trapped: CPU budget used up: over 5000 ms without a wait: call delay, or raise exec_timeout_ms"
    );
}

#[test]
fn an_app_that_takes_all_memory_gets_its_budget_and_no_more() {
    let console = run_often("memory_hog", Exit::Returned(0), RUNS);
    let lines = console.texts("memory_hog");
    assert!(lines.contains(&"memory_hog: grew by 7 pages".into()));
    assert!(lines.contains(&"memory_hog: allocated 16 blocks of 4 KiB".into()));
}

#[test]
fn no_address_outside_its_memory_is_let_through() {
    let expected = Exit::Trapped(Trap::MemoryOutOfBounds);
    let console = run_often("bad_pointers", expected, RUNS);
    let lines = console.texts("bad_pointers");
    let end = lines.iter().rposition(|line| line == "now a trap");
    let end = end.expect("the app comes to its end");
    assert_eq!(lines[end - 1], "let through     0000");
}

#[test]
fn an_app_may_import_and_call_everything() {
    let console = run_often("import_everything", Exit::Returned(0), RUNS);
    let attacks = console
        .texts("import_everything")
        .iter()
        .any(|line| line.starts_with("absent"));
    assert!(attacks, "the app counts what it was answered");
}

#[test]
fn an_app_without_capabilities_reaches_nothing() {
    let console = run_often("deny_all", Exit::Returned(0), RUNS);
    let lines = console.texts("deny_all");
    assert!(lines.contains(&"let through     0000".into()));
    assert!(lines.iter().any(|line| line.starts_with("denied: ")));
}

#[test]
fn every_denied_call_is_counted_and_the_first_is_logged() {
    let console = Console::bare();
    let app = wasm(
        r#"(module
          (import "env" "display_clear" (func $clear (param i32) (result i32)))
          (import "env" "gpio_read" (func $read (param i32) (result i32)))
          (import "env" "delay" (func $delay (param i32) (result i32)))
          (func (export "main") (result i32)
            (drop (call $clear (i32.const 0xffff)))
            (drop (call $read (i32.const 4)))
            (drop (call $read (i32.const 4)))
            (call $delay (i32.const 1000000))))"#,
    );
    console.install("nosy", &app);
    console.start("nosy");
    console.run_ms(10);
    assert_eq!(console.info("nosy").run.expect("it runs").denials, 3);
    assert_eq!(
        console.texts("nosy"),
        ["denied: display_clear needs display.write, which the app was not granted"]
    );
}

#[test]
fn an_app_that_crashes_at_once_is_started_again_only_as_often_as_it_may() {
    let expected = Exit::Trapped(Trap::Unreachable);
    let console = run_often("trap_loop", expected, 1);
    assert_eq!(console.info("trap_loop").state, akira::State::Failed);
    assert_eq!(console.info("trap_loop").crashes, 4);
    let lines = console.log("trap_loop");
    let times = |says: &str| -> Vec<u64> {
        let lines = lines.iter().filter(|line| line.text.contains(says));
        lines.map(|line| line.time_ms).collect()
    };
    assert_eq!(times("unreachable"), [0, 100, 300, 700]);
    assert_eq!(
        lines.len(),
        5,
        "and once that it does not start with the device"
    );
}

#[test]
fn an_app_that_floods_the_log_loses_its_own_lines_only() {
    let console = run_often("log_flood", Exit::Trapped(Trap::OutOfCpu), 3);
    let lines = console.log("log_flood");
    let dropped: u64 = lines.iter().map(|line| line.dropped).sum();
    assert!(dropped > 10_000, "{dropped}");
    assert!(lines.len() < 3 * (100 + 6 * 50), "{}", lines.len());
    assert!(console.device.journal().lines().len() <= 2_000);
    let others = console.log("metronome");
    assert!(others.iter().all(|line| line.dropped == 0));
}

#[test]
fn an_app_that_recurses_for_ever_overflows_its_own_stack() {
    run_often("deep_recursion", Exit::Trapped(Trap::StackOverflow), RUNS);
}

#[test]
fn an_app_whose_stack_runs_into_address_zero_traps() {
    run_often(
        "stack_overflow",
        Exit::Trapped(Trap::MemoryOutOfBounds),
        RUNS,
    );
}
