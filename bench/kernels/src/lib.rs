//! Kernels: compute work for benchmarks. Each kernel takes no argument and returns a checksum, so
//! that an engine that computes wrong results is detected. They are compiled to one WebAssembly
//! module (`bench/guest`) and natively; the native speed is the upper limit.
//!
//! Each kernel executes one to three million WebAssembly instructions and needs less than 48 KiB of
//! stack.

#![no_std]
#![forbid(unsafe_code)]

mod coremark;
mod fib;
mod frame;
mod json;
mod matmul;
mod random;
mod sha256;

pub use coremark::coremark;
pub use fib::fib;
pub use frame::frame;
pub use json::json;
pub use matmul::{matmul_f32, matmul_i32};
pub use sha256::sha256;

/// Kernel: the name of its export, and its function.
pub type Kernel = (&'static str, fn() -> i32);

/// All kernels.
pub const KERNELS: &[Kernel] = &[
    ("coremark", coremark),
    ("fib", fib),
    ("matmul_i32", matmul_i32),
    ("matmul_f32", matmul_f32),
    ("sha256", sha256),
    ("json", json),
    ("frame", frame),
];
