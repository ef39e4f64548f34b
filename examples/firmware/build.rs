//! Adds the folder with the target's `memory.x` to the linker's search path.

use std::path::Path;

fn main() {
    let root = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default();
    let arch = std::env::var("CARGO_CFG_TARGET_ARCH").unwrap_or_default();
    // No `memory.x` lies beside `Cargo.toml`, because the linker runs there and would use it first.
    let folder = Path::new(&root).join("memory").join(arch);
    println!("cargo::rerun-if-changed=memory");
    println!("cargo::rustc-link-search={}", folder.display());
    println!("cargo::rustc-link-arg-bins=-Tlink.x");
}
