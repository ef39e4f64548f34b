//! Adds the folder with the layout's `memory.x` to the linker's search path.

use std::path::Path;

fn main() {
    let root = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default();
    let layout = match std::env::var_os("CARGO_FEATURE_SMALL") {
        Some(_) => "small",
        None => "large",
    };
    // No `memory.x` lies beside `Cargo.toml`, because the linker runs there and would use it first.
    let folder = Path::new(&root).join("memory").join(layout);
    println!("cargo:rerun-if-changed=memory");
    println!("cargo:rustc-link-search={}", folder.display());
    println!("cargo:rustc-link-arg-bins=-Tlink.x");
}
