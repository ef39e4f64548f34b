//! Apps for the tests.

use akira_pack::embed_manifest;

/// Waits for ever.
pub(crate) const WAITS: &str = r#"(module
    (import "env" "delay" (func $delay (param i32) (result i32)))
    (memory (export "memory") 1 1)
    (func (export "main") (result i32)
        (loop $again (drop (call $delay (i32.const 1000000))) (br $again))
        (i32.const 0)))"#;

/// Makes an app of a module and a manifest.
pub(crate) fn app(source: &str, manifest: &str) -> Vec<u8> {
    let module = wat::parse_str(source).expect("the module is well formed");
    embed_manifest(&module, manifest.as_bytes()).expect("the manifest is right")
}

/// Makes a version of an app that waits, and asks for these capabilities.
pub(crate) fn version(name: &str, version: &str, capabilities: &str) -> Vec<u8> {
    let manifest = format!(
        r#"{{"name": "{name}", "version": "{version}", "capabilities": [{capabilities}]}}"#
    );
    app(WAITS, &manifest)
}
