//! Link between a device and its remote clients.
//!
//! The device runs on one thread and owns all its state. Clients hold a [`DeviceHandle`], send
//! [`Command`]s over a bounded channel and receive [`Event`]s over another. Neither side can make
//! the other buffer an unbounded amount of data.

mod refusal;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{broadcast, mpsc, oneshot};

pub use refusal::{Refusal, RefusalCause};

use crate::protocol::{App, Area, Description, Frame, LogLine, Reading, Report, Status};

/// Maximum number of queued commands; further senders wait.
const COMMANDS: usize = 32;
/// Number of events that a slow listener may lag behind before it loses the oldest.
const EVENTS: usize = 512;
/// Time after which a device that has not answered counts as hung.
const PATIENCE: Duration = Duration::from_secs(10);

/// Sender of the answer to a command. Ignore an error of `send`: the client may have disconnected.
pub type Reply<T> = oneshot::Sender<T>;

/// Request to the device.
#[derive(Debug)]
#[non_exhaustive]
pub enum Command {
    /// Starts, stops, resets or removes an installed app.
    Control {
        /// The app's name.
        name: String,
        /// The action.
        action: Action,
        /// The result.
        reply: Reply<Result<(), Refusal>>,
    },
    /// Installs an app; replaces an installed app of the same name.
    Install {
        /// The app, complete or in pieces.
        upload: Upload,
        /// The report on the installed app.
        reply: Reply<Result<Report, Refusal>>,
    },
    /// Returns the report that an install of this image would give, without installing it.
    Inspect {
        /// The image and the name to use.
        image: Image,
        /// The report, if the image could be installed.
        reply: Reply<Result<Report, Refusal>>,
    },
    /// Replaces the trusted keys.
    Rotate {
        /// The sealed trust store with the new keys.
        document: Vec<u8>,
        /// The names of the keys whose apps are accepted afterwards.
        reply: Reply<Result<Vec<String>, Refusal>>,
    },
    /// Reports on an installed app.
    Report {
        /// The app's name.
        name: String,
        /// The report, with the capabilities that the app has.
        reply: Reply<Result<Report, Refusal>>,
    },
    /// Returns the state of each app and of the device.
    Survey {
        /// Apps in the order of their ids, and the state of the device.
        reply: Reply<(Vec<App>, Status)>,
    },
    /// Copies the stored log lines, the oldest first.
    Logs {
        /// The lines.
        reply: Reply<Vec<LogLine>>,
    },
    /// Copies pixels of the screen.
    Screen {
        /// The rectangle to copy; must lie on the screen.
        area: Area,
        /// Its pixels.
        reply: Reply<Frame>,
    },
    /// Returns the value of every sensor.
    Sensors {
        /// The channels and their values.
        reply: Reply<Vec<Reading>>,
    },
    /// Presses or releases a button.
    Button {
        /// The button's id, as in the device's description.
        id: u8,
        /// Whether it is down.
        pressed: bool,
    },
    /// Sets a sensor to a value within its range.
    Sensor(Reading),
}

/// Action on an installed app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Starts the app.
    Start,
    /// Stops the app.
    Stop,
    /// Stops the app if it is running, then starts it.
    Restart,
    /// Stops the app if it is running, then removes the files that it wrote.
    Reset,
    /// Stops the app if it is running, then removes it and its stored data.
    Uninstall,
}

/// App to be installed.
#[derive(Debug)]
pub enum Upload {
    /// A complete image.
    Whole(Image),
    /// An image that arrives in pieces. The device writes each piece to flash. An installed app of
    /// the same name stays in place until the last piece has been accepted.
    Pieces {
        /// The name in its manifest, or the name to give it if the manifest has none.
        name: String,
        /// Total number of bytes.
        size: u32,
        /// The detached signature.
        signature: Option<Vec<u8>>,
        /// The bytes; fewer than `size` if the sender stops early.
        pieces: mpsc::Receiver<Vec<u8>>,
    },
}

/// Uploaded app image.
#[derive(Clone, PartialEq, Eq)]
pub struct Image {
    /// The name to install it under; `None` to use the name in its manifest.
    pub name: Option<String>,
    /// The detached signature.
    pub signature: Option<Vec<u8>>,
    /// The bytes as uploaded; only their number has been checked.
    pub bytes: Vec<u8>,
}

impl fmt::Debug for Image {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Image({:?}, {} bytes)", self.name, self.bytes.len())
    }
}

/// Event on the device.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Event {
    /// A line was logged.
    Log(Arc<LogLine>),
    /// The list of apps or the state of an app changed.
    Apps,
    /// Pixels of this rectangle changed. A listener requests them with [`Command::Screen`].
    Screen(Area),
    /// A sensor was set.
    Sensors,
}

/// The device's end of the link.
#[derive(Debug)]
pub struct DeviceEnd {
    /// Commands from all clients.
    pub commands: mpsc::Receiver<Command>,
    /// Sender of events to all listeners. Ignore an error of `send`: it means that there is no
    /// listener.
    pub events: broadcast::Sender<Event>,
}

/// Handle that controls and observes a device from any thread. Clones refer to the same device.
#[derive(Clone, Debug)]
pub struct DeviceHandle {
    commands: mpsc::Sender<Command>,
    events: broadcast::Sender<Event>,
    description: Arc<Description>,
}

/// Creates a link to the described device and returns its two ends.
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
    /// Returns the description of the device.
    pub fn description(&self) -> &Description {
        &self.description
    }

    /// Returns a receiver of all events from now on.
    pub fn listen(&self) -> broadcast::Receiver<Event> {
        self.events.subscribe()
    }

    /// Sends a command that has no answer.
    ///
    /// # Errors
    ///
    /// [`RefusalCause::Gone`] if the device has been shut down or does not accept the command in
    /// time.
    ///
    /// # Cancel safety
    ///
    /// After a drop, the command is not sent.
    pub async fn tell(&self, command: Command) -> Result<(), Refusal> {
        let sent = tokio::time::timeout(PATIENCE, self.commands.send(command)).await;
        sent.map_err(|_| Refusal::hung())?
            .map_err(|_| Refusal::shut_down())
    }

    /// Sends a command and waits for the answer. `make` creates the command from the sender of the
    /// answer.
    ///
    /// # Errors
    ///
    /// [`RefusalCause::Gone`] if the device has been shut down or does not answer in time.
    ///
    /// # Cancel safety
    ///
    /// A drop before the command is sent has no effect. After that the device still executes the
    /// command, and the answer is lost.
    pub async fn ask<T>(&self, make: impl FnOnce(Reply<T>) -> Command) -> Result<T, Refusal> {
        let (reply, answer) = oneshot::channel();
        self.tell(make(reply)).await?;
        hear(answer).await
    }
}

/// Waits for the answer to a command that was sent with all its data.
///
/// # Errors
///
/// [`RefusalCause::Gone`] if the device has been shut down or does not answer in time.
///
/// # Cancel safety
///
/// A drop loses the answer; the device still executes the command.
pub async fn hear<T>(answer: oneshot::Receiver<T>) -> Result<T, Refusal> {
    let answer = tokio::time::timeout(PATIENCE, answer).await;
    answer
        .map_err(|_| Refusal::hung())?
        .map_err(|_| Refusal::shut_down())
}
