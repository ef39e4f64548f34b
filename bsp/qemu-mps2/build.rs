//! Tells the linker where the `memory.x` of the layout is.

use std::path::Path;

fn main() {
    let root = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default();
    let layout = match std::env::var_os("CARGO_FEATURE_SMALL") {
        Some(_) => "small",
        None => "large",
    };
    // Not beside the manifest: the linker runs there, and takes what is there first.
    let folder = Path::new(&root).join("memory").join(layout);
    println!("cargo:rerun-if-changed=memory");
    println!("cargo:rustc-link-search={}", folder.display());
    println!("cargo:rustc-link-arg-bins=-Tlink.x");
}
