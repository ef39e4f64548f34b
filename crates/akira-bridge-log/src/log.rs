use crate::bucket::Bucket;
use crate::clean::{clean, formatted};
use crate::{Config, Level, LogSink, MAX_NAME, MAX_TEXT, Record};
use akira_abi::{AppId, Clock, Errno, Instant};
use core::cell::{Cell, RefCell};
use core::fmt;

/// Id in place of an app's for lines that the device writes. App ids start at 1.
const DEVICE: AppId = AppId::new(0);

/// Bridge for the native module `log`: sanitises each line of an app, limits each app's rate and
/// passes the remaining lines to a sink.
///
/// `APPS` is the maximum number of apps that the log tracks at a time.
#[derive(Debug)]
pub struct Log<S, C, const APPS: usize> {
    sink: S,
    clock: C,
    config: Config,
    apps: RefCell<[Option<App>; APPS]>,
    /// The app released last, and the number of its dropped lines that no record has reported.
    released: Cell<(AppId, u32)>,
}

/// Numbers of lines that an app has written and lost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Number of lines that were passed to the sink.
    pub written: u32,
    /// Number of lines that were dropped because they exceeded the rate.
    pub dropped: u32,
}

#[derive(Debug)]
struct App {
    id: AppId,
    bucket: Bucket,
    counters: Counters,
    unreported: u32,
}

impl<S: LogSink, C: Clock, const APPS: usize> Log<S, C, APPS> {
    /// Creates a log that writes to `sink`, takes times from `clock`, and limits rates as `config`
    /// states.
    pub const fn new(sink: S, clock: C, config: Config) -> Self {
        Self {
            sink,
            clock,
            config,
            apps: RefCell::new([const { None }; APPS]),
            released: Cell::new((DEVICE, 0)),
        }
    }

    /// Returns the clock that stamps the lines.
    pub const fn clock(&self) -> &C {
        &self.clock
    }

    /// Writes one line of an app at the present time. A line above the app's rate is dropped and
    /// counted.
    ///
    /// `text` is cut at [`MAX_TEXT`] bytes and `name` at [`MAX_NAME`]. Control characters in both
    /// are replaced, as the crate's documentation describes.
    ///
    /// # Errors
    ///
    /// [`Errno::ENOMEM`] if the log tracks `APPS` other apps.
    pub fn line(&self, app: AppId, name: &str, level: Level, text: &[u8]) -> Result<(), Errno> {
        let time = self.clock.now();
        let Some(dropped) = self.admit(app, time)? else {
            return Ok(());
        };
        self.sink.write(&Record {
            app,
            name: &clean::<MAX_NAME>(name.as_bytes()),
            level,
            time,
            text: &clean::<MAX_TEXT>(text),
            dropped,
        });
        Ok(())
    }

    /// Writes a line of the device itself about an app. The line does not count against the app's
    /// rate. `name` may be empty. The text is cut at [`MAX_TEXT`] bytes.
    pub fn note(&self, name: &str, level: Level, text: fmt::Arguments<'_>) {
        self.write_note(name, level, text, 0);
    }

    /// Writes how an app ended, like [`note`](Self::note), and adds the number of the app's dropped
    /// lines that were not reported yet. Call this function after [`release`](Self::release).
    pub fn note_end(&self, app: AppId, name: &str, level: Level, text: fmt::Arguments<'_>) {
        let (released, lost) = self.released.replace((DEVICE, 0));
        self.write_note(name, level, text, if released == app { lost } else { 0 });
    }

    fn write_note(&self, name: &str, level: Level, text: fmt::Arguments<'_>, dropped: u32) {
        self.sink.write(&Record {
            app: DEVICE,
            name: &clean::<MAX_NAME>(name.as_bytes()),
            level,
            time: self.clock.now(),
            text: &formatted::<MAX_TEXT>(text),
            dropped,
        });
    }

    /// Returns the numbers of an app's written and dropped lines, or `None` if the app has not
    /// tried to write.
    pub fn counters(&self, app: AppId) -> Option<Counters> {
        let apps = self.apps.borrow();
        apps.iter()
            .flatten()
            .find(|a| a.id == app)
            .map(|a| a.counters)
    }

    /// Removes an app that has ended. Returns the numbers of its written and dropped lines, or
    /// `None` if the app has not tried to write.
    pub fn release(&self, app: AppId) -> Option<Counters> {
        let mut apps = self.apps.borrow_mut();
        let slot = apps.iter_mut().find(|slot| is(slot, app))?;
        let app = slot.take()?;
        self.released.set((app.id, app.unreported));
        Some(app.counters)
    }

    /// Returns the sink that receives the lines.
    pub const fn sink(&self) -> &S {
        &self.sink
    }

    /// Consumes the log and returns the sink.
    pub fn into_sink(self) -> S {
        self.sink
    }

    /// Returns the number of lines dropped since the app's last written line, or `None` if the
    /// present line exceeds the rate.
    fn admit(&self, app: AppId, now: Instant) -> Result<Option<u32>, Errno> {
        let mut apps = self.apps.borrow_mut();
        let index = apps
            .iter()
            .position(|slot| is(slot, app))
            .or_else(|| apps.iter().position(Option::is_none))
            .ok_or(Errno::ENOMEM)?;
        let app = apps[index].get_or_insert_with(|| App::new(app));
        Ok(app.admit(now, &self.config))
    }
}

fn is(slot: &Option<App>, app: AppId) -> bool {
    slot.as_ref().is_some_and(|a| a.id == app)
}

impl App {
    fn new(id: AppId) -> Self {
        Self {
            id,
            bucket: Bucket::FULL,
            counters: Counters::default(),
            unreported: 0,
        }
    }

    fn admit(&mut self, now: Instant, config: &Config) -> Option<u32> {
        if self.bucket.take(now, config) {
            self.counters.written = self.counters.written.saturating_add(1);
            return Some(core::mem::take(&mut self.unreported));
        }
        self.counters.dropped = self.counters.dropped.saturating_add(1);
        self.unreported = self.unreported.saturating_add(1);
        None
    }
}
