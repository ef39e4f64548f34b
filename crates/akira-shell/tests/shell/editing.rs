//! Line editing.

use crate::device::{Device, ask, serve, text, wasmi};
use crate::link::Step;
use akira_runtime::RamInstaller;
use akira_runtime::Runtime;
use akira_runtime::engine::Wasmi;
use akira_shell::{Config, MAX_COMMAND, Shell};

/// Types on a device without apps, and returns the whole output.
fn show(typed: &str) -> String {
    let runtime: Runtime<Device, Wasmi> = wasmi();
    let mut shell = Shell::new(
        &runtime,
        RamInstaller::new(runtime.clone()),
        Config::default(),
    );
    text(&serve(&runtime, &mut shell, vec![Step::text(typed)]))
}

/// Returns the answer to the typed text, with the echo off.
fn answer(typed: &str) -> String {
    let runtime = wasmi();
    let mut shell = Shell::new(
        &runtime,
        RamInstaller::new(runtime.clone()),
        Config::default(),
    );
    ask(&runtime, &mut shell, vec![Step::text(typed)])
}

const ERASE: &str = "\x08 \x08";

#[test]
fn backspace_takes_back_and_stops_at_the_prompt() {
    let shown = show("ab\x08\x7f\x7fecho onn\x08\r");
    let expected = format!("akira> ab{ERASE}{ERASE}echo onn{ERASE}\nok\nakira> ");
    assert_eq!(shown, expected);
}

#[test]
fn ctrl_u_takes_back_all_and_ctrl_c_gives_up() {
    let shown = show("abc\x15xy\x03echo on\r");
    let expected = format!(
        "akira> abc{}xy^C\nakira> echo on\nok\nakira> ",
        ERASE.repeat(3)
    );
    assert_eq!(shown, expected);
    assert_eq!(
        answer("abc\x15echo off\rstop x\x03prompt off\r"),
        "ok\nok\n"
    );
}

#[test]
fn every_end_of_a_line_is_one() {
    assert_eq!(
        answer("echo off\recho off\necho off\r\necho off\r\n\r\n"),
        "ok\n".repeat(4)
    );
}

#[test]
fn a_line_that_is_too_long_is_refused_whole() {
    let fits = format!("echo off{}", " ".repeat(MAX_COMMAND - 8));
    let refused = "error: the line has more than 128 characters; send a shorter one\n";
    assert_eq!(answer(&format!("{fits}\r")), "ok\n");
    assert_eq!(
        answer(&format!("{fits} \recho off\r")),
        format!("{refused}ok\n")
    );
    assert_eq!(
        answer(&format!("{fits}{}\r", "reboot".repeat(10_000))),
        refused
    );
    assert_eq!(answer(&format!("{fits}  \x08\x08\r")), "ok\n");
    assert_eq!(answer(&format!("{fits}  \x15echo off\r")), "ok\n");
}

#[test]
fn a_person_hears_that_a_line_is_full() {
    let shown = show(&"x".repeat(MAX_COMMAND + 2));
    assert_eq!(shown, format!("akira> {}\x07\x07", "x".repeat(MAX_COMMAND)));
}

#[test]
fn arrows_recall_the_last_four_lines() {
    let up = "\x1b[A";
    let shown = show(&format!("a\rb\rb\rc\rd\re\r{}\r", up.repeat(6)));
    let typed = shown.lines().last().expect("a line was typed");
    assert!(
        shown.ends_with("error: b: no such command; see help\nakira> "),
        "{shown}"
    );
    assert_eq!(typed, "akira> ");
    let shown = show("a\rb\rx\x1b[A\x1bOA\x1b[B\x1b[B\r");
    assert!(
        shown.ends_with(&format!("akira> x{ERASE}b{ERASE}a{ERASE}b{ERASE}\nakira> ")),
        "{shown:?}"
    );
}

#[test]
fn a_script_has_no_history() {
    assert_eq!(answer("echo off\r\x1b[A\r"), "ok\n");
}

#[test]
fn escape_sequences_are_passed_over() {
    assert_eq!(
        answer("ec\x1b[1;5Hho\x1bZ \x1b[200~of\x1bOPf\0\x07\r"),
        "ok\n"
    );
}

#[test]
fn what_is_not_ascii_never_means_another_app() {
    assert_eq!(
        answer("sta\u{e9}rt\r"),
        "error: sta??rt: no such command; see help\n"
    );
}

#[test]
fn each_session_begins_with_echo_and_prompt() {
    let runtime = wasmi();
    let mut shell = Shell::new(
        &runtime,
        RamInstaller::new(runtime.clone()),
        Config::default(),
    );
    for _ in 0..2 {
        let shown = serve(
            &runtime,
            &mut shell,
            vec![Step::text("echo off\rprompt off\rstats")],
        );
        assert_eq!(text(&shown), "akira> echo off\nok\nakira> ok\n");
    }
}
