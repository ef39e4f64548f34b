//! Transfers that are interrupted and resumed.

use crate::device::{ask, wasmi};
use crate::install::{HELLO, hello_crc, installer, lines, without_acknowledgements};
use crate::link::Step;
use akira_shell::{Config, Shell};
use std::time::Duration;

fn command() -> String {
    format!("install hello {} {}\r", HELLO.len(), hello_crc())
}

#[test]
fn a_transfer_goes_on_after_the_link_was_lost() {
    let runtime = wasmi();
    let mut shell = Shell::new(&runtime, installer(&runtime), Config::default());
    let lines = lines(HELLO);
    let first = format!("{}{}half of a li", command(), lines[..20].concat());
    let answers = ask(&runtime, &mut shell, vec![Step::text(&first)]);
    assert!(answers.ends_with("+1140\n"), "{answers}");
    let stats = ask(&runtime, &mut shell, vec![Step::text("stats\r")]);
    let waiting = format!("upload: 1140 of {} bytes of hello received\n", HELLO.len());
    assert!(stats.contains(&waiting), "{stats}");
    let second = format!("{}{}.\r", command(), lines[20..].concat());
    let answers = ask(&runtime, &mut shell, vec![Step::text(&second)]);
    assert!(answers.starts_with("+1140\n+1197\n") && answers.ends_with("\nok\n"));
    assert!(runtime.app("hello").is_some());
}

#[test]
fn a_transfer_that_lacks_only_its_dot_goes_on_too() {
    let runtime = wasmi();
    let mut shell = Shell::new(&runtime, installer(&runtime), Config::default());
    let first = command() + &lines(HELLO).concat();
    ask(&runtime, &mut shell, vec![Step::text(&first)]);
    let second = command() + ".\r";
    let answers = ask(&runtime, &mut shell, vec![Step::text(&second)]);
    assert!(answers.starts_with(&format!("+{}\nhello 1.0.0", HELLO.len())));
    assert!(runtime.app("hello").is_some());
}

#[test]
fn a_transfer_goes_on_after_silence() {
    let runtime = wasmi();
    let mut shell = Shell::new(&runtime, installer(&runtime), Config::default());
    let lines = lines(HELLO);
    let steps = vec![
        Step::text(&(command() + &lines[0])),
        Step::Wait(Duration::from_millis(29_999)),
        Step::text(&lines[1]),
        Step::Wait(Duration::from_millis(30_001)),
        Step::text(&command()),
        Step::text(&lines[2..].concat()),
        Step::text(".\r"),
    ];
    let answers = ask(&runtime, &mut shell, steps);
    let silence = "+0\n+57\n+114\nerror: hello: no data for 30 s; repeat the command to resume at byte 114\n+114\n+171\n";
    assert!(answers.starts_with(silence), "{answers}");
    assert!(answers.ends_with("\nok\n"), "{answers}");
}

#[test]
fn another_transfer_or_none_with_a_crc_begins_anew() {
    let runtime = wasmi();
    let mut shell = Shell::new(&runtime, installer(&runtime), Config::default());
    let line = &lines(HELLO)[0];
    let begun = || Step::text(&(command() + line));
    let (size, crc) = (HELLO.len(), hello_crc());
    let others = [
        format!("hello {size}"),
        format!("hello {} {crc}", size - 1),
        format!("hallo {size} {crc}"),
        format!("hello {size} 2"),
    ];
    for other in others {
        ask(&runtime, &mut shell, vec![begun()]);
        let steps = vec![Step::text(&format!("install {other}\r\x03"))];
        let answers = ask(&runtime, &mut shell, steps);
        assert!(answers.starts_with("+0\n"), "{other}: {answers}");
    }
}

#[test]
fn without_a_crc_nothing_is_kept() {
    let runtime = wasmi();
    let mut shell = Shell::new(&runtime, installer(&runtime), Config::default());
    let typed = format!("install hello {}\r{}", HELLO.len(), lines(HELLO)[0]);
    let steps = vec![
        Step::text(&typed),
        Step::Wait(Duration::from_secs(31)),
        Step::text(&typed),
    ];
    let answers = ask(&runtime, &mut shell, steps);
    assert_eq!(
        answers,
        "+0\n+57\nerror: hello: no data for 30 s; repeat the command and send it all\n+0\n+57\n"
    );
    let answers = ask(&runtime, &mut shell, vec![Step::text("stats\r")]);
    assert!(!answers.contains("upload"), "{answers}");
}

#[test]
fn damage_that_only_the_crc_shows_is_found() {
    let runtime = wasmi();
    let mut shell = Shell::new(&runtime, installer(&runtime), Config::default());
    let mut damaged = HELLO.to_vec();
    damaged[2_000] ^= 1;
    let typed = format!("{}{}.\r", command(), lines(&damaged).concat());
    let answers = ask(&runtime, &mut shell, vec![Step::text(&typed)]);
    let answers = without_acknowledgements(&answers);
    assert!(
        answers.starts_with("error: hello: the CRC-32 is "),
        "{answers}"
    );
    assert!(runtime.apps().is_empty());
}
