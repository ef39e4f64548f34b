//! Tests that virtual time jumps from event to event.

use std::time::Duration;

use akira::Exit;
use akira::abi::Clock;

use crate::device::Console;

#[test]
fn an_hour_of_virtual_time_is_a_few_steps() {
    let console = Console::bare();
    let image = wat::parse_str(
        r#"(module (import "akira_time" "sleep_ms" (func $sleep (param i32)))
        (func (export "main") (result i32) (call $sleep (i32.const 3599999)) (i32.const 7)))"#,
    );
    let name = console.install("app", &image.expect("a module"));
    console.start(&name);
    let clock = console.device.clock();
    let end = clock.now() + Duration::from_secs(7_200);
    let mut steps = 0;
    while console.is_running(&name) {
        console.run.run_to_event(end);
        steps += 1;
        assert!(steps < 100, "after {} ms", clock.now().as_millis());
    }
    assert_eq!(console.info(&name).exit, Some(Exit::Returned(7)));
    assert!((3_599_999..3_600_100).contains(&clock.now().as_millis()));
}

/// A sleep of 0 yields, and a negative one returns at once. Neither keeps another app from its
/// turn.
#[test]
fn sleeps_of_nothing_and_less_leave_others_their_turns() {
    for ms in [0, -5] {
        let console = Console::bare();
        let image = wat::parse_str(format!(
            r#"(module (import "akira_time" "sleep_ms" (func $sleep (param i32)))
            (func (export "main") (loop (call $sleep (i32.const {ms})) (br 0))))"#
        ));
        let spins = console.install("spins", &image.expect("a module"));
        console.start(&spins);
        let hello = console.install("hello", &crate::apps::read("hello"));
        assert_eq!(console.run_to_end(&hello), Exit::Returned(0));
        assert!(console.is_running(&spins), "{ms}");
    }
}
