use crate::engine::Trap;
use akira_abi::{AppId, Errno, NativeCall};
use core::fmt;

/// State in the lifecycle of an app, with AkiraOS's numbers and names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum State {
    /// Not installed.
    #[default]
    New = 0,
    /// Installed, and not started since.
    Installed = 1,
    /// Running, or about to run.
    Running = 2,
    /// Ended on its own, or stopped.
    Stopped = 3,
    /// Ended by a trap; it may be started again.
    Error = 4,
    /// Ended by traps as often as its restart policy allows; it is not restarted.
    Failed = 5,
}

impl State {
    /// Returns the name in upper case, as `app_list` reports it to apps.
    pub const fn name(self) -> &'static str {
        match self {
            Self::New => "NEW",
            Self::Installed => "INSTALLED",
            Self::Running => "RUNNING",
            Self::Stopped => "STOPPED",
            Self::Error => "ERROR",
            Self::Failed => "FAILED",
        }
    }
}

/// Way in which a run of an app ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Exit {
    /// Its entry returned this value, or it called `exit` with it.
    Returned(i32),
    /// A trap ended it.
    Trapped(Trap),
    /// It was stopped.
    Stopped,
    /// It could not be loaded.
    NotLoaded,
}

impl Exit {
    /// Returns the exit code: the app's own, 0 if it was stopped, `-EIO` if it failed.
    pub const fn code(self) -> i32 {
        match self {
            Self::Returned(code) => code,
            Self::Stopped => 0,
            Self::Trapped(_) | Self::NotLoaded => Errno::EIO.code(),
        }
    }

    /// Returns whether this counts as a crash.
    pub const fn is_crash(self) -> bool {
        matches!(self, Self::Trapped(_) | Self::NotLoaded)
    }
}

impl fmt::Display for Exit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Returned(code) => write!(f, "returned {code}"),
            Self::Trapped(trap) => write!(f, "trapped: {trap}"),
            Self::Stopped => f.write_str("stopped"),
            Self::NotLoaded => f.write_str("could not be loaded"),
        }
    }
}

/// Reason why an app with autostart is not started with the device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Held {
    /// The device went down repeatedly while the app ran.
    TookDeviceDown,
    /// The app failed each of its first starts.
    Failed,
    /// The device went down recently, so apps are started one after the other to find the one that caused it.
    Waiting,
}

impl fmt::Display for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TookDeviceDown => "held: the device went down with it; start it by hand",
            Self::Failed => "held: it failed its first starts; start it by hand",
            Self::Waiting => "starts after others, for the device went down lately",
        })
    }
}

/// Reason why an update was rolled back to the previous version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unfit {
    /// The app failed each of its first starts. Holds how the last of them ended, if that happened since the device
    /// started.
    Failed(Option<Exit>),
    /// The device went down repeatedly while the app ran.
    TookDeviceDown,
    /// The app's image on the flash is damaged.
    Damaged,
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(Some(exit)) => write!(f, "it failed its first starts, and at last {exit}"),
            Self::Failed(None) => f.write_str("it failed its first starts"),
            Self::TookDeviceDown => f.write_str("the device went down with it"),
            Self::Damaged => f.write_str("its image on the flash is damaged"),
        }
    }
}

/// Cause of a trap.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Cause<'a> {
    /// The app called this import, which this device does not have.
    Import {
        /// The import's module.
        module: &'a str,
        /// The import's name.
        name: &'a str,
    },
    /// The app made this native call.
    Call {
        /// The call.
        call: &'static NativeCall,
        /// The number, from 1, and the value of the parameter that points outside the app's memory; `None` if the
        /// call's handler detected the fault.
        argument: Option<(u32, i32)>,
    },
    /// The app computed for longer than this between two waits: `exec_timeout_ms` of its manifest, or the device's
    /// default.
    Busy {
        /// That limit, in ms.
        ms: u32,
    },
}

/// Writes the end of a line that reports the trap.
impl fmt::Display for Cause<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Import { module, name } => write!(f, "{module}.{name}"),
            Self::Call {
                call,
                argument: Some((index, value)),
            } => write!(f, "parameter {index} of {} is {value}", call.name),
            Self::Call { call, .. } => write!(f, "in {}", call.name),
            Self::Busy { ms } => write!(
                f,
                "over {ms} ms without a wait: call delay, or raise exec_timeout_ms"
            ),
        }
    }
}

/// Event in the life of an app.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// An app has changed its state. AkiraOS publishes this as `akira.lifecycle`.
    Changed {
        /// The app's name.
        name: &'a str,
        /// The new state.
        state: State,
    },
    /// A run of an app has ended, and its resources are released.
    Ended {
        /// The run.
        app: AppId,
        /// The app's name.
        name: &'a str,
        /// The way in which it ended.
        exit: Exit,
        /// The cause of a trap, if known.
        cause: Option<Cause<'a>>,
        /// Time until the app is restarted, in ms; `None` if it is not.
        restart_in_ms: Option<u32>,
        /// Messages for the app that were lost in this run; the app notices losses only when it receives later
        /// messages.
        lost_messages: u32,
    },
    /// An app made a call for which it lacks the capability.
    Denied {
        /// The run.
        app: AppId,
        /// The app's name.
        name: &'a str,
        /// The denied call.
        call: &'static NativeCall,
        /// The name of the needed capability; the first one if any of several suffices.
        needed: Option<&'static str>,
        /// Number of denials in this run, with this one.
        denials: u32,
    },
    /// An app came to the foreground.
    Foreground {
        /// The run.
        app: AppId,
        /// The app's name.
        name: &'a str,
    },
    /// A due start of an app failed: a restart, an autostart, or a start requested by another app. It is not retried.
    /// If there was no room, retries over some minutes have failed already.
    NotStarted {
        /// The app's name.
        name: &'a str,
        /// The reason.
        error: &'a crate::StartError,
    },
    /// An app is no longer started with the device.
    Held {
        /// The app's name.
        name: &'a str,
        /// The reason.
        held: Held,
    },
    /// An updated app has proved that it runs: its previous version is removed for good.
    Confirmed {
        /// The app's name.
        name: &'a str,
    },
    /// The new version of an app is not fit to run: its previous version is restored.
    RolledBack {
        /// The app's name.
        name: &'a str,
        /// The fault of the new version.
        unfit: Unfit,
    },
    /// An updated app has failed its first starts, and is kept: its previous version must not run or is damaged.
    NotRolledBack {
        /// The app's name.
        name: &'a str,
        /// The reason why the previous version cannot run.
        error: &'a dyn core::error::Error,
    },
    /// A stored app was not installed: it must not run, or is damaged.
    LeftOut {
        /// The app's name.
        name: &'a str,
        /// The reason.
        error: &'a dyn core::error::Error,
    },
    /// A record about a stored app could not be written.
    NotKept {
        /// The app's name.
        name: &'a str,
        /// The reason.
        error: &'a dyn core::error::Error,
    },
}
