//! Commands that list, start, stop and describe apps.

use crate::device::{ask, drive, install, scripted, serve, sleeper, text, wasmi};
use crate::link::{Link, Step};
use akira_runtime::engine::{Op, Script, Scripted};
use akira_runtime::{Config as Device, Trap};
use akira_runtime::{RamInstaller, Runtime};
use akira_shell::{Config, Shell};
use embassy_futures::select::select;
use std::cell::Cell;
use std::future::poll_fn;
use std::task::Poll;
use std::time::Duration;

#[test]
fn a_session_of_a_person() {
    let (runtime, engine) = scripted(Device::default());
    let manifest = r#"{"version": "1.2.0"}"#;
    install(&runtime, "sleeper", engine.app(sleeper(manifest)));
    let mut shell = Shell::new(
        &runtime,
        RamInstaller::new(runtime.clone()),
        Config::default(),
    );
    let steps = vec![
        Step::text("apps\rstart sleeper\r\nstart sleeper\n"),
        Step::Wait(Duration::from_millis(1_500)),
        Step::text("apps\rstop sleeper\r\runinstall sleeper\rapps\r"),
    ];
    let expected = "\
akira> apps
name     version  state         memory          fuel  crashes  last exit
sleeper  1.2.0    INSTALLED          0             0        0  -
ok
akira> start sleeper
ok
akira> start sleeper
error: sleeper: the app is running; stop or restart it
akira> apps
name     version  state         memory          fuel  crashes  last exit
sleeper  1.2.0    RUNNING        65536         12813        0  -
ok
akira> stop sleeper
ok
akira> 
akira> uninstall sleeper
ok
akira> apps
name  version  state         memory          fuel  crashes  last exit
ok
akira> ";
    assert_eq!(text(&serve(&runtime, &mut shell, steps)), expected);
}

#[test]
fn how_an_app_ended_is_shown_and_that_it_starts_again() {
    let (runtime, engine) = scripted(Device::default());
    let crash = Script {
        manifest: r#"{"restart": {"enabled": true, "delay_ms": 60000}}"#.to_owned(),
        ops: vec![Op::Trap(Trap::Unreachable)],
        ..Script::default()
    };
    install(&runtime, "crash", engine.app(crash));
    let mut shell = Shell::new(
        &runtime,
        RamInstaller::new(runtime.clone()),
        Config::default(),
    );
    let steps = vec![
        Step::text("restart crash\r"),
        Step::Wait(Duration::from_millis(1)),
        Step::text("apps\r"),
    ];
    let answers = ask(&runtime, &mut shell, steps);
    let line = answers.lines().nth(2).expect("a line for the app");
    let start = "crash           ERROR              0             0        1  trapped: ";
    assert!(
        line.starts_with(start) && line.ends_with(", starts again"),
        "{line}"
    );
}

#[test]
fn every_command_says_that_an_app_is_unknown() {
    let runtime = wasmi();
    let device = runtime.clone();
    let config = Config::default().with_log(device.board());
    let mut shell = Shell::new(&runtime, RamInstaller::new(runtime.clone()), config);
    for command in ["start", "stop", "restart", "uninstall", "caps", "log"] {
        let steps = vec![Step::text(&format!("{command} \"no body\"\r"))];
        assert_eq!(
            ask(&runtime, &mut shell, steps),
            "error: no body: no app of that name is installed: see apps\n"
        );
    }
}

#[test]
fn what_does_not_fit_is_refused_with_numbers() {
    let mut config = Device::default();
    config.running_max = 1;
    let (runtime, engine) = scripted(config);
    for name in ["a", "b"] {
        install(&runtime, name, engine.app(sleeper("")));
    }
    let mut shell = Shell::new(
        &runtime,
        RamInstaller::new(runtime.clone()),
        Config::default(),
    );
    let steps = vec![Step::text("start a\rstart b\r")];
    assert_eq!(
        ask(&runtime, &mut shell, steps),
        "ok\nerror: b: 1 apps run, the maximum; stop one first\n"
    );
}

#[test]
fn caps_shows_what_is_asked_granted_denied_unknown_and_missing() {
    let (runtime, engine) = scripted(Device::default());
    let manifest = r#"{"version": "2.0", "capabilities": ["gpio.*", "gpio.write", "display.write", "teleport"]}"#;
    let mut script = sleeper(manifest);
    script.imports.push(akira_runtime::abi::wifi::CALLS[0]);
    let image = engine.app(script);
    let size = image.len();
    install(&runtime, "radio", image);
    let app = runtime.app("radio").expect("it is installed");
    let kib = app.memory_bytes_max.div_ceil(1024);
    let mut shell = Shell::new(
        &runtime,
        RamInstaller::new(runtime.clone()),
        Config::default(),
    );
    let answers = ask(&runtime, &mut shell, vec![Step::text("caps radio\r")]);
    let import = akira_runtime::abi::wifi::CALLS[0];
    let expected = format!(
        "\
radio 2.0  ({size} bytes)
  ~ gpio.*: granted in part (gpio.read); gpio.write denied, refused by policy
  - gpio.write: denied, refused by policy
  + display.write: granted
  ? teleport: unknown capability, ignored
  ! imports {}.{} (not on this device: returns -ENOSYS)
  memory: up to {kib} KiB of 8192 KiB: ",
        import.module, import.name
    );
    let parts = answers.strip_prefix(&expected);
    let parts = parts.unwrap_or_else(|| panic!("{answers}\nis not\n{expected}"));
    assert!(parts.ends_with(" runtime\nok\n"), "{parts}");
}

#[test]
fn stats_show_memory_and_what_the_board_adds() {
    let (runtime, engine) = scripted(Device::default());
    for name in ["a", "b"] {
        install(&runtime, name, engine.app(sleeper("")));
    }
    let needed = runtime.app("a").expect("it is installed").memory_bytes_max;
    let total = runtime.config().memory_bytes;
    let free_bytes = Cell::new(7);
    let stats = |out: &mut dyn std::fmt::Write| {
        let free = free_bytes.get();
        write!(out, "heap: {free} bytes free\nvoltage: \x1b[2J3.3 V")
    };
    let mut shell = Shell::new(
        &runtime,
        RamInstaller::new(runtime.clone()),
        Config::default().with_stats(&stats),
    );
    let steps = vec![
        Step::text("start b\r"),
        Step::Wait(Duration::from_millis(61_005)),
        Step::text("stats\r"),
    ];
    let free = total - needed;
    let run = Runtime::<crate::device::Device, Scripted>::bytes_of_a_run();
    let expected = format!(
        "\
ok
uptime: 61.005 s
apps: 1 of 8 running, 2 of 32 installed
app memory: 65536 bytes used, {needed} reserved, {free} of {total} free
run: {run} bytes of each app's reservation
heap: 7 bytes free
voltage: \u{fffd}[2J3.3 V
ok
"
    );
    assert_eq!(ask(&runtime, &mut shell, steps), expected);
}

#[test]
fn a_reboot_is_answered_before_it_happens() {
    let runtime = wasmi();
    let mut shell = Shell::new(
        &runtime,
        RamInstaller::new(runtime.clone()),
        Config::default(),
    );
    assert_eq!(
        ask(&runtime, &mut shell, vec![Step::text("reboot\r")]),
        "error: reboot: this device cannot restart itself\n"
    );
    let reboots = Cell::new(0);
    let reboot = || reboots.set(reboots.get() + 1);
    let mut shell = Shell::new(
        &runtime,
        RamInstaller::new(runtime.clone()),
        Config::default().with_reboot(&reboot),
    );
    assert_eq!(
        ask(&runtime, &mut shell, vec![Step::text("reboot\r")]),
        "ok\n"
    );
    assert_eq!(reboots.get(), 1);
}

#[test]
fn help_names_every_command_and_each_of_them_is_one() {
    let runtime = wasmi();
    let mut shell = Shell::new(
        &runtime,
        RamInstaller::new(runtime.clone()),
        Config::default(),
    );
    let help = ask(&runtime, &mut shell, vec![Step::text("help\r")]);
    let names: Vec<&str> = help
        .lines()
        .filter_map(|line| line.split(' ').next())
        .filter(|name| *name != "ok")
        .collect();
    assert_eq!(names.len(), 16);
    for name in names {
        let steps = vec![Step::text(&format!("help {name}\r{name} a b c d\r"))];
        let answers = ask(&runtime, &mut shell, steps);
        let lines: Vec<&str> = answers.lines().collect();
        let wrong = format!("error: {name}: usage: {name}");
        assert!(
            help.contains(lines[0]) && lines[1] == "ok" && lines[2].starts_with(&wrong),
            "{answers}"
        );
    }
}

#[test]
fn what_is_no_command_is_refused() {
    let runtime = wasmi();
    let mut shell = Shell::new(
        &runtime,
        RamInstaller::new(runtime.clone()),
        Config::default(),
    );
    let steps = vec![Step::text("dance\rhelp me\r1 2 3 4 5 6\recho loud\r")];
    assert_eq!(
        ask(&runtime, &mut shell, steps),
        "\
error: dance: no such command; see help
error: me: no such command; see help
error: too many words; put a name with spaces in double quotes
error: echo: usage: echo on|off
"
    );
}
#[test]
fn a_session_takes_less_than_7_kib() {
    let runtime = wasmi();
    let mut shell = Shell::new(
        &runtime,
        RamInstaller::new(runtime.clone()),
        Config::default(),
    );
    let mut link = Link::new(runtime.clone(), Vec::new());
    let session = shell.run(&mut link);
    let bytes = size_of_val(&session);
    assert!(bytes < 7 << 10, "{bytes} bytes");
}

/// A link that accepts every byte at once does not make the apps wait for the end of an answer.
#[test]
fn other_tasks_run_between_the_lines_of_an_answer() {
    let runtime = wasmi();
    let mut shell = Shell::new(
        &runtime,
        RamInstaller::new(runtime.clone()),
        Config::default(),
    );
    let mut link = Link::new(runtime.clone(), vec![Step::text("help\r")]);
    let turns = Cell::new(0);
    let others = poll_fn(|_| {
        turns.set(turns.get() + 1);
        Poll::<()>::Pending
    });
    drive(runtime.board(), select(shell.run(&mut link), others));
    let lines = text(&link.take_output()).lines().count();
    // The prompt, with the command in the same line, and `ok` are followed by a wait of their own.
    assert!(
        lines > 16 && turns.get() + 2 >= lines,
        "{turns:?} for {lines} lines"
    );
}
