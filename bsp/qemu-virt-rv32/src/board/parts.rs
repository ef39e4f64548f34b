use akira::abi::{AppId, Errno};
use akira::gpio::{Drive, HeldButtons, Line};
use akira::input::Buttons;
use akira::sensor::SettableSensor;
use alloc::rc::Rc;

use super::APPS;
use crate::catalogue::AT_REST;

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

/// The console's light, which the machine does not have: it remembers whether it is lit.
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

pub(super) fn sensor_at_rest() -> SettableSensor<8> {
    let sensor = SettableSensor::new();
    for (channel, value) in AT_REST {
        // There is a place for each.
        let _ = sensor.set(channel, value);
    }
    sensor
}
