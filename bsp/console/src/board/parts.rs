use crate::Hardware;
use crate::catalogue::SENSORS;
use crate::keep::Kept;
use akira::abi::Errno;
use akira::gpio::{Drive, Line};
use akira::sensor::{Channel, Sensor, SettableSensor};
use alloc::rc::Rc;
use core::fmt;

/// Hardware and storage of one console.
pub struct Parts<H: Hardware> {
    /// Clock.
    pub clock: H::Clock,
    /// Sink of the log.
    pub log: H::Log,
    /// Screen.
    pub panel: H::Panel,
    /// Sensors.
    pub sensor: H::Sensor,
    /// Store on flash, with apps, files and settings.
    pub kept: Kept<H>,
}

impl<H: Hardware> fmt::Debug for Parts<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Parts").finish_non_exhaustive()
    }
}

/// Simulated light; stores whether it is lit.
#[derive(Debug, Default)]
pub struct Led {
    lit: bool,
}

impl Line for Led {
    fn drive(&mut self, drive: Drive) -> Result<(), Errno> {
        self.lit = drive == Drive::High;
        Ok(())
    }

    fn is_high(&mut self) -> Result<bool, Errno> {
        Ok(self.lit)
    }
}

/// Sensors whose values are set from outside; clones share the values.
#[derive(Clone, Debug)]
pub struct Sensors(Rc<SettableSensor<{ SENSORS.len() }>>);

impl Sensors {
    /// Creates the console's sensors with their values at rest.
    pub fn at_rest() -> Self {
        let sensors = SettableSensor::new();
        for known in &SENSORS {
            // Cannot fail: the set has a place for each channel.
            let _ = sensors.set(known.channel, known.rest);
        }
        Self(Rc::new(sensors))
    }

    /// Sets a channel, in thousandths of its unit. Returns whether the console has the channel.
    pub fn set(&self, channel: Channel, milli: i32) -> bool {
        let is_known = SENSORS.iter().any(|known| known.channel == channel);
        is_known && self.0.set(channel, milli).is_ok()
    }
}

impl Sensor for Sensors {
    async fn read(&mut self, channel: Channel) -> Result<Option<i32>, Errno> {
        (&*self.0).read(channel).await
    }
}
