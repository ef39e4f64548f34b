//! WebAssembly modules of the benchmarks.

/// Module with the kernels.
pub const COMPUTE: &[u8] = include_bytes!("../../guest/compute.wasm");

/// Includes a module that `cargo xtask bench` has generated.
macro_rules! written {
    ($name:literal) => {
        include_bytes!(concat!(env!("AKIRA_BENCH_MODULES"), "/", $name, ".wasm"))
    };
}

/// Modules to load, with their approximate size in KB.
pub const LOADED: [(u32, &[u8]); 3] = [
    (1, written!("load_1k")),
    (10, written!("load_10k")),
    (100, written!("load_100k")),
];

/// Guests whose `main` repeats a turn: [`CALLS_PER_TURN`] calls, then a wait.
pub const CALLS: [(&str, &[u8]); 4] = [
    ("immediate", written!("read")),
    ("immediate-free", written!("uptime")),
    ("string", written!("print")),
    ("suspending", written!("delay")),
];

/// Guest with the same loop, but without a call in it.
pub const LOOP: &[u8] = written!("loop");

/// Guest that only waits.
pub const WAIT: &[u8] = written!("wait");

/// Number of calls in a turn.
pub const CALLS_PER_TURN: u64 = 1_000;
