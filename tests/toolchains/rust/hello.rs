//! Hello world for rustc: with the standard library's `println!`, and with a native call.

use std::ffi::{c_char, c_int};

#[link(wasm_import_module = "env")]
unsafe extern "C" {
    fn puts(text: *const c_char) -> c_int;
}

fn main() {
    println!("hello from println!");
    // SAFETY: the text ends with a NUL, and the host only reads it.
    unsafe { puts("hello from Rust, 42\0".as_ptr().cast()) };
}
