//! Apps for the tests.

use akira_pack::embed_manifest;

/// Source of an app that waits for ever.
pub(crate) const WAITS: &str = r#"(module
    (import "env" "delay" (func $delay (param i32) (result i32)))
    (memory (export "memory") 1 1)
    (func (export "main") (result i32)
        (loop $again (drop (call $delay (i32.const 1000000))) (br $again))
        (i32.const 0)))"#;

/// Builds an app from the text of a module and a manifest.
pub(crate) fn app(source: &str, manifest: &str) -> Vec<u8> {
    let module = wat::parse_str(source).expect("the module is well formed");
    embed_manifest(&module, manifest.as_bytes()).expect("the manifest is right")
}

/// Builds an app that waits for ever and requests these capabilities.
pub(crate) fn version(name: &str, version: &str, capabilities: &str) -> Vec<u8> {
    let manifest = format!(
        r#"{{"name": "{name}", "version": "{version}", "capabilities": [{capabilities}]}}"#
    );
    app(WAITS, &manifest)
}
