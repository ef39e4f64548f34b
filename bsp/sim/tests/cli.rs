//! Command line of the program: exit codes and error messages.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// Temporary folder for a test's files, in which the program is run.
struct Desk(TempDir);

impl Desk {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("there is room for a folder"))
    }

    /// Writes a file in the folder.
    fn put(&self, name: &str, bytes: impl AsRef<[u8]>) {
        std::fs::write(self.0.path().join(name), bytes).expect("there is room for a file");
    }

    /// Reads a file in the folder.
    fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.0.path().join(name)).expect("it is there")
    }

    /// Runs the program in the folder.
    fn akira(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_akira-sim"))
            .args(arguments)
            .current_dir(self.0.path())
            .output()
            .expect("the program can be run")
    }

    /// Checks that the program fails, prints all of `words` to standard error and nothing to
    /// standard output.
    fn refuses(&self, arguments: &[&str], words: &[&str]) {
        let output = self.akira(arguments);
        let error = String::from_utf8_lossy(&output.stderr);
        for word in words {
            assert!(
                error.contains(word),
                "{arguments:?} does not say {word:?}: {error}"
            );
        }
        assert!(!output.status.success(), "{arguments:?} succeeds");
        assert!(!error.contains("panicked"), "{error}");
        assert_eq!(text(&output.stdout), "", "{arguments:?}");
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn code(output: &Output) -> Option<i32> {
    output.status.code()
}

/// Returns the path of a built app.
fn app(name: &str) -> String {
    let bin = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/apps/bin");
    let path: PathBuf = bin.join(format!("{name}.wasm"));
    path.to_str().expect("the path is text").to_owned()
}

/// An app whose `main` does nothing.
const EMPTY: &[u8] = b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0\x03\x02\x01\0\x07\x08\x01\x04main\0\0\x0a\x04\x01\x02\0\x0b";

#[test]
fn an_image_that_is_no_app_is_refused_with_its_reason() {
    let desk = Desk::new();
    desk.put("text.wasm", "hello");
    for (file, reason) in [
        ("text.wasm", "not an app"),
        (&app("malformed/truncated"), "cut off at byte 142"),
        (&app("malformed/wrong_abi_major"), "built for ABI 2.0"),
        (&app("malformed/manifest_not_json"), "line 1, column 1"),
        (&app("malformed/newer_firmware_needed"), "999.0.0"),
        (
            &app("huge_memory"),
            "runtime): less memory (--initial-memory",
        ),
    ] {
        for command in [&["run"] as &[&str], &["run", "--quiet"], &["inspect"]] {
            desk.refuses(&[command, &[file]].concat(), &["error: ", file, reason]);
        }
    }
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let desk = Desk::new();
    let nowhere = "error: nowhere.wasm cannot be read";
    desk.refuses(&["run", "nowhere.wasm"], &[nowhere]);
    desk.refuses(&["inspect", "nowhere.wasm"], &[nowhere]);
    desk.refuses(
        &["headless", "nowhere.txt"],
        &["nowhere.txt cannot be read"],
    );
    let arguments = ["run", &app("hello"), "--manifest", "nowhere.json"];
    desk.refuses(&arguments, &["the manifest nowhere.json cannot be read"]);
}

#[test]
fn a_manifest_beside_an_app_is_read_or_refused_by_its_name() {
    let desk = Desk::new();
    desk.put("app.wasm", EMPTY);
    desk.put(
        "good.json",
        r#"{"name": "good", "capabilities": ["gpio.read"]}"#,
    );
    desk.put("bad.json", "{\"name\": 7}");
    let output = desk.akira(&["inspect", "app.wasm", "--manifest", "good.json"]);
    assert!(text(&output.stderr).contains("+ gpio.read: granted"));
    assert_eq!(code(&output), Some(0));
    let arguments = ["inspect", "app.wasm", "--manifest", "bad.json"];
    desk.refuses(&arguments, &["bad.json", "field \"name\" must be a string"]);
}

/// A manifest that a device accepts.
const GOOD: &str =
    r#"{"name": "good", "version": "1.2.3", "capabilities": ["gpio.read", "gpio.explode"]}"#;

#[test]
fn a_manifest_is_packed_into_an_app_which_then_needs_none_beside_it() {
    let desk = Desk::new();
    desk.put("app.wasm", EMPTY);
    desk.put("good.json", GOOD);
    let pack = ["pack", "app.wasm", "--manifest", "good.json"];
    let output = desk.akira(&pack);
    let said = text(&output.stderr);
    assert_eq!(code(&output), Some(0), "{said}");
    for line in [
        "app.packed.wasm: 135 bytes, with the manifest good.json of good 1.2.3",
        "asks for gpio.read",
        "? gpio.explode: unknown capability",
    ] {
        assert!(said.contains(line), "{line}: {said}");
    }
    assert_eq!(desk.read("app.wasm"), EMPTY);
    let report = text(&desk.akira(&["inspect", "app.packed.wasm"]).stderr);
    assert!(report.starts_with("good 1.2.3"), "{report}");
    let named = desk.akira(&[&pack[..], &["-o", "named.wasm"]].concat());
    assert_eq!(code(&named), Some(0), "{named:?}");
    assert_eq!(desk.read("named.wasm"), desk.read("app.packed.wasm"));
    let replaced = desk.akira(&[&pack[..], &["--in-place"]].concat());
    assert_eq!(code(&replaced), Some(0), "{replaced:?}");
    assert_eq!(desk.read("app.wasm"), desk.read("named.wasm"));
    let names = std::fs::read_dir(desk.0.path()).expect("the folder can be read");
    assert_eq!(names.count(), 4, "no temporary file stays");
}

#[test]
fn pack_says_what_it_refuses_and_what_fixes_it_and_writes_nothing() {
    let desk = Desk::new();
    desk.put("app.wasm", EMPTY);
    desk.put("text.wasm", "hello");
    desk.put("good.json", GOOD);
    desk.put("bad.json", "{\n  \"name\": 7}");
    let key = akira_pack::SigningKey::generate().expect("a key");
    let signed = akira_pack::sign_module(EMPTY, &key).expect("a module");
    desk.put("signed.wasm", &signed);
    let hello = app("hello");
    let pack = |app, manifest| ["pack", app, "--manifest", manifest, "-o", "out.wasm"];
    for (arguments, words) in [
        (
            pack("nowhere.wasm", "good.json"),
            &["nowhere.wasm cannot be read"][..],
        ),
        (
            pack("app.wasm", "nowhere.json"),
            &["the manifest nowhere.json cannot be read"],
        ),
        (
            pack("text.wasm", "good.json"),
            &[
                "text.wasm cannot hold a manifest",
                "not a WebAssembly module",
            ],
        ),
        (
            pack("app.wasm", "bad.json"),
            &["bad.json", "must be a string", "line 2, column 11"],
        ),
        (
            pack("app.wasm", "text.wasm"),
            &["text.wasm", "line 1, column 1"],
        ),
        (
            pack(&hello, "good.json"),
            &["already has a manifest of hello", "--replace"],
        ),
        (
            pack("signed.wasm", "good.json"),
            &["signed.wasm is signed", "then sign"],
        ),
        (
            [
                "pack",
                "app.wasm",
                "--manifest",
                "good.json",
                "-o",
                "./app.wasm",
            ],
            &["the app itself", "--in-place"],
        ),
        (
            [
                "pack",
                "app.wasm",
                "--manifest",
                "good.json",
                "-o",
                "good.json",
            ],
            &["is the manifest"],
        ),
        (
            [
                "pack",
                "app.wasm",
                "--manifest",
                "good.json",
                "-o",
                "nowhere/out.wasm",
            ],
            &["nowhere/out.wasm cannot be written"],
        ),
    ] {
        desk.refuses(&arguments, words);
        assert!(!desk.0.path().join("out.wasm").exists(), "{arguments:?}");
    }
    assert_eq!(desk.read("app.wasm"), EMPTY);
    assert_eq!(desk.read("good.json"), GOOD.as_bytes());
    let again = desk.akira(&[&pack(&hello, "good.json")[..], &["--replace"]].concat());
    assert_eq!(code(&again), Some(0), "{again:?}");
    let help = text(&desk.akira(&["pack", "--help"]).stdout);
    assert!(
        help.contains("--in-place") && help.contains("cargo run -- pack"),
        "{help}"
    );
}

/// Returns the output of `inspect` for a module.
fn inspected(text_of_module: &str) -> String {
    let desk = Desk::new();
    desk.put(
        "app.wasm",
        wat::parse_str(text_of_module).expect("a module"),
    );
    text(&desk.akira(&["inspect", "app.wasm"]).stderr)
}

#[test]
fn an_import_that_ends_the_app_is_said_to_be_of_another_type_or_to_have_a_near_name() {
    let report = inspected(
        r#"(module
        (import "env" "adc_read" (func (param i32 i32 i32) (result i32)))
        (import "env" "prinft_native" (func (param i32) (result i32)))
        (import "env" "gpio_raed" (func (param f64)))
        (import "env" "qsort" (func (param i32 i32 i32 i32)))
        (func (export "main")))"#,
    );
    for said in [
        "env.adc_read (of type (i32, i32, i32) -> i32, where this device has (i32) -> i32: a call ends the app)",
        "env.prinft_native (unknown; there is env.printf_native (i32) -> i32: a call ends the app)",
        "env.gpio_raed (unknown; there is env.gpio_read (i32) -> i32: a call ends the app)",
        "env.qsort (unknown: a call ends the app)",
    ] {
        assert!(report.contains(said), "{said}: {report}");
    }
}

#[test]
fn a_stack_above_the_data_and_two_allocators_in_one_memory_are_warned_of() {
    let with = |stack: u32, grow: &str, import: &str| {
        inspected(&format!(
            r#"(module (import "env" "{import}" (func (param i32) (result i32)))
            (memory 2) (global (mut i32) (i32.const {stack}))
            (data (i32.const 4096) "calibration")
            (func (export "main") {grow}))"#
        ))
    };
    let grows = "(drop (memory.grow (i32.const 1)))";
    assert!(with(8_192, "", "puts").contains("-Wl,--stack-first"));
    assert!(with(8_192, grows, "malloc").contains("from the host (env.malloc)"));
    let sound = with(4_096, "", "malloc") + &with(4_096, grows, "puts");
    assert!(
        !sound.contains("stack-first") && !sound.contains("from the host"),
        "{sound}"
    );
}

#[test]
fn an_unknown_capability_is_refused_before_anything_runs() {
    let desk = Desk::new();
    for flag in ["--grant", "--deny"] {
        let arguments = ["run", &app("hello"), flag, "gpio.explode"];
        desk.refuses(&arguments, &["gpio.explode", flag, "unknown capability"]);
    }
}

#[test]
fn what_the_operator_grants_and_the_console_lacks_is_said() {
    let report = |grant| {
        let output = Desk::new().akira(&["inspect", &app("hello"), "--grant", grant]);
        assert_eq!(code(&output), Some(0));
        text(&output.stderr)
    };
    let said = "! adc cannot be granted: this device does not have it";
    assert!(report("adc").contains(said));
    assert!(report("display.write,adc").contains(said));
    for grant in ["display.write", "gpio.*", "*"] {
        assert!(!report(grant).contains("cannot be granted"), "{grant}");
    }
}

#[test]
fn what_the_operator_grants_is_shown_too() {
    let arguments = ["inspect", &app("hello"), "--grant", "display.write"];
    let report = text(&Desk::new().akira(&arguments).stderr);
    assert!(
        report.contains("+ display.write: granted by the operator"),
        "{report}"
    );
}

#[test]
fn the_firmwares_settings_are_given_and_refused_like_everything_else() {
    let desk = Desk::new();
    desk.put("app.wasm", EMPTY);
    desk.put(
        "settings.json",
        r#"{"name": "app", "capabilities": ["settings.*", "system"]}"#,
    );
    desk.put("all.json", r#"{"name": "app", "capabilities": ["*"]}"#);
    for (manifest, options, said) in [
        ("settings.json", &[][..], "+ system: granted"),
        (
            "settings.json",
            &["--deny", "system"],
            "- system: denied, refused by policy",
        ),
        (
            "settings.json",
            &["--deny", "*"],
            "- system: denied, refused by policy",
        ),
        (
            "all.json",
            &["--grant", "system"],
            "+ system: granted by the operator",
        ),
    ] {
        let inspect = ["inspect", "app.wasm", "--manifest", manifest];
        let report = text(&desk.akira(&[&inspect[..], options].concat()).stderr);
        assert!(report.contains(said), "{options:?}: {report}");
    }
    let inspect = ["inspect", "app.wasm", "--manifest", "all.json"];
    let report = text(&desk.akira(&inspect).stderr);
    assert!(
        report.contains("settings.*") && !report.contains("system"),
        "{report}"
    );
}

#[test]
fn an_app_that_is_ended_from_outside_is_said_to_be() {
    let arguments = [
        "run",
        &app("ipc_pong"),
        "--time",
        "virtual",
        "--timeout",
        "9",
    ];
    let output = Desk::new().akira(&arguments);
    assert!(text(&output.stderr).contains("ipc_pong was stopped by --timeout"));
}

#[test]
fn the_program_ends_quietly_when_nobody_reads_its_output() {
    let mut program = Command::new(env!("CARGO_BIN_EXE_akira-sim"))
        .args(["run", &app("log_flood"), "--quiet", "--timeout", "60000"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("the program can be run");
    drop(program.stdout.take());
    let output = program.wait_with_output().expect("it ends");
    assert_eq!(code(&output), Some(141));
    assert_eq!(text(&output.stderr), "");
}

#[test]
fn a_strict_console_refuses_what_it_does_not_know() {
    let arguments = ["run", &app("malformed/unknown_capability"), "--strict"];
    Desk::new().refuses(&arguments, &["gpio.explode"]);
}

#[test]
fn the_exit_code_says_how_the_app_ended() {
    let desk = Desk::new();
    for (name, expected) in [
        ("hello", 0),
        ("main_with_arguments", 7),
        ("trap_loop", 101),
        ("spin", 101),
        ("ipc_pong", 124),
    ] {
        let output = desk.akira(&["run", &app(name), "--time", "virtual", "--timeout", "9000"]);
        assert_eq!(code(&output), Some(expected), "{name}: {output:?}");
    }
}

#[test]
fn quiet_leaves_the_log_alone() {
    let output = Desk::new().akira(&["run", &app("hello"), "--time", "virtual", "--quiet"]);
    assert_eq!(text(&output.stderr), "");
    assert!(text(&output.stdout).contains("Hello from a WebAssembly app."));
}

#[test]
fn a_step_that_cannot_be_done_is_named_by_file_and_line() {
    let desk = Desk::new();
    for (step, reason) in [
        ("start nothing", "no app of that name"),
        ("stop nothing", "no app of that name"),
        ("press SELECT", "unknown button \"SELECT\""),
        ("sensor 99 1", "no sensor has the channel 99"),
        ("sensor 13 warm", "\"warm\" is not a number"),
        ("wait long", "\"long\" is not a number"),
        ("wait 99999999999", "longer than an hour"),
        ("until 5 never said", "\"never said\" within 5 ms"),
        ("install nowhere.wasm", "nowhere.wasm cannot be read"),
        (
            "screenshot nowhere/a.png",
            "nowhere/a.png cannot be written",
        ),
        ("dance", "unknown step \"dance\""),
    ] {
        desk.put(
            "script.txt",
            format!("wait 1\n# a comment\n\n{step} # here\nwait 1\n"),
        );
        let output = desk.akira(&["headless", "--bare", "script.txt"]);
        let error = text(&output.stderr);
        assert!(error.contains("script.txt, line 4"), "{error}");
        assert!(error.contains(reason), "{step}: {error}");
        assert_eq!(code(&output), Some(1), "{step}");
    }
}

#[test]
fn two_taps_of_one_button_in_a_row_are_two_for_an_app_that_polls() {
    let desk = Desk::new();
    let install = format!("install {}\nstart gpio_poll\nwait 50\n", app("gpio_poll"));
    desk.put("script.txt", install + "tap A\ntap A\ntap B\nwait 50\n");
    let output = desk.akira(&["headless", "--bare", "script.txt"]);
    let presses = |pin: &str| text(&output.stdout).matches(pin).count();
    assert_eq!((presses("pin 15: 1"), presses("pin 15: 0")), (2, 2));
    assert_eq!((presses("pin 16: 1"), presses("pin 16: 0")), (1, 1));
}

#[test]
fn an_app_that_a_script_starts_comes_to_the_front_and_gets_the_buttons() {
    let desk = Desk::new();
    let screenshots = |name: &str, steps: &str| {
        desk.put(
            "script.txt",
            format!("wait 500\n{steps}screenshot {name}\n"),
        );
        let output = desk.akira(&["headless", "script.txt"]);
        assert_eq!(code(&output), Some(0), "{output:?}");
        std::fs::read(desk.0.path().join(name)).expect("it is written")
    };
    let launcher = screenshots("launcher.png", "wait 500\n");
    let snake = screenshots("snake.png", "start snake\nwait 500\n");
    assert_ne!(snake, launcher);
    let home = screenshots("home.png", "start snake\nwait 100\ntap HOME\nwait 500\n");
    assert_ne!(home, snake);
}

#[test]
fn a_script_writes_what_the_screen_shows() {
    let desk = Desk::new();
    desk.put("script.txt", "wait 500\nscreenshot launcher.png\n");
    assert_eq!(code(&desk.akira(&["headless", "script.txt"])), Some(0));
    let image = std::fs::read(desk.0.path().join("launcher.png")).expect("it is written");
    assert!(image.starts_with(b"\x89PNG"));
}

/// Each error of the host's disk is followed by what fixes it.
#[cfg(unix)]
#[test]
fn a_flash_that_cannot_be_made_says_what_fixes_that() {
    let desk = Desk::new();
    let run = |limit: &str, flash: &str| {
        let program = env!("CARGO_BIN_EXE_akira-sim");
        // A file over the limit is an error of the write, and no signal.
        let script = format!("trap '' XFSZ; {limit} exec {program} --port 0 --flash {flash}");
        let shell = Command::new("sh")
            .args(["-c", &script])
            .current_dir(desk.0.path())
            .output();
        let output = shell.expect("there is a shell");
        assert!(!output.status.success());
        text(&output.stderr)
    };
    let full = run("ulimit -f 100;", "flash");
    assert!(full.contains("make room on its disk"), "{full}");
    let nowhere = run("", "nowhere/flash");
    assert!(nowhere.contains("if its folder exists"), "{nowhere}");
}
