//! The commands that show the log, once and continuously.

use crate::device::{ask, install, naps, scripted, sleeper, wasmi};
use crate::link::Step;
use akira_runtime::Config as Device;
use akira_runtime::RamInstaller;
use akira_shell::{Config, Shell};
use std::time::Duration;

#[test]
fn shows_the_log_of_all_and_of_one() {
    let (runtime, engine) = scripted(Device::default());
    install(&runtime, "a", engine.app(sleeper("")));
    let board = runtime.clone();
    board.board().note("a", "one", 0);
    board.board().note("b", "two", 0);
    board.board().clock.advance(Duration::from_millis(1_234));
    board.board().note("a", "three", 5);
    let config = Config::default().with_log(board.board());
    let mut shell = Shell::new(&runtime, RamInstaller::new(runtime.clone()), config);
    assert_eq!(
        ask(&runtime, &mut shell, vec![Step::text("log\rlog a\r")]),
        "         0  info   a: one
         0  info   b: two
            (5 lines lost)
      1234  info   a: three
ok
         0  info   a: one
            (5 lines lost)
      1234  info   a: three
ok
"
    );
}

#[test]
fn follows_until_ctrl_c() {
    let runtime = wasmi();
    let board = runtime.clone();
    board.board().note("a", "before", 0);
    let config = Config::default().with_log(board.board());
    let mut shell = Shell::new(&runtime, RamInstaller::new(runtime.clone()), config);
    let steps = vec![
        Step::text("log -f\r"),
        Step::Wait(Duration::from_millis(250)),
        Step::act(|device| device.note("a", "meanwhile", 0)),
        Step::text("ignored\r"),
        Step::Wait(Duration::from_millis(250)),
        Step::act(|device| device.lost.set(3)),
        Step::act(|device| (0..3).for_each(|_| device.note("a", "after a gap", 0))),
        Step::Wait(Duration::from_millis(250)),
        Step::text("\x03log\r"),
    ];
    assert_eq!(
        ask(&runtime, &mut shell, steps),
        "         0  info   a: before
       250  info   a: meanwhile
       500  info   a: after a gap
       500  info   a: after a gap
ok
       500  info   a: after a gap
       500  info   a: after a gap
ok
"
    );
}

#[test]
fn runs_an_app_and_shows_its_log_until_it_ends() {
    let (runtime, engine) = scripted(Device::default());
    install(&runtime, "a", engine.app(naps(1_000_000)));
    let board = runtime.clone();
    board.board().note("a", "before", 0);
    let config = Config::default().with_log(board.board());
    let mut shell = Shell::new(&runtime, RamInstaller::new(runtime.clone()), config);
    let steps = vec![
        Step::text("run a\r"),
        Step::Wait(Duration::from_millis(250)),
        Step::act(|device| device.note("a", "meanwhile", 0)),
        Step::act(|device| device.note("b", "of another", 0)),
        Step::Wait(Duration::from_millis(1_000)),
        Step::text("run b\r"),
    ];
    assert_eq!(
        ask(&runtime, &mut shell, steps),
        "       250  info   a: meanwhile
ok
error: b: no app of that name is installed: see apps
"
    );
}

#[test]
fn ctrl_c_stops_an_app_that_was_run() {
    let (runtime, engine) = scripted(Device::default());
    install(&runtime, "a", engine.app(sleeper("")));
    let board = runtime.clone();
    let config = Config::default().with_log(board.board());
    let mut shell = Shell::new(&runtime, RamInstaller::new(runtime.clone()), config);
    let steps = vec![
        Step::text("run a\r"),
        Step::Wait(Duration::from_millis(250)),
        Step::text("\x03"),
        Step::Wait(Duration::from_millis(250)),
    ];
    assert_eq!(ask(&runtime, &mut shell, steps), "ok\n");
    assert!(runtime.app("a").is_some_and(|app| app.run.is_none()));
}

#[test]
fn a_log_cannot_drive_the_terminal_nor_forge_a_line() {
    let runtime = wasmi();
    let board = runtime.clone();
    let long = "x".repeat(10_000);
    board
        .board()
        .note("\x1b]0;title\x07", "\x1b[2J\r\nok\u{202e}\u{9b}1m", 0);
    board.board().note("a", &long, 0);
    let config = Config::default().with_log(board.board());
    let mut shell = Shell::new(&runtime, RamInstaller::new(runtime.clone()), config);
    let answers = ask(&runtime, &mut shell, vec![Step::text("log\r")]);
    let lines: Vec<&str> = answers.lines().collect();
    assert_eq!(lines.len(), 3);
    assert!(
        !answers
            .chars()
            .any(|c| c.is_control() && c != '\n' || c == '\u{202e}')
    );
    assert!(lines[1].len() < 400 && lines[1].ends_with('x'));
}

#[test]
fn a_device_without_a_log_says_so() {
    let runtime = wasmi();
    let mut shell = Shell::new(
        &runtime,
        RamInstaller::new(runtime.clone()),
        Config::default(),
    );
    assert_eq!(
        ask(&runtime, &mut shell, vec![Step::text("log\r")]),
        "error: log: this device keeps no log\n"
    );
}
