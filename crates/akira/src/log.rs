//! The native module `log`: `printf_native`, `akira_log.*`.

pub use akira_bridge_log::*;

use crate::Event;
use crate::abi::caps::Capability;
use crate::abi::log::{LOG, LOG_DEBUG, LOG_ERROR, LOG_INFO, PRINTF_NATIVE, PRINTF_OLD};
use crate::abi::{AppId, Clock};
use crate::{Answer, Board, Call, Kind, Native};
use core::marker::PhantomData;

/// What a line costs, in fuel, beside what its bytes cost.
pub(crate) const LINE_FUEL: u64 = 200;

/// Returns the natives of this module.
pub const fn natives<B, S, C, const APPS: usize>() -> &'static [Native<B>]
where
    B: Board + AsRef<Log<S, C, APPS>>,
    S: LogSink + 'static,
    C: Clock + 'static,
{
    Table::<B, S, C, APPS>::NATIVES
}

/// Writes into the log what happens to apps and whoever reads it should know: how each ended, the first call that it was
/// denied, and what could not be started or kept. A board calls it from `Board::observe`.
pub fn announce<S: LogSink, C: Clock, const APPS: usize>(log: &Log<S, C, APPS>, event: &Event<'_>) {
    match event {
        Event::Ended {
            name,
            exit,
            restart_in_ms,
            ..
        } => {
            let level = if exit.is_crash() {
                Level::Error
            } else {
                Level::Info
            };
            match restart_in_ms {
                Some(ms) => log.note(name, level, format_args!("{exit}; starts again in {ms} ms")),
                None => log.note(name, level, format_args!("{exit}")),
            }
        }
        Event::Denied {
            name,
            call,
            denials: 1,
            ..
        } => {
            let needed = call.needs.capabilities().iter().next();
            let needed = needed.map_or("a capability", Capability::name);
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
                format_args!("not noted on flash: {error}"),
            );
        }
        #[cfg(feature = "install")]
        Event::RolledBack { name } => {
            let what = "the new version fails; the one before is back";
            log.note(name, Level::Warn, format_args!("{what}"));
        }
        #[cfg(feature = "install")]
        Event::NotRolledBack { name, error } => log.note(
            name,
            Level::Error,
            format_args!("the new version fails, and the one before cannot run: {error}"),
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

/// Notes that the log may remember the app from now on.
#[cfg(feature = "libc")]
pub(crate) fn hold<B, S, C, const APPS: usize>(
    _: &Log<S, C, APPS>,
    call: &mut Call<'_, B>,
) -> Result<(), crate::abi::Errno>
where
    B: Board + AsRef<Log<S, C, APPS>>,
    S: LogSink + 'static,
    C: Clock + 'static,
{
    call.app().resources().hold(Table::<B, S, C, APPS>::KIND)
}

struct Table<B, S, C, const APPS: usize>(PhantomData<(B, S, C)>);

impl<B, S, C, const APPS: usize> Table<B, S, C, APPS>
where
    B: Board + AsRef<Log<S, C, APPS>>,
    S: LogSink + 'static,
    C: Clock + 'static,
{
    const KIND: Kind<B> = Kind {
        name: "log",
        release: Self::release,
    };

    const NATIVES: &'static [Native<B>] = &[
        Native::immediate(&PRINTF_NATIVE, |board, call| {
            Self::write(board, call, Level::Info, 0)
        }),
        Native::immediate(&PRINTF_OLD, |board, call| {
            Self::write(board, call, Level::Info, 0)
        }),
        Native::immediate(&LOG_DEBUG, |board, call| {
            Self::write(board, call, Level::Debug, 0)
        }),
        Native::immediate(&LOG_INFO, |board, call| {
            Self::write(board, call, Level::Info, 0)
        }),
        Native::immediate(&LOG_ERROR, |board, call| {
            Self::write(board, call, Level::Error, 0)
        }),
        Native::immediate(&LOG, |board, call| {
            let level = Level::from_number(call.i32(0))?;
            Self::write(board, call, level, 1)
        }),
    ];

    /// Writes the string parameter with this index.
    fn write(board: &B, call: &mut Call<'_, B>, level: Level, text: usize) -> Answer {
        call.app().resources().hold(Self::KIND)?;
        call.charge(LINE_FUEL + call.bytes(text).len() as u64);
        let (app, text) = call.app_and_bytes(text);
        Ok(board
            .as_ref()
            .line(app.id(), app.name(), level, text)
            .map(|()| 0)?)
    }

    fn release(board: &B, app: AppId, _: u32) {
        let _ = board.as_ref().release(app);
    }
}
