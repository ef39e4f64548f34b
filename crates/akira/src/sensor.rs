//! The native module `sensor`, with which apps read sensors: `sensor_read`.

pub use akira_bridge_sensor::*;

use crate::abi::sensor::SENSOR_READ;
use crate::{Answer, Call, NativeModule, natives};

/// Answers the native calls of the module `sensor` with the bridge [`Sensors`].
#[derive(Debug)]
pub struct Module<S>(pub Sensors<S>);

impl<S: Sensor + 'static> NativeModule for Module<S> {
    natives! {
        suspending SENSOR_READ => Self::read,
    }
}

impl<S: Sensor> Module<S> {
    /// Returns a reading, or [`ERROR`] if the read fails. An errno would be ambiguous, since
    /// readings may be negative.
    async fn read(&self, call: &mut Call<'_>) -> Answer {
        let reading = self.0.read(Channel(call.u32(0))).await;
        Ok(reading.unwrap_or(ERROR))
    }
}
