//! Digital pins 0 to 48, as far as the app's scope allows them.

#![expect(missing_docs, reason = "each row says in `does` what it does")]

use akira_caps::Capability;

use crate::{NativeCall, Param};

/// Flag of `gpio_configure` that makes the pin an output.
const GPIO_OUTPUT: i8 = 2;

/// Rows of the native module `gpio`.
pub static CALLS: &[&NativeCall] = &[&GPIO_CONFIGURE, &GPIO_READ, &GPIO_WRITE];

pub static GPIO_CONFIGURE: NativeCall = NativeCall::new("gpio_configure")
    .takes(&[Param::u32("pin"), Param::u32("flags")])
    .requires_by_flag(1, GPIO_OUTPUT, Capability::GpioWrite, Capability::GpioRead)
    .does(
        "Configures `pin`. Flags, added up: 1 input, 2 output, 4 start low, 8 start high, 16 \
         pull up, 32 pull down, 64 active low, 128 active high. Returns `-EINVAL` if the board \
         does not have the pin or the flags contradict each other.",
    );

pub static GPIO_READ: NativeCall = NativeCall::new("gpio_read")
    .takes(&[Param::u32("pin")])
    .requires(Capability::GpioRead)
    .does("Returns the level of `pin`, 0 or 1, or `-EINVAL` if the board does not have the pin.");

pub static GPIO_WRITE: NativeCall = NativeCall::new("gpio_write")
    .takes(&[Param::u32("pin"), Param::u32("value")])
    .requires(Capability::GpioWrite)
    .does(
        "Drives `pin` low if `value` is 0, otherwise high. Returns `-EINVAL` if the board does \
         not have the pin.",
    );
