use crate::engine::Trap;
use akira_abi::{AppId, Errno, NativeCall};
use core::fmt;

/// Where an app is in its life, with AkiraOS's numbers and names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum State {
    /// Not installed.
    #[default]
    New = 0,
    /// Installed, not started since.
    Installed = 1,
    /// Running, or about to.
    Running = 2,
    /// Ended by itself, or stopped.
    Stopped = 3,
    /// Ended by a trap; it may be started again.
    Error = 4,
    /// Ended by traps as often as its restart policy allows.
    Failed = 5,
}

impl State {
    /// Returns the name in upper case, as apps see it in `app_list`.
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

/// How a run of an app ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Exit {
    /// Its entry returned this, or it called `exit`.
    Returned(i32),
    /// It was ended by force.
    Trapped(Trap),
    /// It was told to stop.
    Stopped,
    /// It could not be loaded.
    NotLoaded,
}

impl Exit {
    /// Returns the exit code: that of the app, 0 if it was stopped, `-EIO` if it failed.
    pub const fn code(self) -> i32 {
        match self {
            Self::Returned(code) => code,
            Self::Stopped => 0,
            Self::Trapped(_) | Self::NotLoaded => Errno::EIO.code(),
        }
    }

    /// Tells whether it counts as a crash.
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

/// Why an app is not started with the device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Held {
    /// The device went down with it again and again.
    TookDeviceDown,
    /// It failed each of its first starts.
    Failed,
    /// The device went down lately, so apps are started one after the other to find out with which.
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

/// Why the version of an app that was updated gave way to the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unfit {
    /// It failed each of its first starts; the last ended so, if that was in this start of the device.
    Failed(Option<Exit>),
    /// The device went down with it again and again.
    TookDeviceDown,
    /// Its image on the flash is damaged.
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

/// What brought a trap about.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Cause<'a> {
    /// It called this import, which this device does not have.
    Import {
        /// The import's module.
        module: &'a str,
        /// The import's name.
        name: &'a str,
    },
    /// It made this native call.
    Call {
        /// The call.
        call: &'static NativeCall,
        /// The number of the parameter that points outside its memory, from 1, and its value; none where the call's handler found
        /// that out.
        argument: Option<(u32, i32)>,
    },
    /// It computed for longer than this between two waits: `exec_timeout_ms` of its manifest, or the device's default.
    Busy {
        /// How long that is, in ms.
        ms: u32,
    },
}

/// Continues a line that says that the app trapped.
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

/// Something that happened to an app.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// An app has another state. AkiraOS publishes this as `akira.lifecycle`.
    Changed {
        /// Its name.
        name: &'a str,
        /// The state that it has now.
        state: State,
    },
    /// A run of an app has ended, and all that it held was given back.
    Ended {
        /// The run.
        app: AppId,
        /// The app's name.
        name: &'a str,
        /// How it ended.
        exit: Exit,
        /// What brought a trap about, where that is known.
        cause: Option<Cause<'a>>,
        /// How long it will be until it is started again, in ms, if it will.
        restart_in_ms: Option<u32>,
        /// The messages for it that were lost in this run, as far as it has noticed by receiving others.
        lost_messages: u32,
    },
    /// An app made a call for which it lacks the capability.
    Denied {
        /// The run.
        app: AppId,
        /// The app's name.
        name: &'a str,
        /// What it called.
        call: &'static NativeCall,
        /// The name of the capability that it needs, or of the first of several.
        needed: Option<&'static str>,
        /// How often that happened in this run.
        denials: u32,
    },
    /// An app came to the foreground: it was switched to.
    Foreground {
        /// The run.
        app: AppId,
        /// The app's name.
        name: &'a str,
    },
    /// An app that was to be started could not be: a restart, an autostart, or what another app asked for. It is not
    /// tried again; where there is no room, that was done for minutes.
    NotStarted {
        /// The app's name.
        name: &'a str,
        /// Why.
        error: &'a crate::StartError,
    },
    /// An app is not started with the device any more.
    Held {
        /// The app's name.
        name: &'a str,
        /// Why.
        held: Held,
    },
    /// An app that was updated has shown that it runs: its previous version is gone for good.
    Confirmed {
        /// The app's name.
        name: &'a str,
    },
    /// The version of an app that was updated is not fit to run: its previous version is back.
    RolledBack {
        /// The app's name.
        name: &'a str,
        /// What is wrong with the new version.
        unfit: Unfit,
    },
    /// An app that was updated has failed its first starts, and stays: its previous version must not run or is damaged.
    NotRolledBack {
        /// The app's name.
        name: &'a str,
        /// Why the previous version cannot run.
        error: &'a dyn core::error::Error,
    },
    /// An app that the device keeps was left out: it is not to be run, or is damaged.
    LeftOut {
        /// The app's name.
        name: &'a str,
        /// Why.
        error: &'a dyn core::error::Error,
    },
    /// Something could not be noted of an app that the device keeps.
    NotKept {
        /// The app's name.
        name: &'a str,
        /// Why.
        error: &'a dyn core::error::Error,
    },
}
