//! Readings of sensor channels.

#![expect(missing_docs, reason = "each row says in `does` what it does")]

use akira_caps::Capability;

use crate::{Denied, NativeCall, Param, Ret};

/// Rows of the native module `sensor`.
pub static CALLS: &[&NativeCall] = &[&SENSOR_READ];

pub static SENSOR_READ: NativeCall = NativeCall::new("sensor_read")
    .takes(&[Param::i32("channel")])
    .returns(Ret::Value)
    .requires(Capability::SensorRead)
    .suspending()
    .denied_with(Denied::LOWEST)
    .does(
        "Reads `channel` (Zephyr's number) from the first sensor that has the channel. Returns \
         the value times 1000, or -2147483648 for every failure.",
    );
