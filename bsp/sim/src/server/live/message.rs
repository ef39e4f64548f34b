//! The text messages of `/ws`, and the one binary message.

use serde::{Deserialize, Serialize};

use crate::protocol::Frame;
use crate::protocol::{App, Description, LogLine, Reading, Status};

/// The first byte of a binary message with pixels.
const SCREEN: u8 = 1;

/// What the server tells the page in text messages. Pixels go in binary ones, see [`encode`].
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub(super) enum ServerMessage<'a> {
    /// The first message.
    Hello {
        /// What this console is.
        #[serde(flatten)]
        description: &'a Description,
        /// When it was started, in milliseconds of Unix time: a page that comes back tells by it whether it is still the same.
        since_ms: u64,
    },
    /// All apps and the state of the device.
    Apps {
        /// Every installed app.
        apps: &'a [App],
        /// How the device is doing.
        status: &'a Status,
    },
    /// A log line.
    Log(&'a LogLine),
    /// Sensor values, however they were set.
    Sensors {
        /// The channels and their values.
        values: &'a [Reading],
    },
}

/// What the page tells the server.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase", deny_unknown_fields)]
pub(super) enum ClientMessage {
    /// A button went down or up.
    Button {
        /// The button's id.
        id: u8,
        /// Whether it is down.
        pressed: bool,
    },
    /// A sensor was set.
    Sensor(Reading),
}

/// Encodes pixels: a byte 1; x, y, width and height as `u16`; RGB565 pixels; all little endian.
pub(super) fn encode(frame: &Frame) -> Vec<u8> {
    let area = frame.area;
    let mut message = Vec::with_capacity(9 + 2 * frame.pixels.len());
    message.push(SCREEN);
    for edge in [area.x, area.y, area.w, area.h] {
        message.extend(edge.to_le_bytes());
    }
    message.extend(frame.pixels.iter().flat_map(|pixel| pixel.to_le_bytes()));
    message
}
