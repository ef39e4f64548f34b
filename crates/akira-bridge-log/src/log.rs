use crate::bucket::Bucket;
use crate::clean::{clean, formatted};
use crate::{Config, Level, LogSink, MAX_NAME, MAX_TEXT, Record};
use akira_abi::{AppId, Clock, Errno, Instant};
use core::cell::{Cell, RefCell};
use core::fmt;

/// The writer of lines that no app writes. App ids start at 1.
const DEVICE: AppId = AppId::new(0);

/// The log of all apps. It sanitises each line, limits each app's rate and passes the remaining lines to a sink.
///
/// `APPS` is the maximum number of apps tracked at a time.
#[derive(Debug)]
pub struct Log<S, C, const APPS: usize> {
    sink: S,
    clock: C,
    config: Config,
    apps: RefCell<[Option<App>; APPS]>,
    /// The app released last, and its number of dropped lines that no record has reported.
    released: Cell<(AppId, u32)>,
}

/// Numbers of lines of an app.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Lines that reached the sink.
    pub written: u32,
    /// Lines dropped because they were over the rate.
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
    /// Makes a log that writes to `sink`.
    pub const fn new(sink: S, clock: C, config: Config) -> Self {
        Self {
            sink,
            clock,
            config,
            apps: RefCell::new([const { None }; APPS]),
            released: Cell::new((DEVICE, 0)),
        }
    }

    /// Returns the clock.
    pub const fn clock(&self) -> &C {
        &self.clock
    }

    /// Writes one line of an app. A line above the app's rate is dropped and counted.
    ///
    /// `text` is cut at [`MAX_TEXT`] bytes and `name` at [`MAX_NAME`]; the README describes the further processing.
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

    /// Writes a line of the device about an app. It does not count against the app's rate. `name` may be empty. The
    /// text is cut at [`MAX_TEXT`] bytes.
    pub fn note(&self, name: &str, level: Level, text: fmt::Arguments<'_>) {
        self.write_note(name, level, text, 0);
    }

    /// Writes how an app ended, like [`note`](Self::note), with the number of its dropped lines not reported yet. Call
    /// it after [`release`](Self::release).
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

    /// Returns an app's numbers of lines, or `None` if the app has not tried to write.
    pub fn counters(&self, app: AppId) -> Option<Counters> {
        let apps = self.apps.borrow();
        apps.iter()
            .flatten()
            .find(|a| a.id == app)
            .map(|a| a.counters)
    }

    /// Removes an app that has ended. Returns its numbers of lines.
    pub fn release(&self, app: AppId) -> Option<Counters> {
        let mut apps = self.apps.borrow_mut();
        let slot = apps.iter_mut().find(|slot| is(slot, app))?;
        let app = slot.take()?;
        self.released.set((app.id, app.unreported));
        Some(app.counters)
    }

    /// Returns the sink.
    pub const fn sink(&self) -> &S {
        &self.sink
    }

    /// Returns the sink, consuming the log.
    pub fn into_sink(self) -> S {
        self.sink
    }

    /// Returns the number of lines dropped since the last written one, or `None` if this line exceeds the rate.
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
