//! Messages of `/ws`: text messages in JSON, and one binary message.

use serde::{Deserialize, Serialize};

use crate::protocol::Frame;
use crate::protocol::{App, Description, LogLine, Reading, Status};

/// First byte of a binary message with pixels.
const SCREEN: u8 = 1;

/// Text message from the server to the page. Pixels are sent in binary messages, see [`encode`].
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub(super) enum ServerMessage<'a> {
    /// The first message.
    Hello {
        /// Description of the console.
        #[serde(flatten)]
        description: &'a Description,
        /// Start time of the server in milliseconds of Unix time. A page that reconnects compares
        /// it to find out whether the console was restarted.
        since_ms: u64,
    },
    /// All apps and the state of the device.
    Apps {
        /// Every installed app.
        apps: &'a [App],
        /// State of the device.
        status: &'a Status,
    },
    /// A log line.
    Log(&'a LogLine),
    /// Sensor values, set by any client.
    Sensors {
        /// The channels and their values.
        values: &'a [Reading],
    },
}

/// Message from the page to the server.
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

/// Encodes pixels as a binary message: a byte 1; x, y, width and height as `u16`; RGB565 pixels.
/// All numbers are little-endian.
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
