use super::Session;
use crate::clean::clean;
use crate::{Error, LogLine};
use akira_manage::Sink;
use akira_manage::abi::Instant;
use core::time::Duration;
use embedded_io_async::{Read, Write};
use heapless::String;

/// Interval at which `log -f` and `run` look for new lines and for Ctrl-C.
const PERIOD: Duration = Duration::from_millis(100);

/// Byte that Ctrl-C sends.
const INTERRUPT: u8 = 0x03;

/// Maximum length of a log line including its time, level and app name, in bytes.
const MAX_ENTRY: usize = 352;

/// Maximum number of lines that are skipped to find the end of a log.
const MOST_LINES: u32 = 100_000;

/// Log line that is ready to be shown.
struct Entry {
    number: u64,
    time: Instant,
    dropped: u32,
    text: String<MAX_ENTRY>,
    wanted: bool,
}

impl Entry {
    fn new(line: &LogLine<'_>, app: Option<&str>) -> Self {
        let LogLine { level, text, .. } = line;
        let ms = line.time.as_millis();
        Self {
            number: line.number,
            time: line.time,
            dropped: line.dropped,
            text: clean(format_args!("{ms:>10}  {level:<5}  {}: {text}", line.app)),
            wanted: app.is_none_or(|app| app == line.app),
        }
    }
}

impl<S: Sink, IO: Read + Write> Session<'_, '_, S, IO> {
    pub(super) async fn log(
        &mut self,
        app: Option<&str>,
        follow: bool,
    ) -> Result<(), Error<IO::Error>> {
        if self.config.log.is_none() {
            return self
                .refuse(format_args!("log: this device keeps no log"))
                .await;
        }
        if let Some(name) = app
            && self.refuse_unknown_app(name).await?
        {
            return Ok(());
        }
        let mut next = self.show_log(app, 0).await?;
        while follow && !self.is_interrupted().await? {
            next = self.show_log(app, next).await?;
        }
        self.done().await
    }

    /// Starts an app and shows its log until the app has ended and no restart is due. Ctrl-C stops
    /// the app.
    pub(super) async fn run_app(&mut self, name: &str) -> Result<(), Error<IO::Error>> {
        if self.config.log.is_none() {
            return self
                .refuse(format_args!("run: this device keeps no log; start the app"))
                .await;
        }
        let mut next = self.end_of_log();
        if let Err(why) = self.apps.start(name) {
            return self.answer(name, Err(why)).await;
        }
        loop {
            // Checked before the log is read, so that the lines from the end of the run are shown
            // too.
            let goes_on = self.is_under_way(name);
            next = self.show_log(Some(name), next).await?;
            if !goes_on {
                return self.done().await;
            }
            if self.is_interrupted().await? {
                // Fails only if the app was uninstalled in the meantime; then nothing is left to
                // stop.
                let _ = self.apps.stop(name);
            }
        }
    }

    /// Returns whether an app runs or a start of it is scheduled.
    fn is_under_way(&self, name: &str) -> bool {
        let mut is_under_way = false;
        self.apps.find(name, &mut |app| {
            is_under_way = app.started.is_some() || app.is_due;
        });
        is_under_way
    }

    /// Returns the number of the next line that will be written. Returns a smaller number if the
    /// search skips [`MOST_LINES`] lines, as with a log that is written without end.
    fn end_of_log(&self) -> u64 {
        let mut next = 0;
        for _ in 0..MOST_LINES {
            let mut found = None;
            if let Some(log) = self.config.log {
                log.line(next, &mut |line| found = Some(line.number));
            }
            match found.and_then(|number| number.checked_add(1)) {
                Some(after) if after > next => next = after,
                _ => break,
            }
        }
        next
    }

    /// Shows the log from line `next` on, and returns the number of the line after the last one
    /// shown.
    ///
    /// Lines written during the call are left for the next one; otherwise an app that logs without
    /// end would keep this call from returning.
    async fn show_log(
        &mut self,
        app: Option<&str>,
        mut next: u64,
    ) -> Result<u64, Error<IO::Error>> {
        let now = self.apps.clock().now();
        while let Some(entry) = self.entry(app, next).filter(|entry| entry.time <= now) {
            if entry.wanted {
                self.show_entry(&entry).await?;
            }
            match entry.number.checked_add(1) {
                Some(after) => next = after,
                None => break,
            }
        }
        Ok(next)
    }

    fn entry(&self, app: Option<&str>, number: u64) -> Option<Entry> {
        let mut entry: Option<Entry> = None;
        self.config.log?.line(number, &mut |line| {
            entry = Some(Entry::new(line, app));
        });
        entry.filter(|entry| entry.number >= number)
    }

    async fn show_entry(&mut self, entry: &Entry) -> Result<(), Error<IO::Error>> {
        if entry.dropped > 0 {
            let dropped = entry.dropped;
            self.terminal
                .line(format_args!("{:>10}  ({dropped} lines lost)", ""))
                .await?;
        }
        self.terminal.line(format_args!("{}", entry.text)).await
    }

    /// Returns whether Ctrl-C arrives, and returns `false` after [`PERIOD`] without input. Ignores
    /// other keys.
    async fn is_interrupted(&mut self) -> Result<bool, Error<IO::Error>> {
        loop {
            match self.terminal.byte(Some(PERIOD)).await? {
                None => return Ok(false),
                Some(INTERRUPT) => return Ok(true),
                Some(_) => {}
            }
        }
    }
}
