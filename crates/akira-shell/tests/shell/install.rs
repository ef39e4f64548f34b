//! Installation of apps over the link.

use crate::device::{Device, ask, serve, text, wasmi};
use crate::link::Step;
use akira_runtime::abi::caps::CapabilitySet;
use akira_runtime::engine::Engine;
use akira_runtime::{Exit, RamInstaller, Runtime, State};
use akira_shell::{Config, Shell};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::time::Duration;

pub(crate) const HELLO: &[u8] = include_bytes!("../../../../examples/apps/bin/hello.wasm");

/// CRC-32 of [`HELLO`] in hex.
pub(crate) fn hello_crc() -> String {
    format!("{:08x}", crc32(HELLO))
}

/// CRC-32 of IEEE 802.3, computed bit by bit.
pub(crate) fn crc32(bytes: &[u8]) -> u32 {
    let crc = bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0xedb8_8320 * (crc & 1))
        })
    });
    !crc
}

/// Encodes bytes as the lines that a sender sends.
pub(crate) fn lines(bytes: &[u8]) -> Vec<String> {
    let lines = bytes.chunks(57).map(|chunk| STANDARD.encode(chunk) + "\r");
    lines.collect()
}

/// Returns the text of a whole transfer.
pub(crate) fn transfer(command: &str, bytes: &[u8]) -> String {
    format!("{command}\r{}.\r", lines(bytes).concat())
}

/// Sink for apps of up to 64 KiB, which are granted no capability.
pub(crate) fn installer<E: Engine>(runtime: &Runtime<Device, E>) -> RamInstaller<Device, E> {
    RamInstaller::new(runtime.clone()).with_apps(64 << 10, CapabilitySet::EMPTY)
}

/// Returns the answers without the acknowledgements.
pub(crate) fn without_acknowledgements(answers: &str) -> String {
    let lines = answers.lines().filter(|line| !line.starts_with('+'));
    lines.map(|line| format!("{line}\n")).collect()
}

#[test]
fn an_app_comes_in_lines_and_runs() {
    let runtime = wasmi();
    let board = runtime.clone();
    let mut shell = Shell::new(
        &runtime,
        installer(&runtime),
        Config::default().with_log(board.board()),
    );
    let command = format!("install hello {} {}", HELLO.len(), hello_crc());
    let steps = vec![
        Step::text(&transfer(&command, HELLO)),
        Step::text("start hello\r"),
        Step::Wait(Duration::from_millis(10)),
        Step::text("log hello\r"),
    ];
    let answers = ask(&runtime, &mut shell, steps);
    assert!(answers.starts_with("+0\n+57\n+114\n"), "{answers}");
    let rest = without_acknowledgements(&answers);
    let report = format!(
        "hello 1.0.0  ({} bytes)\n  asks for no capability\n",
        HELLO.len()
    );
    let rest = rest.strip_prefix(&*report);
    let rest = rest.expect("the report comes first");
    let (memory, rest) = rest.split_once('\n').expect("a line about memory");
    assert!(memory.starts_with("  memory: up to "), "{memory}");
    assert_eq!(
        rest,
        "  not signed
ok
ok
         0  info   hello: Hello from a WebAssembly app.
         0  info   hello: The device has run for 0 ms.
         0  info   hello: Goodbye.
ok
"
    );
    let app = runtime.app("hello").expect("it is installed");
    assert_eq!(
        (app.state, app.exit),
        (State::Stopped, Some(Exit::Returned(0)))
    );
}

#[test]
fn a_person_is_told_what_to_send_and_sees_no_base64() {
    let runtime = wasmi();
    let mut shell = Shell::new(&runtime, installer(&runtime), Config::default());
    let command = format!("inspect hello {}", HELLO.len());
    let steps = vec![Step::text(&transfer(&command, HELLO))];
    let shown = text(&serve(&runtime, &mut shell, steps));
    let start = format!(
        "akira> {command}
send lines of base64, each at most 76 characters, then a line with a dot; Ctrl-C aborts
+0
+57
"
    );
    assert!(shown.starts_with(&start), "{shown}");
    assert!(
        shown.ends_with(" runtime\n  not signed\nok\nakira> "),
        "{shown}"
    );
    assert!(runtime.apps().is_empty(), "inspect installs nothing");
}

#[test]
fn a_wrong_crc_is_told_and_installs_nothing() {
    let runtime = wasmi();
    let mut shell = Shell::new(&runtime, installer(&runtime), Config::default());
    let command = format!("install hello {} 1", HELLO.len());
    let answers = ask(
        &runtime,
        &mut shell,
        vec![Step::text(&transfer(&command, HELLO))],
    );
    let crc = hello_crc();
    assert_eq!(
        without_acknowledgements(&answers),
        format!("error: hello: the CRC-32 is {crc}, not 00000001; transfer it again\n")
    );
    assert!(runtime.apps().is_empty());
}

#[test]
fn what_is_too_large_is_refused_at_once_with_both_numbers() {
    let runtime = wasmi();
    let mut shell = Shell::new(&runtime, installer(&runtime), Config::default());
    let steps = vec![Step::text("install big 65537\rinstall big 4294967296\r")];
    assert_eq!(
        ask(&runtime, &mut shell, steps),
        "error: big: the image has 65537 bytes; this device takes at most 65536
error: big: the size is not a number of bytes: give it in decimal
"
    );
    let mut shell = Shell::new(
        &runtime,
        RamInstaller::new(runtime.clone()),
        Config::default(),
    );
    assert_eq!(
        ask(&runtime, &mut shell, vec![Step::text("install a 1\r")]),
        "error: a: this device takes no apps this way\n"
    );
}

#[test]
fn names_sizes_and_checks_are_read_strictly() {
    let runtime = wasmi();
    let mut shell = Shell::new(&runtime, installer(&runtime), Config::default());
    let steps = vec![Step::text(
        "install a/b 1\rinstall a 1x\rinstall a +1\rinstall a 1 123456789\rinstall a 1 +1\rinstall a\r",
    )];
    assert_eq!(
        ask(&runtime, &mut shell, steps),
        "error: a/b: not a valid app name: use letters, digits, '.', '_', '-' or inner spaces, not beginning with '.', and not the reserved \"system\" or \"akira\"
error: a: the size is not a number of bytes: give it in decimal
error: a: the size is not a number of bytes: give it in decimal
error: a: the CRC-32 is not a number: give it in up to 8 hex digits
error: a: the CRC-32 is not a number: give it in up to 8 hex digits
error: install: usage: install NAME SIZE [CRC32]
"
    );
}

#[test]
fn what_is_no_wasm_is_refused() {
    let runtime = wasmi();
    let mut shell = Shell::new(&runtime, installer(&runtime), Config::default());
    let answers = ask(
        &runtime,
        &mut shell,
        vec![Step::text(&transfer("install text 11", b"hello world"))],
    );
    assert_eq!(
        without_acknowledgements(&answers),
        "error: text: not a WebAssembly module: it does not begin with \\0asm\n"
    );
    assert!(runtime.apps().is_empty());
}

#[test]
fn a_line_that_is_not_taken_changes_nothing() {
    let runtime = wasmi();
    let mut shell = Shell::new(&runtime, installer(&runtime), Config::default());
    let long = STANDARD.encode([0; 60]);
    let typed = format!(
        "inspect a 4\rAGFz\rAGF\r*\r{long}\r{}\rAAAA\rbQ==\r\r.\r",
        "A".repeat(200)
    );
    assert_eq!(
        ask(&runtime, &mut shell, vec![Step::text(&typed)]),
        "+0
+3
-3 not base64 with its padding
-3 not base64 with its padding
-3 a line has at most 76 characters
-3 a line has at most 76 characters
-3 more data than the announced 4 bytes
+4
+4
error: a: the module is cut off at byte 4; transfer it again
"
    );
}

#[test]
fn an_early_dot_and_ctrl_c_leave_nothing() {
    let runtime = wasmi();
    let mut shell = Shell::new(&runtime, installer(&runtime), Config::default());
    let command = format!("install hello {} {}\r", HELLO.len(), hello_crc());
    let first = &lines(HELLO)[0];
    let steps = vec![
        Step::text(&format!("{command}{first}.\r")),
        Step::text(&format!("{command}{first}AA\x03stats\r")),
    ];
    let answers = ask(&runtime, &mut shell, steps);
    let start = format!(
        "\
+0
+57
error: hello: only 57 of {} bytes arrived; send the rest first
+0
+57
error: hello: interrupted; nothing was changed
uptime: ",
        HELLO.len()
    );
    assert!(answers.starts_with(&start), "{answers}");
    assert!(!answers.contains("upload"), "{answers}");
    assert!(runtime.apps().is_empty());
}

#[test]
fn an_app_that_comes_over_the_link_gets_no_more_than_the_ceiling() {
    let (runtime, engine) = crate::device::scripted(akira_runtime::Config::default());
    let manifest = r#"{"capabilities": ["gpio.write"]}"#;
    let image = engine.app(crate::device::sleeper(manifest));
    let mut shell = Shell::new(&runtime, installer(&runtime), Config::default());
    let command = format!("install blink {}", image.len());
    let answers = ask(
        &runtime,
        &mut shell,
        vec![Step::text(&transfer(&command, &image))],
    );
    assert!(
        answers.contains("  - gpio.write: denied, the signer may not grant it\n"),
        "{answers}"
    );
    let app = runtime.app("blink").expect("it is installed");
    assert!(app.grant.capabilities.is_empty());
}
