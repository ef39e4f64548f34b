//! The guests.

/// The kernels.
pub const COMPUTE: &[u8] = include_bytes!("../../guest/compute.wasm");

/// Includes a module that `cargo xtask bench` has written.
macro_rules! written {
    ($name:literal) => {
        include_bytes!(concat!(env!("AKIRA_BENCH_MODULES"), "/", $name, ".wasm"))
    };
}

/// Modules to load, of about so many KB.
pub const LOADED: [(u32, &[u8]); 3] = [
    (1, written!("load_1k")),
    (10, written!("load_10k")),
    (100, written!("load_100k")),
];

/// Guests whose `main` makes so many calls, waits, and does it again.
pub const CALLS: [(&str, &[u8]); 4] = [
    ("immediate", written!("read")),
    ("immediate-free", written!("uptime")),
    ("string", written!("print")),
    ("suspending", written!("delay")),
];

/// The same with no call in the loop.
pub const LOOP: &[u8] = written!("loop");

/// A guest that only waits.
pub const WAIT: &[u8] = written!("wait");

/// How many calls a turn makes.
pub const CALLS_PER_TURN: u64 = 1_000;
