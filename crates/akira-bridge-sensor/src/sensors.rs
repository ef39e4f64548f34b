use akira_abi::Errno;
use embassy_sync::blocking_mutex::raw::NoopRawMutex;
use embassy_sync::mutex::Mutex;

use crate::{Channel, Sensor};

/// The result of `sensor_read` on failure. A negative errno would look like a reading.
pub const ERROR: i32 = i32::MIN;

/// The sensors of a device, shared by its apps.
#[derive(Debug)]
pub struct Sensors<S> {
    sensor: Mutex<NoopRawMutex, S>,
}

impl<S: Sensor> Sensors<S> {
    /// Shares `sensor`. Combine several sensors with pairs.
    pub const fn new(sensor: S) -> Self {
        Self {
            sensor: Mutex::new(sensor),
        }
    }

    /// Measures `channel` and returns thousandths of its unit, never [`ERROR`].
    ///
    /// Waits for an earlier reading to complete, of this or another app.
    ///
    /// # Errors
    ///
    /// `ENODEV` if no sensor has the channel, else the errno of the sensor.
    ///
    /// # Cancel safety
    ///
    /// A drop releases the place in the queue, or drops the sensor's own future and frees the sensor.
    pub async fn read(&self, channel: Channel) -> Result<i32, Errno> {
        let value = self.sensor.lock().await.read(channel).await?;
        value.map(|v| v.max(ERROR + 1)).ok_or(Errno::ENODEV)
    }

    /// Returns the sensor.
    pub fn into_inner(self) -> S {
        self.sensor.into_inner()
    }
}
