//! Measures messages, and calls from the host into a guest.

use crate::apps::Apps;
use crate::row::Row;
use crate::{NO_SLICE, bare};
use akira::Image;
use akira::engine::{Engine, Instance, Step, Wasmi};
use akira::module::Module;
use akira_measure::{Line, Metric, Unit};
use std::rc::Rc;

const TURNS: u32 = 100;

/// Receives messages for ever.
const RECEIVER: &str = r#"(module
    (import "env" "msg_subscribe" (func $subscribe (param i32) (result i32)))
    (import "env" "msg_recv" (func $receive (param i32 i32 i32 i32) (result i32)))
    (memory (export "memory") 1 1)
    (data (i32.const 16) "topic\00")
    (func (export "main") (result i32)
        (drop (call $subscribe (i32.const 16)))
        (loop $again
            (drop (call $receive (i32.const 16) (i32.const 64) (i32.const 64) (i32.const -1)))
            (br $again))
        (unreachable)))"#;

/// Sends a message in each turn.
const SENDER: &str = r#"(module
    (import "env" "msg_publish" (func $publish (param i32 i32 i32) (result i32)))
    (import "akira_time" "sleep_ms" (func $wait (param i32)))
    (memory (export "memory") 1 1)
    (data (i32.const 16) "topic\00")
    (func (export "main") (result i32)
        (loop $again
            (drop (call $publish (i32.const 16) (i32.const 64) (i32.const 16)))
            (call $wait (i32.const 1))
            (br $again))
        (unreachable)))"#;

/// Measures and prints the lines of this file, which belong to the part `crossing`.
pub(crate) fn measure() {
    event();
    message();
    call_of_a_guest();
}

/// Measures an event of the device, until its app waits for the next event.
fn event() {
    let mut apps = Apps::new(NO_SLICE);
    apps.add("receiver", &image(RECEIVER));
    apps.poll();
    ours(
        "event",
        "an event for an app that waits, up to its next wait",
        || {
            apps.publish("topic", &[7; 16]);
            apps.poll();
        },
    );
    apps.check();
}

/// Measures a message between two apps, including the turns of both.
fn message() {
    let mut apps = Apps::new(NO_SLICE);
    apps.add("receiver", &image(RECEIVER));
    apps.add("sender", &image(SENDER));
    apps.poll();
    ours(
        "message",
        "a message of 16 bytes to another app, with a turn of both",
        || apps.poll(),
    );
    apps.check();
}

fn ours(id: &str, title: &str, mut turn: impl FnMut()) {
    let id = format!("crossing/{id}/akira");
    let metric = Metric::new(&id, title, Unit::Instructions, 0.0).gated();
    Line::measured(metric, TURNS, || (0..TURNS).for_each(|_| turn())).print();
}

fn call_of_a_guest() {
    let module = wasm(r#"(module (func (export "f") (result i32) (i32.const 7)))"#);
    let image = Image::from(module.to_vec());
    let parsed = Module::parse(image.bytes()).expect("it is a module");
    let mut ours = Wasmi
        .load(
            &image,
            &parsed,
            &[],
            crate::compute::Nothing,
            crate::compute::LIMITS,
        )
        .expect("it fits");
    let mut bare = bare::calls(&module, "f");
    let row = Row::new(
        "crossing/guest",
        "call of a function of the guest by the host",
        "call",
    );
    let ours = || (0..TURNS).for_each(|_| assert_eq!(ours.start("f", NO_SLICE), Step::Finished(7)));
    row.measure(
        TURNS,
        || (0..TURNS).for_each(|_| assert_eq!(bare(), 7)),
        ours,
    );
}

fn image(text: &str) -> Rc<[u8]> {
    wasm(text).into()
}

fn wasm(text: &str) -> Vec<u8> {
    wat::parse_str(text).expect("the guest's text is right")
}
