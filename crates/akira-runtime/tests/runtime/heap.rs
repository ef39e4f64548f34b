//! Tests of the host's heap above an app's own memory.

use crate::Real;
use crate::device::{
    Device, exit_of, install, real, run_for, run_guest, runtime, wasm, with_entry,
};
use akira_runtime::{Config, Exit, Runtime};
use std::time::Duration;

/// Returns a guest with this body of its entry; `memory` declares its memory.
fn guest(memory: &str, body: &str) -> String {
    format!(
        r#"(module
        (import "env" "mem_alloc" (func $alloc (param i32) (result i32)))
        (import "env" "mem_free" (func $free (param i32)))
        (memory (export "memory") {memory})
        (func (export "main") (result i32) (local $a i32) (local $b i32) {body}))"#
    )
}

#[test]
fn allocations_lie_above_the_declared_memory_and_can_be_used() {
    let body = "(local.set $a (call $alloc (i32.const 100)))
        (i32.store (local.get $a) (i32.const 7))
        (i32.store offset=96 (local.get $a) (i32.const 8))
        (local.get $a)";
    assert_eq!(run_guest(&guest("1 1", body)), Exit::Returned(65_536));
    assert_eq!(run_guest(&guest("2 4", body)), Exit::Returned(131_072));
}

#[test]
fn the_guest_itself_grows_no_further_than_it_declares() {
    let body = "(drop (call $alloc (i32.const 100)))
        (memory.grow (i32.const 1))";
    assert_eq!(run_guest(&guest("1 1", body)), Exit::Returned(-1));
    let twice = "(drop (call $alloc (i32.const 100)))
        (drop (memory.grow (i32.const 1)))
        (memory.grow (i32.const 1))";
    assert_eq!(run_guest(&guest("1 2", twice)), Exit::Returned(-1));
}

#[test]
fn a_guest_that_grows_after_an_allocation_gets_memory_above_it() {
    let body = "(local.set $a (call $alloc (i32.const 100)))
        (local.set $b (memory.grow (i32.const 1)))
        (i32.store (i32.mul (local.get $b) (i32.const 65536)) (i32.const 1))
        (i32.load (local.get $a))
        (i32.add (local.get $b))";
    assert_eq!(run_guest(&guest("1 3", body)), Exit::Returned(2));
}

#[test]
fn freed_memory_is_used_again_and_gaps_join() {
    let body = "(local.set $a (call $alloc (i32.const 100)))
        (local.set $b (call $alloc (i32.const 100)))
        (drop (call $alloc (i32.const 100)))
        (call $free (local.get $b))
        (call $free (local.get $a))
        (i32.sub (call $alloc (i32.const 220)) (local.get $a))";
    assert_eq!(run_guest(&guest("1 1", body)), Exit::Returned(0));
}

#[test]
fn what_is_freed_twice_or_never_allocated_is_ignored() {
    let body = "(local.set $a (call $alloc (i32.const 16)))
        (call $free (local.get $a))
        (call $free (local.get $a))
        (call $free (i32.const 0))
        (call $free (i32.const -1))
        (local.set $a (call $alloc (i32.const 16)))
        (i32.ne (local.get $a) (call $alloc (i32.const 16)))";
    assert_eq!(run_guest(&guest("1 1", body)), Exit::Returned(1));
}

#[test]
fn sizes_that_cannot_be_are_answered_with_0() {
    for size in ["0", "-1", "0x7fffffff", "0x1000001", "0x1000000", "65537"] {
        let body = format!("(call $alloc (i32.const {size}))");
        assert_eq!(run_guest(&guest("1 1", &body)), Exit::Returned(0), "{size}");
    }
    assert_eq!(
        run_guest(&guest("1 1", "(call $alloc (i32.const 65536))")),
        Exit::Returned(65_536)
    );
}

#[test]
fn a_module_without_memory_gets_no_heap() {
    let text = r#"(module (import "env" "mem_alloc" (func $alloc (param i32) (result i32)))
        (func (export "main") (result i32) (call $alloc (i32.const 16))))"#;
    assert_eq!(run_guest(text), Exit::Returned(0));
}

#[test]
fn pages_of_one_byte_are_heaps_too() {
    let body = "(local.set $a (call $alloc (i32.const 100)))
        (i32.store offset=96 (local.get $a) (i32.const 8))
        (local.get $a)";
    assert_eq!(
        run_guest(&guest("1000 1000 (pagesize 1)", body)),
        Exit::Returned(1_008)
    );
}

#[test]
fn a_memory_of_small_pages_costs_what_it_has() {
    let runtime = real();
    install(
        &runtime,
        "small",
        with_entry(r#"(module (memory (export "memory") 1000 1000 (pagesize 1)))"#),
    );
    install(
        &runtime,
        "large",
        with_entry(r#"(module (memory (export "memory") 1 1))"#),
    );
    let needed = |name| runtime.app(name).expect("it is installed").memory_bytes_max;
    let difference = needed("large") - needed("small");
    assert!((64_000..65_000).contains(&difference), "{difference}");
}

fn with_heap(bytes: u32) -> Runtime<Device, Real> {
    let mut config = Config::default();
    config.app_heap_bytes = bytes;
    config.memory_bytes = 64 << 20;
    config.app_memory_bytes = 4 << 20;
    runtime(Real, config)
}

#[test]
fn an_app_that_allocates_without_end_is_bounded_and_pays_for_long_searches() {
    // Fills the heap, frees every second allocation, and then repeatedly requests more than any gap
    // holds.
    let body = "(loop $fill
            (local.set $a (call $alloc (i32.const 16)))
            (br_if $fill (local.get $a)))
        (local.set $a (i32.const 65536))
        (loop $free
            (call $free (local.get $a))
            (local.set $a (i32.add (local.get $a) (i32.const 32)))
            (br_if $free (i32.lt_u (local.get $a) (i32.const 196608))))
        (local.set $b (i32.const 1000))
        (loop $ask
            (drop (call $alloc (i32.const 32)))
            (local.set $b (i32.sub (local.get $b) (i32.const 1)))
            (br_if $ask (local.get $b)))
        (i32.const 0)";
    let runtime = with_heap(1 << 20);
    install(&runtime, "greedy", wasm(&guest("1 1", body)));
    runtime.start("greedy").expect("it starts");
    while exit_of(&runtime, "greedy").is_none() {
        run_for(&runtime, Duration::from_millis(1));
    }
    assert_eq!(exit_of(&runtime, "greedy"), Some(Exit::Returned(0)));
    let used = runtime.board().now().as_micros();
    assert!(
        used > 100_000,
        "a thousand searches of 2 048 gaps for {used} us"
    );
}
