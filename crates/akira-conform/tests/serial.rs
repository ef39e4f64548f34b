//! The driver against boards with prepared answers.

use std::io::{Cursor, Result, Write};
use std::sync::{Arc, Mutex};

use akira_conform::serial::{Console, Outcome};

/// Record of the bytes that the driver has sent.
#[derive(Clone, Default)]
struct Sent(Arc<Mutex<Vec<u8>>>);

impl Write for Sent {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        self.0.lock().expect("no other panics").write(bytes)
    }

    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
}

impl Sent {
    fn lines(&self) -> Vec<String> {
        let sent = self.0.lock().expect("no other panics").clone();
        let text = String::from_utf8(sent).expect("commands are text");
        text.split_terminator('\r').map(str::to_owned).collect()
    }
}

/// Starts a board whose output after the greeting is `says`.
fn board(says: &str) -> (Console, Sent) {
    let sent = Sent::default();
    let said = format!("akira 0.1.0 on a desk\r\nok\r\nok\r\n{says}");
    let mut console = Console::new(sent.clone(), Cursor::new(said), "on a desk");
    console.wait_for_start().expect("the board greets");
    (console, sent)
}

#[test]
fn an_app_is_sent_run_and_removed() {
    let (mut console, sent) = board(
        "+0\nakira> +5\nok\n  0.001  info  hello: hi  there \n  0.002  info  hello: returned 0\nok\nok\n",
    );
    let outcome = console.outcome("hello", b"\0asm\x01");
    let lines = vec!["hi  there".into(), "returned 0".into()];
    assert_eq!(outcome.expect("the board answers"), Outcome::Ran(lines));
    let expected = [
        "echo off",
        "prompt off",
        "install hello 5 b45b940e",
        "AGFzbQE=",
        ".",
        "run hello",
        "uninstall hello",
    ];
    assert_eq!(sent.lines(), expected);
}

#[test]
fn a_refusal_is_an_outcome_without_the_apps_name() {
    let (mut console, sent) = board("+0\n+5\nerror: hello: the module is cut short\n");
    let outcome = console.outcome("hello", b"\0asm\x01");
    let refused = Outcome::Refused("the module is cut short".into());
    assert_eq!(outcome.expect("the board answers"), refused);
    assert_eq!(sent.lines().last().map(String::as_str), Some("."));
}

#[test]
fn a_transfer_that_was_aborted_is_resumed_where_it_was() {
    let image = [7; 100];
    let (mut console, sent) = board(
        "+0\n+57\nerror: late: no data for 20 s; repeat the command to resume at byte 57\nerror: unknown command\n+57\n+100\nok\n",
    );
    let refused = console.transfer("late", &image);
    assert_eq!(refused.expect("the board answers"), None);
    let begun = |line: &&String| line.starts_with("install late 100 ");
    assert_eq!(sent.lines().iter().filter(begun).count(), 2);
}

#[test]
fn a_board_that_starts_again_or_goes_is_an_error_with_its_last_lines() {
    let (mut console, _) = board("akira 0.1.0 on a desk\n");
    let error = console.command("free").expect_err("it started again");
    assert!(error.to_string().contains("restarted"), "{error}");
    let (mut console, _) = board("some noise\n");
    let error = console.command("free").expect_err("it is gone");
    let text = error.to_string();
    assert!(
        text.contains("closed the link") && text.contains("some noise"),
        "{text}"
    );
}
