//! Untrusted text in an app, a key or a file name cannot control the operator's terminal. The tests
//! run the program and check each character of its output.

use std::path::Path;
use std::process::{Command, Output};

use akira_pack::{SigningKey, sign_module};

/// One text of each kind: cursor movement, window title, bell, C1 control, DEL, line breaks, tab,
/// direction overrides, isolates, invisible characters.
const HOSTILE: [&str; 14] = [
    "\u{1b}[2J\u{1b}[31m",
    "\u{1b}]0;owned\u{7}",
    "\u{7}\u{8}",
    "\u{9b}31m",
    "\u{7f}",
    "\n         0  system: forged",
    "\r\n",
    "\t",
    "\u{85}\u{90}",
    "\u{202e}\u{202d}",
    "\u{2066}\u{2069}\u{61c}",
    "\u{200b}\u{200d}\u{feff}",
    "\u{2028}\u{2029}",
    "\u{ad}\u{e0041}",
];

fn akira(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_akira-sim"))
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("the program can be run")
}

/// Checks that the output consists only of lines of visible text.
fn check(output: &Output, what: &str) {
    for bytes in [&output.stdout, &output.stderr] {
        let text = std::str::from_utf8(bytes).unwrap_or_else(|error| panic!("{what}: {error}"));
        for c in text.chars() {
            let fine = c == '\n' || is_visible(c);
            assert!(fine, "{what}: {c:?} in {text:?}");
        }
        for line in text.lines() {
            assert!(
                !line.trim_start().starts_with("0  system: forged"),
                "{what}: {text:?}"
            );
        }
    }
    assert!(
        output.status.code().is_some_and(|code| code != 134),
        "{what}"
    );
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(!error.contains("panicked"), "{what}: {error}");
}

/// Returns whether a character is visible. Does not use the tested sanitiser, so that the tests
/// find its gaps.
fn is_visible(c: char) -> bool {
    let hidden = [
        0x00..=0x1F,
        0x7F..=0x9F,
        0xAD..=0xAD,
        0x61C..=0x61C,
        0x200B..=0x200F,
        0x2028..=0x202E,
        0x2060..=0x206F,
        0xFEFF..=0xFEFF,
        0xE0000..=0xE0FFF,
    ];
    !hidden.iter().any(|range| range.contains(&u32::from(c)))
}

/// Escapes text for a string of the WebAssembly text format.
fn wat_string(text: &str) -> String {
    text.chars()
        .map(|c| format!("\\u{{{:x}}}", u32::from(c)))
        .collect()
}

/// Escapes text for a JSON string.
fn json_string(text: &str) -> String {
    let unit = |unit: u16| format!("\\u{unit:04x}");
    text.encode_utf16().map(unit).collect()
}

/// Adds a custom section to a module.
fn with_section(mut module: Vec<u8>, name: &str, payload: &[u8]) -> Vec<u8> {
    let mut body = leb(name.len());
    body.extend(name.as_bytes());
    body.extend(payload);
    module.push(0);
    module.extend(leb(body.len()));
    module.extend(body);
    module
}

fn leb(mut number: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let low = (number & 0x7F) as u8;
        number >>= 7;
        if number == 0 {
            bytes.push(low);
            return bytes;
        }
        bytes.push(low | 0x80);
    }
}

fn module(text: &str) -> Vec<u8> {
    wat::parse_str(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn with_manifest(manifest: &str) -> Vec<u8> {
    let text = r#"(module (func (export "main") (result i32) (i32.const 0)))"#;
    with_section(module(text), ".akira.manifest", manifest.as_bytes())
}

/// Returns apps with a text in each place where a module or its manifest has a name.
fn apps(evil: &str) -> Vec<(String, Vec<u8>)> {
    let wat = wat_string(evil);
    let json = json_string(evil);
    let main = r#"(func (export "main") (result i32) (i32.const 0))"#;
    let modules = [
        (
            "import name",
            format!(r#"(module (import "env" "a{wat}b" (func)) {main})"#),
        ),
        (
            "import module",
            format!(r#"(module (import "a{wat}b" "f" (func)) {main})"#),
        ),
        (
            "imported global",
            format!(r#"(module (import "a{wat}b" "c{wat}d" (global i32)) {main})"#),
        ),
        (
            "imported memory",
            format!(r#"(module (import "a{wat}b" "c{wat}d" (memory 1)) {main})"#),
        ),
        (
            "import of another type",
            r#"(module (import "env" "printf" (func (result f64))) (func (export "main")))"#
                .to_owned(),
        ),
        (
            "called import",
            format!(
                r#"(module (import "env" "a{wat}b" (func $f)) (func (export "main") (result i32) (call $f) (i32.const 0)))"#
            ),
        ),
        (
            "export",
            format!(r#"(module (func (export "a{wat}b")) {main})"#),
        ),
        (
            "only export",
            format!(r#"(module (func (export "a{wat}b")))"#),
        ),
        (
            "log",
            format!(
                r#"(module (import "env" "printf" (func $printf (param i32 i32) (result i32)))
                (memory (export "memory") 1) (data (i32.const 16) "hello{wat}there\00")
                (func (export "main") (result i32)
                  (drop (call $printf (i32.const 16) (i32.const 0))) (i32.const 0)))"#
            ),
        ),
    ];
    let manifests = [
        format!(r#"{{"name": "a{json}b"}}"#),
        format!(r#"{{"version": "{json}"}}"#),
        format!(r#"{{"description": "{json}", "author": "{json}"}}"#),
        format!(r#"{{"entry": "{json}"}}"#),
        format!(r#"{{"capabilities": ["a{json}b", "{json}"]}}"#),
        format!(r#"{{"a{json}b": 1, "{json}": 2, "{json}": 3}}"#),
        format!(r#"{{"commands": [{{"name": "{json}"}}]}}"#),
        format!(r#"{{"abi": "{json}"}}"#),
        format!(r#"{{"min_akiraos_version": "{json}"}}"#),
        format!(r#"{{"restart": {{"{json}": 1}}}}"#),
        format!(r#"{{"resources": {{"{json}": 1}}}}"#),
        format!(r#"{{"network_policy": {{"allowed_hosts": ["{json}"]}}}}"#),
        format!(r#"{{"resources": {{"i2c": [{{"bus": 0, "addresses": ["{json}"]}}]}}}}"#),
        // The text without JSON escapes.
        format!(r#"{{"a{evil}b": 1, "capabilities": ["c{evil}d"], "description": "{evil}"}}"#),
        format!("{{\"name\": {evil}}}"),
        format!("{{}} {evil}"),
    ];
    let modules = modules.map(|(place, text)| (place.to_owned(), module(&text)));
    let manifests = manifests.map(|text| (text.clone(), with_manifest(&text)));
    modules.into_iter().chain(manifests).collect()
}

#[test]
fn nothing_in_an_app_drives_the_terminal() {
    let desk = tempfile::tempdir().expect("there is room for a folder");
    // All texts joined, and two short texts alone for names of limited length.
    let all = HOSTILE.join("x");
    for evil in [all.as_str(), HOSTILE[0], HOSTILE[9]] {
        for (place, app) in apps(evil) {
            std::fs::write(desk.path().join("app.wasm"), app).expect("there is room");
            let what = format!("{evil:?} as {place}");
            let run = ["run", "--time", "virtual", "--timeout", "50", "app.wasm"];
            for arguments in [
                &["inspect", "app.wasm"][..],
                &["inspect", "--strict", "app.wasm"],
                &run,
            ] {
                check(&akira(desk.path(), arguments), &what);
            }
        }
    }
}

#[test]
fn neither_do_the_names_of_files_and_keys_or_the_command_line() {
    let desk = tempfile::tempdir().expect("there is room for a folder");
    let put = |name: &str, bytes: &[u8]| {
        std::fs::write(desk.path().join(name), bytes).expect("there is room");
    };
    let signer = SigningKey::from_seed(&[7; 32]);
    let app = sign_module(&with_manifest(r#"{"name": "app"}"#), &signer).expect("it is a module");
    let public = signer.public().to_wasmsign();
    for evil in HOSTILE {
        let (file, key) = (format!("a{evil}.wasm"), format!("{evil}.key"));
        put(&file, &app);
        put(&key, &public);
        put("text", evil.as_bytes());
        for arguments in [
            &["inspect", &file][..],
            &["inspect", "--trust", &key, &file],
            &[
                "run",
                "--time",
                "virtual",
                "--timeout",
                "50",
                "--trust",
                &key,
                &file,
            ],
            &["inspect", "--manifest", "text", &file],
            &["inspect", &format!("{file}?")],
            &["inspect", "--grant", evil, &file],
            &["run", "--timeout", evil, &file],
            &[evil],
            &[&format!("--{evil}")],
            &["headless", "text"],
        ] {
            check(&akira(desk.path(), arguments), &format!("{arguments:?}"));
        }
    }
}

#[test]
fn help_and_mistakes_are_still_written_in_lines() {
    let desk = tempfile::tempdir().expect("there is room for a folder");
    let help = akira(desk.path(), &["--help"]);
    assert!(help.status.success() && help.stderr.is_empty());
    let text = String::from_utf8(help.stdout).expect("it is text");
    assert!(
        text.contains("\nUsage: akira-sim") && text.contains("\n  inspect"),
        "{text}"
    );
    let mistake = akira(desk.path(), &["--no-such-option"]);
    assert_eq!(mistake.status.code(), Some(2));
    assert!(mistake.stdout.is_empty() && !mistake.stderr.is_empty());
}
