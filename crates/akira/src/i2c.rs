//! The native module `i2c`: registers of I²C devices.

pub use akira_bridge_i2c::*;

use crate::abi::i2c::{I2C_READ_REG, I2C_WRITE_REG};
use crate::abi::{Clock, Errno};
use crate::{Answer, Call, NativeModule, natives};

/// Maximum number of bytes of a read or a write.
const LONGEST: usize = 256;

/// Cost in fuel of a transaction.
const TRANSFER_FUEL: u64 = 200;

/// The native module `i2c` on its bridge.
#[derive(Debug)]
pub struct Module<B, C, const BUSES: usize>(pub I2c<B, C, BUSES>);

impl<B: Bus + 'static, C: Clock + 'static, const BUSES: usize> NativeModule
    for Module<B, C, BUSES>
{
    natives! {
        suspending I2C_WRITE_REG => Self::write_register,
        suspending I2C_READ_REG => Self::read_register,
    }
}

impl<B: Bus, C: Clock, const BUSES: usize> Module<B, C, BUSES> {
    async fn write_register(&self, call: &mut Call<'_>) -> Answer {
        let (bus, address, register) = target(call)?;
        let (app, bytes) = call.app_and_bytes(3);
        check_length(bytes)?;
        let mut operations = [Operation::Write(&register), Operation::Write(bytes)];
        let scopes = &app.grant().scopes;
        self.0
            .transfer(scopes, bus, address, &mut operations)
            .await?;
        Ok(0)
    }

    async fn read_register(&self, call: &mut Call<'_>) -> Answer {
        let (bus, address, register) = target(call)?;
        let (app, bytes) = call.app_and_bytes_mut(3);
        check_length(bytes)?;
        let length = bytes.len();
        let mut operations = [Operation::Write(&register), Operation::Read(bytes)];
        let scopes = &app.grant().scopes;
        self.0
            .transfer(scopes, bus, address, &mut operations)
            .await?;
        Ok(length as i32)
    }
}

/// Reads the bus, the address and the register, and charges for the transaction.
fn target(call: &mut Call<'_>) -> Result<(u32, u32, [u8; 1]), Errno> {
    call.charge(TRANSFER_FUEL);
    let register = u8::try_from(call.u32(2)).map_err(|_| Errno::EINVAL)?;
    Ok((call.u32(0), call.u32(1), [register]))
}

fn check_length(bytes: &[u8]) -> Result<(), Errno> {
    match (1..=LONGEST).contains(&bytes.len()) {
        true => Ok(()),
        false => Err(Errno::EINVAL),
    }
}
