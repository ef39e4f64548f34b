//! The shell answers the next command after any sequence of bytes.

use crate::device::{install, scripted, serve, sleeper};
use crate::install::{installer, lines};
use crate::link::Step;
use akira_runtime::Config as Device;
use akira_shell::{Config, Shell};
use std::time::Duration;

/// Generator of pseudo-random numbers (xorshift, by Marsaglia).
struct Random(u64);

impl Random {
    fn seeded(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    fn byte(&mut self) -> u8 {
        self.next().to_le_bytes()[3]
    }

    fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| self.byte()).collect()
    }

    /// Replaces, inserts, removes and repeats a few bytes.
    fn mutate(&mut self, session: &[u8]) -> Vec<u8> {
        let mut bytes = session.to_vec();
        for _ in 0..=self.below(8) {
            let at = self.below(bytes.len());
            match self.below(4) {
                0 => bytes[at] = self.byte(),
                1 => bytes.insert(at, self.byte()),
                2 => drop(bytes.drain(at..(at + self.below(20)).min(bytes.len() - 1).max(at))),
                _ => {
                    let part = bytes[at..(at + self.below(40)).min(bytes.len())].to_vec();
                    bytes.splice(at..at, part);
                }
            }
        }
        bytes
    }
}

/// Sends bytes to a device with apps, then a command. Checks the answer and the characters of the
/// output.
fn survives(bytes: &[u8], seed: u64) {
    let (runtime, engine) = scripted(Device::default());
    install(&runtime, "sleeper", engine.app(sleeper("")));
    let board = runtime.clone();
    board.board().note("sleeper", "a line", 0);
    let reboot = || ();
    let config = Config::default()
        .with_log(board.board())
        .with_reboot(&reboot);
    let mut shell = Shell::new(&runtime, installer(&runtime), config);
    let steps = vec![
        Step::bytes(bytes),
        Step::Wait(Duration::from_secs(1)),
        // The first Ctrl-C ends a transfer or a followed log; the second discards a partial line
        // after it.
        Step::text("\x03\x03echo off\rprompt off\rhelp help\r"),
    ];
    let output = serve(&runtime, &mut shell, steps);
    let answer = b"help      [COMMAND]          shows the commands\r\nok\r\n";
    assert!(output.ends_with(answer), "seed {seed}");
    let text = String::from_utf8(output).expect("output is UTF-8");
    let allowed = |c: char| !c.is_control() || matches!(c, '\r' | '\n' | '\x08' | '\x07');
    assert!(text.chars().all(allowed), "seed {seed}");
}

#[test]
fn survives_random_bytes() {
    for seed in 1..=30 {
        let mut random = Random::seeded(seed);
        survives(&random.bytes(2_000), seed);
    }
}

#[test]
fn survives_sessions_with_damage() {
    let data = lines(&[7; 171]).concat();
    let session = format!(
        "help\rapps\rstart sleeper\r\nrestart \"sleeper\"\ncaps sleeper\rlog\rlog sleeper\rstats\r\
         echo off\rinstall a 171 12345678\r{data}.\rprompt off\rinspect b 171\r{data}.\recho on\r\
         \x1b[A\x1b[A\x1b[B\x08\x15stop sleeper\runinstall sleeper\rreboot\rlog -f\rq\x03apps\r"
    );
    for seed in 1..=150 {
        let mut random = Random::seeded(seed);
        survives(&random.mutate(session.as_bytes()), seed);
    }
}
