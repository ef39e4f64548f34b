use std::rc::Rc;

use akira::abi::{AppId, Errno};
use akira::gpio::{Drive, HeldButtons, Line};
use akira::input::Buttons;
use akira::sensor::{Channel, Sensor, SettableSensor};

use super::APPS;

/// The buttons as the virtual pins see them: within the focus, so that pins are no way around it.
#[derive(Debug)]
pub struct Held(Rc<Buttons<APPS>>);

impl Held {
    pub(super) fn new(buttons: Rc<Buttons<APPS>>) -> Self {
        Self(buttons)
    }
}

impl HeldButtons for Held {
    fn held(&self, app: AppId) -> u32 {
        self.0.buttons(app)
    }
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
