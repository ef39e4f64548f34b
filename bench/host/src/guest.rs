//! The guests. Each runs the same under the runtime and without it.

use std::fmt::Write;

/// What a guest does in a turn, before it waits until the next poll.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Turn {
    /// Reads a pin, for which it needs a capability.
    Read,
    /// Asks for the uptime, for which it needs none.
    Uptime,
    /// Prints a string of 12 bytes.
    Print,
    /// Makes a suspending call that is answered at once.
    Delay,
    /// Nothing but the loop that the calls are in, so that it can be taken off.
    Loop,
    /// Nothing: what is measured is the wait.
    Wait,
    /// Computes for ever.
    Spin,
}

/// Calls in a turn that makes calls.
const CALLS: u32 = 1_000;

impl Turn {
    /// How many native calls a turn makes; of the others there is one per turn.
    pub(crate) const fn calls(self) -> u32 {
        match self {
            Self::Loop | Self::Read | Self::Uptime | Self::Print | Self::Delay => CALLS,
            Self::Wait | Self::Spin => 1,
        }
    }

    /// Assembles the guest.
    pub(crate) fn module(self) -> Vec<u8> {
        let (import, body) = match self {
            Self::Read => (GPIO_READ, calls("(drop (call $f (i32.const 16)))")),
            Self::Uptime => (GET_TIME_MS, calls("(drop (call $f))")),
            Self::Print => (PRINTF_NATIVE, calls("(drop (call $f (i32.const 16)))")),
            Self::Delay => (DELAY, calls("(drop (call $f (i32.const 1)))")),
            Self::Loop => ("", calls("")),
            Self::Wait => ("", String::new()),
            Self::Spin => ("", String::from("(loop $spin (br $spin))")),
        };
        wasm(&format!(
            r#"(module
                {import}
                (import "akira_time" "sleep_ms" (func $wait (param i32)))
                (memory (export "memory") 1 1)
                (data (i32.const 16) "hello, world\00")
                (func (export "main") (result i32)
                    (local $left i32)
                    (loop $turn {body} (call $wait (i32.const 1)) (br $turn))
                    (unreachable)))"#
        ))
    }
}

const GPIO_READ: &str = r#"(import "env" "gpio_read" (func $f (param i32) (result i32)))"#;
const GET_TIME_MS: &str = r#"(import "akira_time" "get_time_ms" (func $f (result i64)))"#;
const PRINTF_NATIVE: &str = r#"(import "env" "printf_native" (func $f (param i32) (result i32)))"#;
const DELAY: &str = r#"(import "env" "delay" (func $f (param i32) (result i32)))"#;

/// A loop of ten calls, so that the loop itself hardly counts.
fn calls(call: &str) -> String {
    let turns = CALLS / 10;
    let ten = call.repeat(10);
    format!(
        "(local.set $left (i32.const {turns}))
         (loop $again {ten}
            (br_if $again (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))"
    )
}

/// Assembles a module of about so many bytes, with functions like those of compiled code: loops, loads and stores,
/// branches, calls of each other.
pub(crate) fn large_module(bytes: usize) -> Vec<u8> {
    let probe = 100;
    let per_function = module_of(probe).len() / probe;
    module_of(bytes / per_function)
}

fn module_of(functions: usize) -> Vec<u8> {
    let mut text = String::from(
        r#"(module
            (import "akira_time" "sleep_ms" (func $wait (param i32)))
            (memory (export "memory") 1 1)
            (func (export "main") (result i32) (call $wait (i32.const 1)) (i32.const 0))
            (func $f0 (param i32 i32) (result i32) (local.get 0))"#,
    );
    for index in 1..functions {
        function(&mut text, index);
    }
    text.push(')');
    wasm(&text)
}

fn function(text: &mut String, index: usize) {
    let (callee, offset, seed) = (index / 2, index % 512 * 8, index * 2_654_435 % 100_003);
    write!(
        text,
        "(func $f{index} (param $data i32) (param $count i32) (result i32)
            (local $sum i32) (local $value i32) (local $end i32)
            (local.set $sum (i32.const {seed}))
            (local.set $end (i32.add (local.get $data) (i32.shl (local.get $count) (i32.const 2))))
            (if (i32.eqz (local.get $count)) (then (return (local.get $sum))))
            (loop $next
                (local.set $value (i32.load offset={offset} (local.get $data)))
                (local.set $sum (i32.add (i32.mul (local.get $sum) (i32.const 31)) (local.get $value)))
                (if (i32.gt_s (local.get $value) (i32.const {seed}))
                    (then (local.set $sum (call $f{callee} (local.get $sum) (i32.const 0))))
                    (else (i32.store offset={offset} (local.get $data)
                        (i32.xor (local.get $sum) (i32.rotl (local.get $value) (i32.const 7))))))
                (local.set $data (i32.add (local.get $data) (i32.const 4)))
                (br_if $next (i32.lt_u (local.get $data) (local.get $end))))
            (select (local.get $sum) (i32.const {offset}) (i32.and (local.get $sum) (i32.const 1))))"
    )
    .expect("a string takes all that is written to it");
}

fn wasm(text: &str) -> Vec<u8> {
    wat::parse_str(text).expect("the guest's text is right")
}
