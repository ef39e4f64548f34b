//! Passes the target's `memory.x` and the compiled wasm3 to the linker.

use std::env;
use std::path::Path;

fn main() {
    let root = env::var("CARGO_MANIFEST_DIR").unwrap_or_default();
    let board = match env::var("CARGO_CFG_TARGET_ARCH").as_deref() {
        Ok("arm") => "m4",
        _ => "rv32",
    };
    let folder = Path::new(&root).join("memory").join(board);
    println!("cargo::rerun-if-changed=memory");
    println!("cargo::rustc-link-search={}", folder.display());
    println!("cargo::rustc-link-arg-bins=-Tlink.x");
    println!("cargo::rerun-if-env-changed=AKIRA_WASM3");
    if let Some(folder) = env::var_os("AKIRA_WASM3") {
        link_wasm3(Path::new(&folder));
    }
}

fn link_wasm3(folder: &Path) {
    println!("cargo::rerun-if-changed={}", folder.display());
    let files = folder.read_dir().into_iter().flatten().flatten();
    for object in files.map(|file| file.path()) {
        println!("cargo::rustc-link-arg-bin=wasm3={}", object.display());
    }
}
