//! Apps for the tests: those of `examples/apps/bin`, and a metronome.

use std::path::{Path, PathBuf};

use wasm_encoder::{CustomSection, Section};

use crate::device::Console;

/// Bundled apps that are written for AkiraOS.
pub(crate) const C_APPS: [&str; 7] = [
    "blocks",
    "display_demo",
    "hello",
    "ipc_ping",
    "ipc_pong",
    "launcher",
    "storage_demo",
];

/// Returns the directory of the built apps.
pub(crate) fn bin() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/apps/bin")
}

/// Reads a built app.
pub(crate) fn read(name: &str) -> Vec<u8> {
    let path = bin().join(format!("{name}.wasm"));
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Assembles an app from its text.
pub(crate) fn wasm(text: &str) -> Vec<u8> {
    wat::parse_str(text).expect("the app's text is right")
}

/// Inserts a manifest with another name before the app's own. The first manifest counts.
pub(crate) fn renamed(image: &[u8], name: &str) -> Vec<u8> {
    with_manifest(image, &format!("{{\"name\": \"{name}\"}}"))
}

/// Inserts a manifest before the first section of an app.
pub(crate) fn with_manifest(image: &[u8], manifest: &str) -> Vec<u8> {
    let section = CustomSection {
        name: ".akira.manifest".into(),
        data: manifest.as_bytes().into(),
    };
    let mut result = image[..8].to_vec();
    section.append_to(&mut result);
    result.extend_from_slice(&image[8..]);
    result
}

/// Returns an app that wakes every 10 ms. At every tenth wake-up it logs the number of wake-ups and
/// its maximum delay in µs.
pub(crate) fn metronome() -> Vec<u8> {
    wasm(
        r#"(module
          (import "env" "clock" (func $now (result i64)))
          (import "env" "delay" (func $delay (param i32) (result i32)))
          (import "env" "printf" (func $printf (param i32 i32) (result i32)))
          (memory (export "memory") 1 1)
          (data (i32.const 64) "%d beats, late by %d us at most\n\00")
          (func (export "main") (result i32)
            (local $next i64) (local $late i64)
            (local.set $next (i64.add (call $now) (i64.const 10000)))
            (loop $forever
              (local.set $late (i64.sub (local.get $next) (call $now)))
              (if (i64.gt_s (local.get $late) (i64.const 0))
                (then (drop (call $delay (i32.wrap_i64 (local.get $late))))))
              (local.set $late (i64.sub (call $now) (local.get $next)))
              (i32.store (i32.const 16) (i32.add (i32.load (i32.const 16)) (i32.const 1)))
              (if (i64.gt_s (local.get $late) (i64.load32_s (i32.const 20)))
                (then (i64.store32 (i32.const 20) (local.get $late))))
              (if (i32.eqz (i32.rem_u (i32.load (i32.const 16)) (i32.const 10)))
                (then (drop (call $printf (i32.const 64) (i32.const 16)))))
              (local.set $next (i64.add (local.get $next) (i64.const 10000)))
              (br $forever))
            (unreachable)))"#,
    )
}

/// Numbers that a metronome has logged.
#[derive(Debug, PartialEq)]
pub(crate) struct Beats {
    pub(crate) count: u64,
    pub(crate) late_us: u64,
}

/// Installs and starts a metronome.
pub(crate) fn start_metronome(console: &Console, name: &str) {
    console.install(name, &metronome());
    console.start(name);
}

/// Returns the numbers in the last log line of a metronome.
pub(crate) fn beats(console: &Console, name: &str) -> Beats {
    let text = console.last_text(name);
    let mut numbers = text.split(' ').filter_map(|word| word.parse().ok());
    let mut next = || numbers.next().expect("the metronome logs two numbers");
    Beats {
        count: next(),
        late_us: next(),
    }
}
