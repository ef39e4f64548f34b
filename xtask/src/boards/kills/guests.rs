//! Apps of the power-cut test.

use anyhow::{Result, ensure};

use super::random::Random;
use crate::apps::with_manifest;

/// App that is installed, updated and removed, in many versions.
pub(super) const VICTIM: &str = "victim";

/// App that counts its runs in a setting.
pub(super) const KEEPER: &str = "keeper";

/// Number of copies of the number in the setting.
const REPEATS: usize = 8;

/// Stores 8 digits, eight times. Each run prints the stored number and writes the next one.
const KEEPER_SOURCE: &str = r#"(module
    (import "env" "settings_get" (func $get (param i32 i32 i32) (result i32)))
    (import "env" "settings_set" (func $set (param i32 i32) (result i32)))
    (import "env" "printf_native" (func $print (param i32) (result i32)))
    (memory (export "memory") 1)
    (data (i32.const 0) "number\00")
    (data (i32.const 250) "found ")
    (func (export "main") (result i32)
        (local $digit i32)
        (if (call $get (i32.const 0) (i32.const 256) (i32.const 80))
            (then (i64.store (i32.const 256) (i64.const 0x3030303030303030))
                (call $repeat)))
        (drop (call $print (i32.const 250)))
        (local.set $digit (i32.const 263))
        (loop $carry
            (i32.store8 (local.get $digit) (i32.add (i32.load8_u (local.get $digit)) (i32.const 1)))
            (if (i32.gt_u (i32.load8_u (local.get $digit)) (i32.const 57))
                (then (i32.store8 (local.get $digit) (i32.const 48))
                    (local.set $digit (i32.sub (local.get $digit) (i32.const 1)))
                    (br $carry))))
        (call $repeat)
        (call $set (i32.const 0) (i32.const 256)))
    (func $repeat
        (local $at i32)
        (local.set $at (i32.const 264))
        (loop $next
            (i64.store (local.get $at) (i64.load (i32.const 256)))
            (local.set $at (i32.add (local.get $at) (i32.const 8)))
            (br_if $next (i32.lt_u (local.get $at) (i32.const 320))))))"#;

/// Returns the app that counts its runs.
pub(super) fn keeper() -> Result<Vec<u8>> {
    let manifest = r#"{"name": "keeper", "version": "1.0.0", "capabilities": ["settings.*"]}"#;
    with_manifest(&wat::parse_str(KEEPER_SOURCE)?, manifest.as_bytes())
}

/// Returns a version of the victim app. It prints its version, and its size is random.
pub(super) fn victim(version: u32, random: &mut Random) -> Result<Vec<u8>> {
    let padding: String = (0..1_000 + random.below(9_000))
        .map(|_| format!("\\{:02x}", random.below(256)))
        .collect();
    let source = format!(
        r#"(module
            (import "env" "printf_native" (func $print (param i32) (result i32)))
            (memory (export "memory") 1)
            (data (i32.const 0) "{}\00")
            (data (i32.const 64) "{padding}")
            (func (export "main") (result i32) (call $print (i32.const 0))))"#,
        says(version)
    );
    let manifest = format!(r#"{{"name": "victim", "version": "1.0.{version}"}}"#);
    with_manifest(&wat::parse_str(source)?, manifest.as_bytes())
}

/// Returns the text that a version of the victim app prints.
pub(super) fn says(version: u32) -> String {
    format!("I am {version}")
}

/// Parses the setting that the counting app has found. All copies of the number must be equal.
pub(super) fn number(found: &str) -> Result<u32> {
    let digits = found.get(..8).unwrap_or(found);
    ensure!(
        found == digits.repeat(REPEATS),
        "the setting mixes two values: {found}"
    );
    Ok(digits.parse()?)
}
