use crate::engine::Trap;
use akira_abi::{AppId, Errno, NativeCall};
use core::fmt;

/// State of an app in its life cycle, with the numbers and names that AkiraOS uses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum State {
    /// The app is not installed.
    #[default]
    New = 0,
    /// The app is installed and has not been started since.
    Installed = 1,
    /// The app runs, or is about to run.
    Running = 2,
    /// The app's last run returned or called `exit`, or was stopped.
    Stopped = 3,
    /// The app's last run crashed. The app may be started again.
    Error = 4,
    /// The app crashed as often as its restart policy allows, and is not restarted.
    Failed = 5,
}

impl State {
    /// Returns the state's name in upper case, as `app_list` reports it to apps.
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

/// Reason why a run of an app ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Exit {
    /// The app's entry function returned this value, or the app called `exit` with it.
    Returned(i32),
    /// A trap ended the run.
    Trapped(Trap),
    /// The operator or another app stopped the run.
    Stopped,
    /// The engine could not load the app.
    NotLoaded,
}

impl Exit {
    /// Returns the exit code: the app's own code, 0 if the run was stopped, or `-EIO` if it trapped
    /// or could not be loaded.
    pub const fn code(self) -> i32 {
        match self {
            Self::Returned(code) => code,
            Self::Stopped => 0,
            Self::Trapped(_) | Self::NotLoaded => Errno::EIO.code(),
        }
    }

    /// Returns whether this end counts as a crash: a trap, or an app that could not be loaded.
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

/// Reason why an app with `autostart` is held back when the device starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Held {
    /// The device reset repeatedly while the app ran.
    TookDeviceDown,
    /// The app crashed in each of its first runs.
    Failed,
    /// The device reset recently. Apps are started one after the other to find the app that caused
    /// the reset; this app still waits.
    Waiting,
}

impl fmt::Display for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TookDeviceDown => "held: the device reset while it ran; start it by hand",
            Self::Failed => "held: its first runs failed; start it by hand",
            Self::Waiting => "starts after the others: the device reset recently",
        })
    }
}

/// Reason why an update was rolled back to the previous version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unfit {
    /// The app failed in each of its first runs. Contains the exit of the last of these runs;
    /// `None` if that run was before the device last started.
    Failed(Option<Exit>),
    /// The device reset repeatedly while the app ran.
    TookDeviceDown,
    /// The app's image in flash is damaged.
    Damaged,
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(Some(exit)) => write!(f, "its first runs failed; the last one {exit}"),
            Self::Failed(None) => f.write_str("its first runs failed"),
            Self::TookDeviceDown => f.write_str("the device reset while it ran"),
            Self::Damaged => f.write_str("its image on the flash is damaged"),
        }
    }
}

/// Call or limit that led to a trap.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Cause<'a> {
    /// The app called an import that this device does not have.
    Import {
        /// Module of the import.
        module: &'a str,
        /// Name of the import.
        name: &'a str,
    },
    /// The app made a native call that failed.
    Call {
        /// Native call that the app made.
        call: &'static NativeCall,
        /// Parameter that points outside the app's memory: its number, counted from 1, and its
        /// value. `None` if the call's handler detected the fault.
        argument: Option<(u32, i32)>,
    },
    /// The app computed between two waits for longer than its limit: `exec_timeout_ms` of its
    /// manifest, or the device's default.
    Busy {
        /// Limit in milliseconds.
        ms: u32,
    },
}

/// Writes the text that follows the name of the trap in a report.
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

/// Event in the life of an app, which the runtime reports to the modules and the board.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// The state of an app changed. AkiraOS publishes this event as `akira.lifecycle`.
    Changed {
        /// Name of the app.
        name: &'a str,
        /// New state of the app.
        state: State,
    },
    /// A run of an app ended, and its resources are released.
    Ended {
        /// Id of the ended run.
        app: AppId,
        /// Name of the app.
        name: &'a str,
        /// Reason why the run ended.
        exit: Exit,
        /// Cause of the trap; `None` if the run did not trap or the cause is unknown.
        cause: Option<Cause<'a>>,
        /// Time until the app is restarted, in milliseconds; `None` if it is not restarted.
        restart_in_ms: Option<u32>,
        /// Number of messages for the app that were lost in this run. A loss is detected only when
        /// the app receives a later message.
        lost_messages: u32,
    },
    /// An app made a call for which it lacks the capability.
    Denied {
        /// Id of the run.
        app: AppId,
        /// Name of the app.
        name: &'a str,
        /// Denied call.
        call: &'static NativeCall,
        /// Name of the missing capability, or of the first one if any of several suffices.
        needed: Option<&'static str>,
        /// Number of denied calls in this run, including this one.
        denials: u32,
    },
    /// An app came to the foreground.
    Foreground {
        /// Id of the run.
        app: AppId,
        /// Name of the app.
        name: &'a str,
    },
    /// A scheduled start failed and is not retried: a restart, an autostart, or a start or switch
    /// requested by another app. A lack of room is reported only after retries over some minutes,
    /// except for a switch.
    NotStarted {
        /// Name of the app.
        name: &'a str,
        /// Reason why the app cannot start.
        error: &'a crate::StartError,
    },
    /// An app no longer starts with the device.
    Held {
        /// Name of the app.
        name: &'a str,
        /// Reason why the app is held back.
        held: Held,
    },
    /// An updated app has proved that it runs, and its previous version is deleted.
    Confirmed {
        /// Name of the app.
        name: &'a str,
    },
    /// The new version of an app failed, and the previous version is restored.
    RolledBack {
        /// Name of the app.
        name: &'a str,
        /// Reason why the new version failed.
        unfit: Unfit,
    },
    /// The new version of an app failed in each of its first runs, but stays installed: the
    /// previous version is damaged or no longer admitted.
    NotRolledBack {
        /// Name of the app.
        name: &'a str,
        /// Reason why the previous version cannot run.
        error: &'a dyn core::error::Error,
    },
    /// A stored app was not installed when the device started: it is damaged or no longer admitted.
    LeftOut {
        /// Name of the app.
        name: &'a str,
        /// Reason why the app was not installed.
        error: &'a dyn core::error::Error,
    },
    /// A record about a stored app could not be written to flash.
    NotKept {
        /// Name of the app.
        name: &'a str,
        /// Reason why the write failed.
        error: &'a dyn core::error::Error,
    },
}
