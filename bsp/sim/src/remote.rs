//! The link between a device and those who watch and steer it from elsewhere.
//!
//! The device runs on one thread and owns everything; others hold a [`DeviceHandle`], ask with [`Command`]s over a
//! bounded channel and hear [`Event`]s over another. Neither side can make the other hold an unbounded amount.

mod refusal;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{broadcast, mpsc, oneshot};

pub use refusal::{Refusal, RefusalCause};

use crate::protocol::{App, Area, Description, Frame, LogLine, Reading, Report, Status};

/// Commands that may wait for the device; further senders wait for a place.
const COMMANDS: usize = 32;
/// Events that a slow listener may lag behind before it loses the oldest.
const EVENTS: usize = 512;
/// A device that takes longer than this to answer counts as hung.
const PATIENCE: Duration = Duration::from_secs(10);

/// Where an answer goes. Whoever asked may have gone: ignore the error of `send`.
pub type Reply<T> = oneshot::Sender<T>;

/// Something asked of the device.
#[derive(Debug)]
#[non_exhaustive]
pub enum Command {
    /// Does something to an installed app.
    Control {
        /// The app's name.
        name: String,
        /// What to do.
        action: Action,
        /// Whether it was done.
        reply: Reply<Result<(), Refusal>>,
    },
    /// Installs an app, or replaces the one of that name.
    Install {
        /// The app, all of it or as it comes.
        upload: Upload,
        /// The report of what was installed.
        reply: Reply<Result<Report, Refusal>>,
    },
    /// Reports on an image as if it were to be installed, and installs nothing.
    Inspect {
        /// The image and the name to use.
        image: Image,
        /// The report, if it could be installed.
        reply: Reply<Result<Report, Refusal>>,
    },
    /// Trusts other keys from now on.
    Rotate {
        /// The sealed document that says so.
        document: Vec<u8>,
        /// The names of the keys whose apps are taken then.
        reply: Reply<Result<Vec<String>, Refusal>>,
    },
    /// Reports on an installed app.
    Report {
        /// The app's name.
        name: String,
        /// The report it was admitted with.
        reply: Reply<Result<Report, Refusal>>,
    },
    /// Lists the apps and tells how the device is doing.
    Survey {
        /// Apps in the order of their ids, and the state of the device.
        reply: Reply<(Vec<App>, Status)>,
    },
    /// Copies the log that the device still holds, oldest line first.
    Logs {
        /// The lines.
        reply: Reply<Vec<LogLine>>,
    },
    /// Copies pixels off the screen.
    Screen {
        /// The rectangle; it lies on the screen.
        area: Area,
        /// Its pixels.
        reply: Reply<Frame>,
    },
    /// Tells the value of every sensor.
    Sensors {
        /// The channels and their values.
        reply: Reply<Vec<Reading>>,
    },
    /// Presses or releases a button.
    Button {
        /// The button's id, one of the description's.
        id: u8,
        /// Whether it is down.
        pressed: bool,
    },
    /// Sets a sensor, to a value within its range.
    Sensor(Reading),
}

/// What can be done to an installed app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Starts it.
    Start,
    /// Stops it.
    Stop,
    /// Stops it if it runs, and starts it.
    Restart,
    /// Stops it if it runs, and removes the files that it wrote.
    Reset,
    /// Stops it if it runs, and removes it with all it stored.
    Uninstall,
}

/// An app that is to be installed.
#[derive(Debug)]
pub enum Upload {
    /// All of it.
    Whole(Image),
    /// A piece at a time. What has come so far is on the device's flash, in place of nothing yet.
    Pieces {
        /// The name that its manifest has, or that it is to have.
        name: String,
        /// How many bytes are to come.
        size: u32,
        /// The signature beside it.
        signature: Option<Vec<u8>>,
        /// The bytes; fewer than announced if the sender has stopped.
        pieces: mpsc::Receiver<Vec<u8>>,
    },
}

/// An app image on its way to the device.
#[derive(Clone, PartialEq, Eq)]
pub struct Image {
    /// The name to install it under; `None` leaves that to its manifest.
    pub name: Option<String>,
    /// The signature beside it.
    pub signature: Option<Vec<u8>>,
    /// The bytes, as uploaded: nothing about them has been checked but their number.
    pub bytes: Vec<u8>,
}

impl fmt::Debug for Image {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Image({:?}, {} bytes)", self.name, self.bytes.len())
    }
}

/// Something that happened on the device.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Event {
    /// A line was logged.
    Log(Arc<LogLine>),
    /// The list of apps or the state of one changed.
    Apps,
    /// Pixels of this rectangle changed; whoever wants them asks for them.
    Screen(Area),
    /// A sensor was set.
    Sensors,
}

/// The device's end of the link.
#[derive(Debug)]
pub struct DeviceEnd {
    /// What is asked of the device.
    pub commands: mpsc::Receiver<Command>,
    /// Tells all who listen. Sending fails when nobody does, which is no error.
    pub events: broadcast::Sender<Event>,
}

/// Steers and watches a device from any thread. Clones reach the same device.
#[derive(Clone, Debug)]
pub struct DeviceHandle {
    commands: mpsc::Sender<Command>,
    events: broadcast::Sender<Event>,
    description: Arc<Description>,
}

/// Makes the two ends of a link to the device so described.
pub fn link(description: Description) -> (DeviceHandle, DeviceEnd) {
    let (sender, commands) = mpsc::channel(COMMANDS);
    let (events, _) = broadcast::channel(EVENTS);
    let handle = DeviceHandle {
        commands: sender,
        events: events.clone(),
        description: Arc::new(description),
    };
    (handle, DeviceEnd { commands, events })
}

impl DeviceHandle {
    /// Describes the device.
    pub fn description(&self) -> &Description {
        &self.description
    }

    /// Listens to what happens from now on.
    pub fn listen(&self) -> broadcast::Receiver<Event> {
        self.events.subscribe()
    }

    /// Sends a command that has no answer.
    ///
    /// # Errors
    ///
    /// [`RefusalCause::Gone`] if the device has been shut down or does not take it.
    ///
    /// # Cancel safety
    ///
    /// A drop sends nothing.
    pub async fn tell(&self, command: Command) -> Result<(), Refusal> {
        let sent = tokio::time::timeout(PATIENCE, self.commands.send(command)).await;
        sent.map_err(|_| Refusal::hung())?
            .map_err(|_| Refusal::shut_down())
    }

    /// Sends the command that `make` makes of a place for the answer, and waits for the answer.
    ///
    /// # Errors
    ///
    /// [`RefusalCause::Gone`] if the device has been shut down or does not answer.
    ///
    /// # Cancel safety
    ///
    /// A drop before the command is sent sends nothing; after that the device does as asked and nobody is told.
    pub async fn ask<T>(&self, make: impl FnOnce(Reply<T>) -> Command) -> Result<T, Refusal> {
        let (reply, answer) = oneshot::channel();
        self.tell(make(reply)).await?;
        hear(answer).await
    }
}

/// Waits for the answer to a command that has all that it needs.
///
/// # Errors
///
/// [`RefusalCause::Gone`] if the device has been shut down or does not answer.
///
/// # Cancel safety
///
/// A drop loses the answer; the device does as asked.
pub async fn hear<T>(answer: oneshot::Receiver<T>) -> Result<T, Refusal> {
    let answer = tokio::time::timeout(PATIENCE, answer).await;
    answer
        .map_err(|_| Refusal::hung())?
        .map_err(|_| Refusal::shut_down())
}
