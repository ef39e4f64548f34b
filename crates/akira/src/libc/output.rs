use crate::abi::caps::AppName;
use crate::abi::{AppId, Clock, Errno};
use crate::libc::Stdout;
use crate::log::{LINE_FUEL, Level, Log, LogSink};

/// The bytes that are gathered before they are looked at for ends of lines.
const PIECE: usize = 64;

/// What an app prints in one call, on its way to the log.
///
/// It can be as long as the app's memory, so it is passed on in pieces: the host keeps no more of it than a line.
pub(super) struct Output<'a, S, C, const APPS: usize> {
    pub(super) app: AppId,
    pub(super) name: AppName,
    pub(super) stdout: &'a Stdout,
    pub(super) log: &'a Log<S, C, APPS>,
    piece: [u8; PIECE],
    len: usize,
    fuel: u64,
    result: Result<(), Errno>,
}

impl<'a, S: LogSink, C: Clock, const APPS: usize> Output<'a, S, C, APPS> {
    pub(super) fn new(
        (app, name): (AppId, AppName),
        stdout: &'a Stdout,
        log: &'a Log<S, C, APPS>,
    ) -> Self {
        Self {
            app,
            name,
            stdout,
            log,
            piece: [0; PIECE],
            len: 0,
            fuel: 0,
            result: Ok(()),
        }
    }

    pub(super) fn put(&mut self, byte: u8) {
        if let Some(slot) = self.piece.get_mut(self.len) {
            *slot = byte;
            self.len += 1;
        }
        if self.len == PIECE {
            self.flush();
        }
    }

    pub(super) fn put_all(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.put(*byte));
    }

    /// Returns what the lines cost in fuel, and whether the log took them.
    pub(super) fn finish(mut self) -> (u64, Result<(), Errno>) {
        self.flush();
        (self.fuel, self.result)
    }

    fn flush(&mut self) {
        let piece = self.piece.get(..self.len).unwrap_or(&self.piece);
        let (log, fuel, result) = (self.log, &mut self.fuel, &mut self.result);
        let (app, name) = (self.app, &self.name);
        self.stdout.print(app, name, piece, |line| {
            *fuel = fuel.saturating_add(LINE_FUEL + line.len() as u64);
            *result = log.line(app, name, Level::Info, line).and(*result);
        });
        self.len = 0;
    }
}
