//! Registers of I2C devices, as far as the app's scope allows them.

#![expect(missing_docs, reason = "each row says in `does` what it does")]

use akira_caps::Capability;

use crate::{NativeCall, Param};

/// Rows of the native module `i2c`.
pub static CALLS: &[&NativeCall] = &[&I2C_WRITE_REG, &I2C_READ_REG];

pub static I2C_WRITE_REG: NativeCall = NativeCall::new("i2c_write_reg")
    .takes(&[
        Param::i32("bus"),
        Param::i32("address"),
        Param::i32("reg"),
        Param::bytes_in("data", 4),
        Param::len("length"),
    ])
    .requires(Capability::I2c)
    .suspending()
    .planned()
    .does(
        "Writes 1 to 256 bytes to register `reg` (0 to 255) of the device with the 7-bit \
         `address`. Returns `-EINVAL` if an argument is out of range, `-EBUSY` if the bus is \
         not free for 500 ms, `-EIO` if the device does not respond.",
    );

pub static I2C_READ_REG: NativeCall = NativeCall::new("i2c_read_reg")
    .takes(&[
        Param::i32("bus"),
        Param::i32("address"),
        Param::i32("reg"),
        Param::bytes_out("data", 4),
        Param::len("length"),
    ])
    .requires(Capability::I2c)
    .suspending()
    .planned()
    .does(
        "Reads 1 to 256 bytes from register `reg` (0 to 255) of the device with the 7-bit \
         `address`. Returns `length`, or the errors of `i2c_write_reg`.",
    );
