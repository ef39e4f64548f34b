//! Adds this folder, which contains `memory.x`, to the linker's search path.

use std::path::Path;

fn main() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    println!("cargo::rerun-if-changed=memory.x");
    println!("cargo::rustc-link-search={}", here.display());
    println!("cargo::rustc-link-arg-bins=-Tlink.x");
}
