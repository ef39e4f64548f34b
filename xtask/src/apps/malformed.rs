//! Modules that are malformed on purpose, each in one way.

use std::path::Path;

use anyhow::Result;

use super::{Modules, section};

/// Small valid app, from which the malformed ones are derived.
const SOUND: &str = r#"(module
  (import "env" "printf_native" (func $print (param i32) (result i32)))
  (memory (export "memory") 1 1)
  (data (i32.const 16) "still here\00")
  (func (export "main") (result i32)
    (drop (call $print (i32.const 16)))
    (i32.const 0)))"#;

const MANIFEST: &str =
    r#"{"name": "malformed", "version": "1.0.0", "abi": "1.0", "capabilities": []}"#;

/// Adds the malformed modules under `malformed/`.
pub(super) fn add(modules: &mut Modules) -> Result<()> {
    let bare = wat::parse_str(SOUND)?;
    let sound = section::with_manifest(&bare, MANIFEST.as_bytes())?;
    for (name, module) in broken_binaries(&sound) {
        modules.insert(path(name), module);
    }
    for (name, manifest) in broken_manifests() {
        modules.insert(path(name), section::with_manifest(&bare, &manifest)?);
    }
    modules.insert(path("duplicate_main"), with_manifest(duplicate_main())?);
    modules.insert(
        path("wrong_function_index"),
        with_manifest(wrong_function_index())?,
    );
    Ok(())
}

fn path(name: &str) -> std::path::PathBuf {
    Path::new("malformed").join(format!("{name}.wasm"))
}

fn with_manifest(module: Vec<u8>) -> Result<Vec<u8>> {
    section::with_manifest(&module, MANIFEST.as_bytes())
}

fn broken_binaries(sound: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("empty", Vec::new()),
        ("header_only_half", sound[..6].to_vec()),
        ("truncated", sound[..sound.len() * 2 / 3].to_vec()),
        ("bad_magic", edited(sound, 1, b"ASM")),
        ("wrong_version", edited(sound, 4, &[2, 0, 0, 0])),
        // The first section, of the types, claims a size of 2 MiB.
        (
            "section_overlong",
            [&sound[..9], &[0xFF, 0xFF, 0x7F], &sound[10..]].concat(),
        ),
        ("section_twice", [sound, &sound[8..]].concat()),
        // A size in eleven bytes; the maximum is five.
        (
            "number_overlong",
            [&sound[..9], &[0x80; 10], &[0], &sound[10..]].concat(),
        ),
        ("unknown_section", [sound, &[0x3F, 1, 0]].concat()),
        ("trailing_garbage", [sound, &[0xFF; 7]].concat()),
    ]
}

fn edited(sound: &[u8], at: usize, bytes: &[u8]) -> Vec<u8> {
    let mut module = sound.to_vec();
    module[at..at + bytes.len()].copy_from_slice(bytes);
    module
}

fn broken_manifests() -> Vec<(&'static str, Vec<u8>)> {
    let deep = [b"{\"x\": ".as_slice(), &[b'['; 5000]].concat();
    vec![
        ("manifest_not_json", b"name = malformed".to_vec()),
        ("manifest_not_utf8", b"{\"name\": \"\xFF\xFE\"}".to_vec()),
        (
            "manifest_wrong_type",
            br#"{"name": 7, "capabilities": "gpio"}"#.to_vec(),
        ),
        (
            "manifest_name_too_long",
            br#"{"name": "a_name_of_more_than_thirty_one_bytes"}"#.to_vec(),
        ),
        (
            "manifest_name_is_a_path",
            br#"{"name": "../../etc/passwd"}"#.to_vec(),
        ),
        ("manifest_too_deep", deep),
        (
            "wrong_abi_major",
            br#"{"name": "malformed", "abi": "2.0", "capabilities": []}"#.to_vec(),
        ),
        (
            "newer_firmware_needed",
            br#"{"name": "malformed", "min_akiraos_version": "999.0.0", "capabilities": []}"#
                .to_vec(),
        ),
        (
            "unknown_capability",
            br#"{"name": "malformed", "abi": "1.0", "capabilities": ["gpio.explode"]}"#.to_vec(),
        ),
    ]
}

/// Returns a module with two exports named `main`, as some AkiraOS sources produce. It runs after
/// the second export is dropped.
fn duplicate_main() -> Vec<u8> {
    const TYPES: &[u8] = &[1, 11, 2, 0x60, 0, 1, 0x7F, 0x60, 2, 0x7F, 0x7F, 1, 0x7F];
    const FUNCTIONS: &[u8] = &[3, 3, 2, 0, 1];
    const EXPORTS: &[u8] = &[
        7, 15, 2, 4, b'm', b'a', b'i', b'n', 0, 0, 4, b'm', b'a', b'i', b'n', 0, 1,
    ];
    const CODE: &[u8] = &[10, 11, 2, 4, 0, 0x41, 0, 0x0B, 4, 0, 0x41, 1, 0x0B];
    [HEADER, TYPES, FUNCTIONS, EXPORTS, CODE].concat()
}

/// Returns a module that exports function 99 but has only one function.
fn wrong_function_index() -> Vec<u8> {
    const TYPES: &[u8] = &[1, 5, 1, 0x60, 0, 1, 0x7F];
    const FUNCTIONS: &[u8] = &[3, 2, 1, 0];
    const EXPORTS: &[u8] = &[7, 8, 1, 4, b'm', b'a', b'i', b'n', 0, 99];
    const CODE: &[u8] = &[10, 6, 1, 4, 0, 0x41, 0, 0x0B];
    [HEADER, TYPES, FUNCTIONS, EXPORTS, CODE].concat()
}

const HEADER: &[u8] = b"\0asm\x01\0\0\0";
