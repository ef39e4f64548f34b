//! On a chip, adds the folder with `memory.x` to the linker's search path.

use std::path::Path;

fn main() {
    let root = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default();
    let system = std::env::var("CARGO_CFG_TARGET_OS").unwrap_or_default();
    println!("cargo::rerun-if-changed=build.rs");
    if system == "none" {
        let folder = Path::new(&root).join("../firmware/memory/arm");
        println!("cargo::rustc-link-search={}", folder.display());
        println!("cargo::rustc-link-arg-bins=-Tlink.x");
    }
}
