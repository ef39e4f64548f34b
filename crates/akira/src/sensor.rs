//! The native module `sensor`: `sensor_read`.

pub use akira_bridge_sensor::*;

use crate::abi::Errno;
use crate::abi::sensor::SENSOR_READ;
use crate::{Answer, Board, Call, Native};
use core::marker::PhantomData;

/// Returns the natives of this module; [`complete`] answers them.
pub const fn natives<B: Board>() -> &'static [Native<B>] {
    Table::<B>::NATIVES
}

struct Table<B>(PhantomData<B>);

impl<B: Board> Table<B> {
    const NATIVES: &'static [Native<B>] = &[Native::suspending(&SENSOR_READ)];
}

/// Answers a suspending call of this module. A failure is the value [`ERROR`], since any negative number can be a
/// reading.
///
/// # Errors
///
/// `ENOSYS` for a call of another module.
///
/// # Cancel safety
///
/// That of the sensor.
pub async fn complete<B: Board, S: Sensor>(sensors: &Sensors<S>, call: &mut Call<'_, B>) -> Answer {
    if call.is(&SENSOR_READ) {
        return Ok(sensors.read(Channel(call.u32(0))).await.unwrap_or(ERROR));
    }
    Err(Errno::ENOSYS.into())
}
