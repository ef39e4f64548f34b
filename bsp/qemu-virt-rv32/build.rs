//! Puts the linker's scripts where it finds them, wherever cargo is called from.

use std::path::Path;

fn main() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    println!("cargo::rerun-if-changed=memory.x");
    println!("cargo::rustc-link-search={}", here.display());
    println!("cargo::rustc-link-arg-bins=-Tlink.x");
}
