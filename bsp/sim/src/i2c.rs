//! The console's I²C buses, with models of the devices on them. Published drivers run against these models unchanged.

mod bme280;
mod eeprom;

use std::cell::RefCell;
use std::fmt;
use std::rc::Rc;

use akira::i2c::Operation;
use embedded_hal::i2c::{ErrorKind, ErrorType, NoAcknowledgeSource};

pub use bme280::{Bme280, Weather};
pub use eeprom::Eeprom;

/// Model of a device on an I²C bus.
pub trait Target {
    /// Begins a transaction, or continues one after a repeated start. Returns whether the device acknowledges its
    /// address.
    fn begin(&mut self) -> bool {
        true
    }

    /// Receives a byte from the controller. `index` counts the bytes since the start. Returns whether the device
    /// acknowledges it.
    fn receive(&mut self, index: usize, byte: u8) -> bool;

    /// Sends a byte to the controller.
    fn send(&mut self) -> u8;

    /// Ends a transaction with a stop condition.
    fn end(&mut self) {}
}

/// Bus with models; clones are the same bus.
#[derive(Clone, Default)]
pub struct ModelBus(Rc<RefCell<Vec<Device>>>);

/// A device with its address.
type Device = (u8, Box<dyn Target>);

/// Error of a [`ModelBus`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BusError(ErrorKind);

impl ModelBus {
    /// Creates a bus without devices.
    pub fn new() -> Self {
        Self::default()
    }

    /// Connects a device with this 7-bit address.
    #[must_use]
    pub fn with(self, address: u8, target: impl Target + 'static) -> Self {
        self.0.borrow_mut().push((address, Box::new(target)));
        self
    }

    fn perform(&self, address: u8, operations: &mut [Operation<'_>]) -> Result<(), BusError> {
        let mut devices = self.0.borrow_mut();
        let device = devices.iter_mut().find(|device| device.0 == address);
        let Some((_, target)) = device else {
            return Err(BusError::unacknowledged(NoAcknowledgeSource::Address));
        };
        let done = talk(&mut **target, operations);
        target.end();
        done
    }
}

/// Performs operations with one device. Adjacent writes are one message, as `embedded-hal` defines it.
fn talk(target: &mut dyn Target, operations: &mut [Operation<'_>]) -> Result<(), BusError> {
    let (mut index, mut writes) = (0, None);
    for operation in operations {
        let is_write = matches!(operation, Operation::Write(_));
        if writes.replace(is_write) != Some(is_write) {
            index = 0;
            if !target.begin() {
                return Err(BusError::unacknowledged(NoAcknowledgeSource::Address));
            }
        }
        match operation {
            Operation::Write(bytes) => {
                for byte in *bytes {
                    if !target.receive(index, *byte) {
                        return Err(BusError::unacknowledged(NoAcknowledgeSource::Data));
                    }
                    index += 1;
                }
            }
            Operation::Read(bytes) => bytes.fill_with(|| target.send()),
        }
    }
    Ok(())
}

impl BusError {
    const fn unacknowledged(source: NoAcknowledgeSource) -> Self {
        Self(ErrorKind::NoAcknowledge(source))
    }
}

impl embedded_hal::i2c::Error for BusError {
    fn kind(&self) -> ErrorKind {
        self.0
    }
}

impl ErrorType for ModelBus {
    type Error = BusError;
}

impl embedded_hal::i2c::I2c for ModelBus {
    fn transaction(
        &mut self,
        address: u8,
        operations: &mut [Operation<'_>],
    ) -> Result<(), BusError> {
        self.perform(address, operations)
    }
}

impl embedded_hal_async::i2c::I2c for ModelBus {
    async fn transaction(
        &mut self,
        address: u8,
        operations: &mut [Operation<'_>],
    ) -> Result<(), BusError> {
        self.perform(address, operations)
    }
}

impl fmt::Debug for ModelBus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let addresses: Vec<u8> = self.0.borrow().iter().map(|device| device.0).collect();
        f.debug_tuple("ModelBus").field(&addresses).finish()
    }
}
