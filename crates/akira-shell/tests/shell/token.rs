//! Links that need a token: no command is carried out before the peer has typed it.

use crate::device::{Device, drive, serve_to, text, wasmi};
use crate::link::{Link, Step};
use akira_runtime::{Board, RamInstaller};
use akira_shell::{Config, Error, Shell};
use embedded_io_async::{ErrorType, Read, Write};
use std::convert::Infallible;
use std::time::Duration;

const TOKEN: &str = "5f0c17";

fn meet(steps: Vec<Step>) -> (Error<Infallible>, String) {
    let runtime = wasmi();
    let mut shell = Shell::new(
        &runtime,
        RamInstaller::new(runtime.clone()),
        Config::default().with_token(TOKEN),
    );
    let (end, output) = serve_to(&runtime, &mut shell, steps);
    (end, text(&output))
}

#[test]
fn obeys_whoever_knows_the_token_and_does_not_show_it() {
    let (end, answers) = meet(vec![Step::text("5f0c17\rprompt off\rfoo\r")]);
    assert_eq!(end, Error::Closed);
    let expected =
        "token?\nok\nakira> prompt off\nok\nfoo\nerror: foo: no such command; see help\n";
    assert_eq!(answers, expected);
}

#[test]
fn the_token_is_not_among_the_remembered_lines() {
    let (_, answers) = meet(vec![Step::text("5f0c17\r\x1b[A\r")]);
    assert!(!answers.contains(TOKEN), "{answers}");
}

#[test]
fn turns_everyone_else_away_before_any_command() {
    for wrong in ["", "5f0c1", "5f0c177", "5f0c18", "help", "\x035f0c17"] {
        let (end, answers) = meet(vec![Step::text(&format!("{wrong}\rhelp\r5f0c17\rhelp\r"))]);
        assert_eq!(end, Error::Refused, "{wrong:?}");
        let rest = answers.strip_prefix("token?\n").expect("it asks first");
        assert!(rest.starts_with("error: that is not the token"), "{rest}");
        assert_eq!(rest.lines().count(), 1, "{rest}");
    }
}

#[test]
fn a_line_that_never_ends_is_not_the_token() {
    let (end, _) = meet(vec![Step::text(&"5".repeat(10_000)), Step::text("\r")]);
    assert_eq!(end, Error::Refused);
}

#[test]
fn silence_and_a_trickle_are_turned_away_in_the_same_time() {
    let trickle = || [Step::text("5"), Step::Wait(Duration::from_secs(7))];
    let slow: Vec<Step> = (0..20).flat_map(|_| trickle()).collect();
    for steps in [vec![Step::Wait(Duration::from_secs(3600))], slow] {
        let runtime = wasmi();
        let mut shell = Shell::new(
            &runtime,
            RamInstaller::new(runtime.clone()),
            Config::default().with_token(TOKEN),
        );
        let (end, _) = serve_to(&runtime, &mut shell, steps);
        assert_eq!(end, Error::Refused);
        assert_eq!(runtime.board().seconds(), 10);
    }
}

/// Peer that types, but reads only the first bytes of the output.
struct Deaf {
    types: &'static [u8],
    reads: usize,
}

impl ErrorType for Deaf {
    type Error = Infallible;
}

impl Read for Deaf {
    async fn read(&mut self, bytes: &mut [u8]) -> Result<usize, Infallible> {
        match self.types.split_first() {
            None => std::future::pending().await,
            Some((byte, rest)) => {
                self.types = rest;
                bytes[0] = *byte;
                Ok(1)
            }
        }
    }
}

impl Write for Deaf {
    async fn write(&mut self, bytes: &[u8]) -> Result<usize, Infallible> {
        let taken = bytes.len().min(self.reads);
        self.reads -= taken;
        match taken {
            0 => std::future::pending().await,
            taken => Ok(taken),
        }
    }

    async fn flush(&mut self) -> Result<(), Infallible> {
        Ok(())
    }
}

#[test]
fn a_peer_that_reads_nothing_is_turned_away_all_the_same() {
    let question = "token?\r\n".len();
    for (types, reads) in [
        (&b""[..], 0),
        (b"wrong\r", 0),
        (b"wrong\r", question),
        (b"wrong\r", question + 10),
    ] {
        let runtime = wasmi();
        let config = Config::default().with_token(TOKEN);
        let mut shell = Shell::new(&runtime, RamInstaller::new(runtime.clone()), config);
        let mut peer = Deaf { types, reads };
        let end = drive(runtime.board(), shell.run(&mut peer));
        assert_eq!(end.err(), Some(Error::Refused));
        assert_eq!(runtime.board().seconds(), 10, "{reads} bytes read");
    }
}

#[test]
fn who_knew_the_token_on_a_link_of_its_own_is_served_there() {
    let runtime = wasmi();
    let mut shell = Shell::new(
        &runtime,
        RamInstaller::new(runtime.clone()),
        Config::default(),
    );
    let mut io = Link::new(runtime.clone(), vec![Step::text("5f0c17\rfoo\r")]);
    let end = drive(runtime.board(), async {
        let mut link = akira_shell::Link::new(&mut io, runtime.board().clock());
        link.expect_token(TOKEN, async || ()).await?;
        shell.serve(&mut link).await
    });
    assert_eq!(end.err(), Some(Error::Closed));
    let answers = "token?\nok\nakira> foo\nerror: foo: no such command; see help\n";
    assert!(text(&io.take_output()).starts_with(answers));
}

#[test]
fn the_next_link_is_asked_again() {
    let runtime = wasmi();
    let mut shell = Shell::new(
        &runtime,
        RamInstaller::new(runtime.clone()),
        Config::default().with_token(TOKEN),
    );
    for _ in 0..2 {
        let (_, output) = serve_to(&runtime, &mut shell, vec![Step::text("5f0c17\r")]);
        assert!(text(&output).starts_with("token?\nok\n"));
    }
}

impl Device {
    fn seconds(&self) -> u64 {
        use akira_runtime::abi::Clock;
        self.clock.now().as_millis() / 1000
    }
}
