use akira::abi::Errno;
use akira::gpio::{Drive, Line};
use akira::sensor::SettableSensor;

use crate::catalogue::AT_REST;

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
