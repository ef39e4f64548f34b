use crate::abi::caps::AppName;
use crate::abi::{AppId, Clock, Errno};
use crate::libc::{BYTES_PER_FUEL, Stdout};
use crate::log::{LINE_FUEL, Level, Log, LogSink};

/// Cost in fuel of accepting output, in addition to the cost of the lines that it completes.
const PUT_FUEL: u32 = 28;

/// Output of one call on its way to the log. The host buffers at most one line of it.
pub(super) struct Output<'a, S, C, const APPS: usize> {
    app: AppId,
    name: AppName,
    stdout: &'a Stdout,
    log: &'a Log<S, C, APPS>,
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
            result: Ok(()),
        }
    }

    /// Accepts bytes up to the end of a line. Returns their number and the cost of the line in
    /// fuel.
    pub(super) fn put_line(&mut self, bytes: &[u8]) -> (u32, u32) {
        let end = bytes.iter().position(|byte| *byte == b'\n');
        let len = end.map_or(bytes.len(), |end| end + 1);
        let bytes = bytes.get(..len).unwrap_or(bytes);
        (len as u32, self.put(bytes) * BYTES_PER_FUEL)
    }

    /// Returns the last error of the log, if any.
    pub(super) fn finish(self) -> Result<(), Errno> {
        self.result
    }

    /// Accepts bytes, and returns the cost of the lines that they complete, in fuel.
    fn put(&mut self, bytes: &[u8]) -> u32 {
        let (log, result, mut fuel) = (self.log, &mut self.result, PUT_FUEL);
        let (app, name) = (self.app, &self.name);
        self.stdout.print(app, name, bytes, |line| {
            fuel += LINE_FUEL as u32 + line.len() as u32;
            *result = log.line(app, name, Level::Info, line).and(*result);
        });
        fuel
    }
}
