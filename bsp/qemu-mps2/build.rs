//! Tells the linker where `memory.x` is.

fn main() {
    println!("cargo:rerun-if-changed=memory.x");
    println!(
        "cargo:rustc-link-search={}",
        std::env::var("CARGO_MANIFEST_DIR").unwrap_or_default()
    );
    println!("cargo:rustc-link-arg-bins=-Tlink.x");
}
