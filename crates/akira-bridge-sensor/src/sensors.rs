use akira_abi::Errno;
use embassy_sync::blocking_mutex::raw::NoopRawMutex;
use embassy_sync::mutex::Mutex;

use crate::{Channel, Sensor};

/// Result of `sensor_read` on failure. A negative errno would be a valid reading.
pub const ERROR: i32 = i32::MIN;

/// Sensors of a device, shared by its apps.
#[derive(Debug)]
pub struct Sensors<S> {
    sensor: Mutex<NoopRawMutex, S>,
}

impl<S: Sensor> Sensors<S> {
    /// Creates the bridge on `sensor`. Combine several sensors with pairs.
    pub const fn new(sensor: S) -> Self {
        Self {
            sensor: Mutex::new(sensor),
        }
    }

    /// Measures `channel` and returns thousandths of its unit, never [`ERROR`].
    ///
    /// Waits until earlier readings, of this or another app, have completed.
    ///
    /// # Errors
    ///
    /// `ENODEV` if no sensor has the channel, otherwise the errno of the sensor.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future releases its place in the queue. If it was already reading, the drop
    /// also drops the sensor's own future, and the next reading can begin.
    pub async fn read(&self, channel: Channel) -> Result<i32, Errno> {
        let value = self.sensor.lock().await.read(channel).await?;
        value.map(|v| v.max(ERROR + 1)).ok_or(Errno::ENODEV)
    }

    /// Consumes the bridge and returns the sensor.
    pub fn into_inner(self) -> S {
        self.sensor.into_inner()
    }
}
