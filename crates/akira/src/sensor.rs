//! The native module `sensor`: `sensor_read`.

pub use akira_bridge_sensor::*;

use crate::abi::sensor::SENSOR_READ;
use crate::{Answer, Call, NativeModule, natives};

/// The native module `sensor` on its bridge.
#[derive(Debug)]
pub struct Module<S>(pub Sensors<S>);

impl<S: Sensor + 'static> NativeModule for Module<S> {
    natives! {
        suspending SENSOR_READ => Self::read,
    }
}

impl<S: Sensor> Module<S> {
    /// Returns a reading, or [`ERROR`] if the read fails; an errno would be ambiguous, since a reading may be negative.
    async fn read(&self, call: &mut Call<'_>) -> Answer {
        let reading = self.0.read(Channel(call.u32(0))).await;
        Ok(reading.unwrap_or(ERROR))
    }
}
