//! Work to compute: each kernel takes nothing and returns a checksum, so that an engine that computes something else is
//! found out. They are compiled to one module of WebAssembly (`bench/guest`) and natively, as the limit.
//!
//! Each executes one to three million instructions of WebAssembly and needs less than 48 KiB of stack.

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

/// A kernel: the name of its export, and its function.
pub type Kernel = (&'static str, fn() -> i32);

/// All of them.
pub const KERNELS: &[Kernel] = &[
    ("coremark", coremark),
    ("fib", fib),
    ("matmul_i32", matmul_i32),
    ("matmul_f32", matmul_f32),
    ("sha256", sha256),
    ("json", json),
    ("frame", frame),
];
