use akira_abi::Errno;

use crate::Channel;

/// Measures one or more channels.
///
/// A pair of sensors is also a sensor. The first one that returns a reading wins, as on AkiraOS.
/// Pairs nest: `(imu, (barometer, fuel))`.
#[expect(
    async_fn_in_trait,
    reason = "`Send` is never required: a device runs on one executor"
)]
pub trait Sensor {
    /// Measures `channel` and returns thousandths of its unit, or `None` if this sensor does not
    /// have it.
    ///
    /// # Errors
    ///
    /// `EIO` if the sensor does not respond; another errno if the driver has a more specific one.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future at any await must leave the sensor ready for the next call.
    async fn read(&mut self, channel: Channel) -> Result<Option<i32>, Errno>;
}

impl<T: Sensor + ?Sized> Sensor for &mut T {
    async fn read(&mut self, channel: Channel) -> Result<Option<i32>, Errno> {
        (**self).read(channel).await
    }
}

impl<A: Sensor, B: Sensor> Sensor for (A, B) {
    /// Reads the second sensor if the first one lacks the channel or fails.
    async fn read(&mut self, channel: Channel) -> Result<Option<i32>, Errno> {
        match self.0.read(channel).await {
            Ok(Some(value)) => Ok(Some(value)),
            Ok(None) => self.1.read(channel).await,
            Err(first) => match self.1.read(channel).await {
                Ok(Some(value)) => Ok(Some(value)),
                _ => Err(first),
            },
        }
    }
}
