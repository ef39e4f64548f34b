use crate::Hardware;
use crate::catalogue::SENSORS;
use crate::keep::Kept;
use akira::abi::Errno;
use akira::gpio::{Drive, Line};
use akira::sensor::{Channel, Sensor, SettableSensor};
use alloc::rc::Rc;
use core::fmt;

/// What a console is made of.
pub struct Parts<H: Hardware> {
    /// Its time.
    pub clock: H::Clock,
    /// Where its log goes.
    pub log: H::Log,
    /// Its screen.
    pub panel: H::Panel,
    /// Its sensors.
    pub sensor: H::Sensor,
    /// What it keeps.
    pub kept: Kept<H>,
}

impl<H: Hardware> fmt::Debug for Parts<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Parts").finish_non_exhaustive()
    }
}

/// A light that is none: it remembers whether it is lit.
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

/// Sensors that are set from outside; clones are the same sensors.
#[derive(Clone, Debug)]
pub struct Sensors(Rc<SettableSensor<{ SENSORS.len() }>>);

impl Sensors {
    /// Makes the console's sensors, at rest.
    pub fn at_rest() -> Self {
        let sensors = SettableSensor::new();
        for known in &SENSORS {
            // There is a place for each.
            let _ = sensors.set(known.channel, known.rest);
        }
        Self(Rc::new(sensors))
    }

    /// Sets a channel, in thousandths of its unit. Returns whether the console has it.
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
