//! Checks that an app's data on flash is removed with the app.

use anyhow::{Result, ensure};

use crate::apps::with_manifest;
use akira_conform::serial::Console;

const NAME: &str = "visitor";
const MANIFEST: &str =
    r#"{"name": "visitor", "capabilities": ["storage.read", "storage.write", "settings.*"]}"#;

/// App that reports whether its file and its setting exist, and writes both.
const SOURCE: &str = r#"(module
    (import "env" "storage_open" (func $open (param i32 i32) (result i32)))
    (import "env" "settings_get" (func $get (param i32 i32 i32) (result i32)))
    (import "env" "settings_set" (func $set (param i32 i32) (result i32)))
    (import "env" "printf_native" (func $print (param i32) (result i32)))
    (memory (export "memory") 128 128 (pagesize 1))
    (data (i32.const 0) "note\00")
    (data (i32.const 8) "visitor/seen\00")
    (data (i32.const 24) "a file\00")
    (data (i32.const 32) "a setting\00")
    (func (export "main") (result i32)
        (if (i32.ge_s (call $open (i32.const 0) (i32.const 0)) (i32.const 0))
            (then (drop (call $print (i32.const 24)))))
        (if (i32.eqz (call $get (i32.const 8) (i32.const 64) (i32.const 64)))
            (then (drop (call $print (i32.const 32)))))
        (drop (call $open (i32.const 0) (i32.const 1)))
        (call $set (i32.const 8) (i32.const 0))))"#;

/// Checks that an app finds its data, and that it finds none after it was uninstalled and installed
/// again.
pub(super) fn go_with_their_app(console: &mut Console) -> Result<()> {
    let image = with_manifest(&wat::parse_str(SOURCE)?, MANIFEST.as_bytes())?;
    for round in ["installed", "installed again"] {
        let refused = console.transfer(NAME, &image)?;
        ensure!(refused.is_none(), "it is refused: {refused:?}");
        let found = found(console)?;
        ensure!(found.is_empty(), "{NAME} was {round} and found {found:?}");
        let found = self::found(console)?;
        ensure!(
            found == ["a file", "a setting"],
            "{NAME} found only {found:?}"
        );
        console.command(&format!("uninstall {NAME}"))?;
    }
    println!("an app's file and setting go when it is uninstalled");
    Ok(())
}

/// Runs the app and returns the data that it found.
fn found(console: &mut Console) -> Result<Vec<String>> {
    let lines = console.command(&format!("run {NAME}"))?;
    let texts = lines.iter().filter_map(|line| line.split_once(": "));
    let mut texts: Vec<String> = texts.map(|(_, text)| text.to_owned()).collect();
    let end = texts.pop();
    ensure!(end.as_deref() == Some("returned 0"), "it ends with {end:?}");
    Ok(texts)
}
