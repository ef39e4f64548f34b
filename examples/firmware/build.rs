//! Puts the `memory.x` of the target's board where the linker finds it.

use std::path::Path;

fn main() {
    let root = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default();
    let arch = std::env::var("CARGO_CFG_TARGET_ARCH").unwrap_or_default();
    // Not beside the manifest: the linker runs there, and takes what is there first.
    let folder = Path::new(&root).join("memory").join(arch);
    println!("cargo::rerun-if-changed=memory");
    println!("cargo::rustc-link-search={}", folder.display());
    println!("cargo::rustc-link-arg-bins=-Tlink.x");
}
