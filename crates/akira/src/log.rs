//! The native module `log`, with which apps write to the log: `printf_native` and `akira_log.*`.

pub use akira_bridge_log::*;

use crate::abi::log::{LOG, LOG_DEBUG, LOG_ERROR, LOG_INFO, PRINTF_NATIVE, PRINTF_OLD};
use crate::abi::{AppId, Clock};
use crate::{Answer, Call, NativeModule, natives};
use crate::{Cause, Event};
use core::fmt;

/// Cost of a line, in fuel, in addition to the cost of its bytes.
pub(crate) const LINE_FUEL: u64 = 200;

/// Answers the native calls of the module `log` with the bridge [`Log`].
#[derive(Debug)]
pub struct Module<S, C, const APPS: usize>(pub Log<S, C, APPS>);

impl<S, C, const APPS: usize> NativeModule for Module<S, C, APPS>
where
    S: LogSink + 'static,
    C: Clock + 'static,
{
    natives! {
        immediate PRINTF_NATIVE | PRINTF_OLD | LOG_INFO => |log, call| {
            log.write(call, Level::Info, 0)
        },
        immediate LOG_DEBUG => |log, call| log.write(call, Level::Debug, 0),
        immediate LOG_ERROR => |log, call| log.write(call, Level::Error, 0),
        immediate LOG => |log, call| {
            let level = Level::from_number(call.i32(0))?;
            log.write(call, level, 1)
        },
    }

    fn release(&self, app: AppId) {
        let _ = self.0.release(app);
    }

    fn observe(&self, event: &Event<'_>) {
        announce(&self.0, event);
    }
}

impl<S: LogSink, C: Clock, const APPS: usize> Module<S, C, APPS> {
    /// Writes the string parameter with this index to the log.
    fn write(&self, call: &mut Call<'_>, level: Level, text: usize) -> Answer {
        call.charge(LINE_FUEL + call.bytes(text).len() as u64);
        let (app, text) = call.app_and_bytes(text);
        let line = self.0.line(app.id(), app.name(), level, text);
        Ok(line.map(|()| 0)?)
    }
}

/// Logs the events that an operator should see: the end of each run, the first denied call of a
/// run, and apps that could not be started or recorded on flash.
fn announce<S: LogSink, C: Clock, const APPS: usize>(log: &Log<S, C, APPS>, event: &Event<'_>) {
    match event {
        Event::Ended {
            app,
            name,
            exit,
            restart_in_ms,
            lost_messages,
            cause,
        } => {
            let level = if exit.is_crash() {
                Level::Error
            } else {
                Level::Info
            };
            let cause = Because(*cause);
            if *lost_messages > 0 {
                let lost = format_args!("{lost_messages} messages lost: its queue was full");
                log.note(name, Level::Warn, lost);
            }
            match restart_in_ms {
                Some(ms) => {
                    let text = format_args!("{exit}{cause}; starts again in {ms} ms");
                    log.note_end(*app, name, level, text);
                }
                None => log.note_end(*app, name, level, format_args!("{exit}{cause}")),
            }
        }
        Event::Denied {
            name,
            call,
            needed,
            denials: 1,
            ..
        } => {
            let needed = needed.unwrap_or("a capability");
            log.note(
                name,
                Level::Warn,
                format_args!(
                    "denied: {} needs {needed}, which the app was not granted",
                    call.name
                ),
            );
        }
        Event::NotStarted { name, error } => {
            log.note(name, Level::Error, format_args!("not started: {error}"));
        }
        #[cfg(feature = "install")]
        Event::LeftOut { name, error } => {
            log.note(name, Level::Error, format_args!("left out: {error}"));
        }
        #[cfg(feature = "install")]
        Event::NotKept { name, error } => {
            log.note(
                name,
                Level::Error,
                format_args!("not recorded on flash: {error}"),
            );
        }
        #[cfg(feature = "install")]
        Event::RolledBack { name, unfit } => log.note(
            name,
            Level::Warn,
            format_args!("rolled back to the previous version: {unfit}"),
        ),
        #[cfg(feature = "install")]
        Event::NotRolledBack { name, error } => log.note(
            name,
            Level::Error,
            format_args!("the new version fails; the previous one cannot run: {error}"),
        ),
        #[cfg(feature = "install")]
        Event::Held { name, held } => {
            log.note(name, Level::Error, format_args!("{held}"));
        }
        #[cfg(feature = "install")]
        Event::Confirmed { name } => {
            log.note(
                name,
                Level::Info,
                format_args!("the new version is confirmed"),
            );
        }
        _ => {}
    }
}

/// Cause of the end of a run, as a suffix to the line that reports the trap.
struct Because<'a>(Option<Cause<'a>>);

impl fmt::Display for Because<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(cause) => write!(f, ": {cause}"),
            None => Ok(()),
        }
    }
}
