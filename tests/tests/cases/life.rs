//! Updates, messages, files, sleeps and pins.

use std::time::Duration;

use akira::Exit;
use akira::abi::{Clock, Errno};

use super::stage::{Stage, run, wasm};

/// A version whose `main` says so and returns 3, which is no failure.
fn version(number: &str, end: &str) -> (Vec<u8>, String) {
    let image = wasm(&format!(
        r#"(module (import "env" "puts" (func $puts (param i32) (result i32)))
        (memory (export "memory") 1) (data (i32.const 16) "version {number}\00")
        (func (export "main") (result i32) (drop (call $puts (i32.const 16))) {end}))"#
    ));
    (
        image,
        format!(r#"{{"name": "counter", "version": "{number}"}}"#),
    )
}

#[test]
fn update_that_returns_3() {
    let stage = Stage::new();
    for number in ["1.0", "2.0"] {
        let (image, manifest) = version(number, "(i32.const 3)");
        for _ in 0..5 {
            if number == "1.0" || stage.library.runtime().app("counter").is_none() {
                stage.install(&image, &manifest).expect("it is admitted");
            }
        }
        stage
            .install(&image, &manifest)
            .expect("it is admitted again");
        for _ in 0..5 {
            stage.library.runtime().start("counter").expect("it starts");
            assert_eq!(stage.finish("counter"), Exit::Returned(3));
        }
    }
    let log = stage.texts("counter");
    let ran = |number| {
        log.iter()
            .filter(|line| **line == format!("version {number}"))
            .count()
    };
    assert_eq!((ran("1.0"), ran("2.0")), (5, 5), "{log:?}");
    assert!(
        !log.iter().any(|line| line.contains("rolled back")),
        "{log:?}"
    );
}

#[test]
fn update_that_traps_says_why_it_is_rolled_back() {
    let stage = Stage::new();
    let (image, manifest) = version("1.0", "(i32.const 0)");
    stage.launch(&image, &manifest);
    stage.finish("counter");
    stage.run_ms(20_000);
    let (image, manifest) = version("2.0", "unreachable");
    stage.install(&image, &manifest).expect("it is admitted");
    for _ in 0..4 {
        stage.library.runtime().start("counter").expect("it starts");
        stage.finish("counter");
        stage.run_ms(1_000);
    }
    let log = stage.texts("counter");
    let said = log.iter().find(|line| line.contains("rolled back"));
    assert!(
        said.is_some_and(|line| line.contains("unreachable")),
        "{log:?}"
    );
    assert_eq!(
        log.last().map(String::as_str),
        Some("returned 0"),
        "the one before runs"
    );
}

/// Publishing tells how many apps got the message; what a full queue dropped is counted.
#[test]
fn publish_to_a_full_queue() {
    let stage = Stage::new();
    let subscriber = wasm(
        r#"(module (import "env" "msg_subscribe" (func $subscribe (param i32) (result i32)))
        (import "env" "msg_pending" (func $pending (param i32) (result i32)))
        (import "env" "delay" (func $delay (param i32) (result i32)))
        (memory (export "memory") 1) (data (i32.const 16) "topic/a\00")
        (func (export "main") (result i32)
            (drop (call $subscribe (i32.const 16))) (drop (call $delay (i32.const 1000000)))
            (call $pending (i32.const 16))))"#,
    );
    let publisher = wasm(
        r#"(module (import "env" "msg_publish" (func $publish (param i32 i32 i32) (result i32)))
        (memory (export "memory") 1) (data (i32.const 16) "topic/a\00") (data (i32.const 32) "nobody\00")
        (func (export "main") (result i32) (local $left i32) (local $got i32)
            (if (call $publish (i32.const 32) (i32.const 256) (i32.const 4)) (then (return (i32.const -1))))
            (local.set $left (i32.const 200))
            (loop
                (local.set $got (i32.add (local.get $got) (call $publish (i32.const 16) (i32.const 256) (i32.const 100))))
                (br_if 0 (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
            (local.get $got)))"#,
    );
    stage.launch(&subscriber, r#"{"name": "sub", "capabilities": ["ipc"]}"#);
    stage.run_ms(10);
    stage.launch(&publisher, r#"{"name": "pub", "capabilities": ["ipc"]}"#);
    let Exit::Returned(got) = stage.finish("pub") else {
        panic!("{:?}", stage.texts("pub"));
    };
    assert!(
        (1..200).contains(&got),
        "{got} of 200 messages of 100 bytes in a queue of 4 KiB"
    );
    assert_eq!(stage.finish("sub"), Exit::Returned(got), "those that wait");
}

#[test]
fn unlinked_file() {
    let (exit, log) = run(&wasm(
        r#"(module
        (import "env" "fs_open" (func $open (param i32 i32) (result i32)))
        (import "env" "fs_write" (func $write (param i32 i32 i32) (result i32)))
        (import "env" "fs_read" (func $read (param i32 i32 i32) (result i32)))
        (import "env" "fs_seek" (func $seek (param i32 i32 i32) (result i32)))
        (import "env" "fs_unlink" (func $unlink (param i32) (result i32)))
        (memory (export "memory") 1)
        (data (i32.const 16) "log\00") (data (i32.const 32) "old") (data (i32.const 48) "new!")
        (func (export "main") (result i32) (local $old i32) (local $new i32)
            (local.set $old (call $open (i32.const 16) (i32.const 12)))
            (drop (call $write (local.get $old) (i32.const 32) (i32.const 3)))
            (if (call $unlink (i32.const 16)) (then (return (i32.const 1))))
            (if (i32.ge_s (call $write (local.get $old) (i32.const 32) (i32.const 1)) (i32.const 0))
                (then (return (i32.const 2))))
            (local.set $new (call $open (i32.const 16) (i32.const 14)))
            (drop (call $write (local.get $new) (i32.const 48) (i32.const 4)))
            (drop (call $seek (local.get $old) (i32.const 0) (i32.const 0)))
            (if (i32.ge_s (call $write (local.get $old) (i32.const 32) (i32.const 3)) (i32.const 0))
                (then (return (i32.const 3))))
            (drop (call $seek (local.get $new) (i32.const 0) (i32.const 0)))
            (if (i32.ne (call $read (local.get $new) (i32.const 64) (i32.const 8)) (i32.const 4))
                (then (return (i32.const 4))))
            (i32.load (i32.const 64))))"#,
    ));
    assert_eq!(
        exit,
        Exit::Returned(i32::from_le_bytes(*b"new!")),
        "{log:?}"
    );
}

/// A sleep of 0 gives way and a negative one is none: no other app waits for its turn.
#[test]
fn sleeps_of_0_and_less() {
    for ms in [0, -5, i32::MIN] {
        let stage = Stage::new();
        let spins = wasm(&format!(
            r#"(module (import "akira_time" "sleep_ms" (func $sleep (param i32)))
            (func (export "main") (loop (call $sleep (i32.const {ms})) (br 0))))"#
        ));
        stage.launch(&spins, r#"{"name": "spins"}"#);
        stage.launch(&version("1.0", "(i32.const 3)").0, r#"{"name": "other"}"#);
        assert_eq!(stage.finish("other"), Exit::Returned(3));
        assert!(
            stage.info("spins").run.is_some(),
            "{:?}",
            stage.texts("spins")
        );
    }
}

#[test]
fn virtual_hour() {
    let stage = Stage::new();
    let name = stage.launch(
        &wasm(
            r#"(module (import "akira_time" "sleep_ms" (func $sleep (param i32)))
            (func (export "main") (result i32) (call $sleep (i32.const 3599999)) (i32.const 7)))"#,
        ),
        "",
    );
    let limit = stage.clock.now() + Duration::from_secs(7_200);
    let mut steps = 0;
    while stage.info(&name).run.is_some() {
        stage.run.run_to_event(limit);
        steps += 1;
        assert!(steps < 100, "after {} ms", stage.clock.now().as_millis());
    }
    assert_eq!(stage.finish(&name), Exit::Returned(7));
}

/// Y is pin 40 in the SDK's header and 41 on production boards; SETTINGS of AkiraOS 1.4.9 is pin 2.
#[test]
fn pins() {
    for pin in [2, 40, 41] {
        let (exit, log) = run(&wasm(&format!(
            r#"(module (import "env" "gpio_configure" (func $configure (param i32 i32) (result i32)))
            (import "env" "gpio_read" (func $read (param i32) (result i32)))
            (func (export "main") (result i32)
                (i32.or (call $configure (i32.const {pin}) (i32.const 81)) (call $read (i32.const {pin})))))"#
        )));
        assert_eq!(exit, Exit::Returned(0), "pin {pin}: {log:?}");
    }
    let (exit, _) = run(&wasm(
        r#"(module (import "env" "gpio_read" (func $read (param i32) (result i32)))
        (func (export "main") (result i32) (call $read (i32.const 47))))"#,
    ));
    assert_eq!(exit, Exit::Returned(Errno::ENODEV.code()), "no such pin");
}
