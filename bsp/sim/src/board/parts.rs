use std::rc::Rc;

use akira::abi::Errno;
use akira::gpio::{Drive, Line};
use akira::sensor::{Channel, Sensor, SettableSensor};

use crate::clock::SimClock;
use crate::journal::Journal;
use crate::keep::Kept;
use crate::screen::Screen;

/// What a console is made of.
#[derive(Debug)]
pub struct Parts {
    /// Its time.
    pub clock: SimClock,
    /// Its log.
    pub journal: Journal,
    /// Its screen.
    pub screen: Screen,
    /// Its sensors.
    pub sensor: SharedSensor,
    /// What it keeps.
    pub kept: Kept,
    /// How much fuel is a millisecond of its CPU.
    pub fuel_per_ms: u64,
}

/// The console's light.
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

/// The console's sensors, set from outside; clones are the same sensors.
#[derive(Clone, Debug)]
pub struct SharedSensor(Rc<SettableSensor<16>>);

impl SharedSensor {
    /// Makes sensors without a value.
    pub fn new() -> Self {
        Self(Rc::new(SettableSensor::new()))
    }

    /// Sets a channel, in thousandths of its unit.
    ///
    /// # Errors
    ///
    /// `ENOMEM` if there are 16 channels already.
    pub fn set(&self, channel: u16, milli: i32) -> Result<(), Errno> {
        self.0.set(Channel(channel.into()), milli)
    }
}

impl Default for SharedSensor {
    fn default() -> Self {
        Self::new()
    }
}

impl Sensor for SharedSensor {
    async fn read(&mut self, channel: Channel) -> Result<Option<i32>, Errno> {
        (&*self.0).read(channel).await
    }
}
