/// Work of a guest in a turn, before it waits until the next poll. The same module runs with and
/// without the runtime.
#[derive(Clone, Copy, Debug)]
pub enum Turn {
    /// Reads a pin, which needs a capability.
    Read,
    /// Reads the uptime, which needs no capability.
    Uptime,
    /// Gets 12 bytes written into a buffer.
    Buffer,
    /// Prints a string of 12 bytes.
    Print,
    /// Makes a suspending call that is ready at its first poll.
    Delay,
    /// Runs only the loop around the calls. Its cost is subtracted from the others.
    Loop,
    /// Only waits.
    Wait,
    /// Computes for ever.
    Spin,
    /// Allocates and frees for ever.
    Allocate,
    /// Writes log lines for ever.
    Log,
    /// Sends messages to itself for ever.
    Publish,
}

/// Number of calls in a turn that makes calls.
const CALLS: u32 = 1_000;

impl Turn {
    /// Returns the number of native calls in a turn; 1 for turns that are not measured per call.
    pub const fn calls(self) -> u32 {
        match self {
            Self::Loop | Self::Read | Self::Uptime | Self::Buffer | Self::Print | Self::Delay => {
                CALLS
            }
            Self::Wait | Self::Spin | Self::Allocate | Self::Log | Self::Publish => 1,
        }
    }

    /// Assembles the guest with one page (64 KiB) of linear memory.
    pub fn module(self) -> Vec<u8> {
        self.module_with(r#"(memory (export "memory") 1 1)"#)
    }

    /// Assembles the guest with 1 KiB of linear memory, in pages of one byte.
    pub fn small_module(self) -> Vec<u8> {
        self.module_with(r#"(memory (export "memory") 1024 1024 (pagesize 1))"#)
    }

    fn module_with(self, memory: &str) -> Vec<u8> {
        let (import, body) = match self {
            Self::Read => (GPIO_READ, calls("(drop (call $f (i32.const 16)))")),
            Self::Uptime => (GET_TIME_MS, calls("(drop (call $f))")),
            Self::Buffer => (
                INPUT_POLL_EVENT,
                calls("(drop (call $f (i32.const 16) (i32.const 12)))"),
            ),
            Self::Print => (PRINTF_NATIVE, calls("(drop (call $f (i32.const 16)))")),
            Self::Delay => (DELAY, calls("(drop (call $f (i32.const 1)))")),
            Self::Loop => ("", calls("")),
            Self::Wait => ("", String::new()),
            Self::Spin => ("", for_ever("")),
            Self::Allocate => (MEM, for_ever("(call $free (call $f (i32.const 64)))")),
            Self::Log => (PRINTF_NATIVE, for_ever("(drop (call $f (i32.const 16)))")),
            Self::Publish => (
                MSG,
                format!("(drop (call $g (i32.const 16))) {}", for_ever(PUBLISH)),
            ),
        };
        wasm(&format!(
            r#"(module
                {import}
                (import "akira_time" "sleep_ms" (func $wait (param i32)))
                {memory}
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
const INPUT_POLL_EVENT: &str =
    r#"(import "env" "input_poll_event" (func $f (param i32 i32) (result i32)))"#;
const PRINTF_NATIVE: &str = r#"(import "env" "printf_native" (func $f (param i32) (result i32)))"#;
const DELAY: &str = r#"(import "env" "delay" (func $f (param i32) (result i32)))"#;

const MEM: &str = r#"(import "env" "mem_alloc" (func $f (param i32) (result i32)))
    (import "env" "mem_free" (func $free (param i32)))"#;
const MSG: &str = r#"(import "env" "msg_publish" (func $f (param i32 i32 i32) (result i32)))
    (import "env" "msg_subscribe" (func $g (param i32) (result i32)))"#;
const PUBLISH: &str = "(drop (call $f (i32.const 16) (i32.const 16) (i32.const 12)))";

fn for_ever(body: &str) -> String {
    format!("(loop $spin {body} (br $spin))")
}

/// Returns a loop over ten calls, so that the cost of the loop itself is small.
fn calls(call: &str) -> String {
    let turns = CALLS / 10;
    let ten = call.repeat(10);
    format!(
        "(local.set $left (i32.const {turns}))
         (loop $again {ten}
            (br_if $again (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))"
    )
}

fn wasm(text: &str) -> Vec<u8> {
    wat::parse_str(text).expect("the guest's text is right")
}
