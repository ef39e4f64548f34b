//! Digital pins within the app's pin scope.

use akira_abi::Errno;

use crate::errno::{check, done};
use crate::raw;

/// Configuration of a pin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Mode {
    /// Floating input.
    Input,
    /// Input with a pull-up: it reads high unless driven low.
    InputPullUp,
    /// Input with a pull-down: it reads low unless driven high.
    InputPullDown,
    /// Output that starts low.
    OutputLow,
    /// Output that starts high.
    OutputHigh,
}

impl Mode {
    const fn flags(self) -> u32 {
        match self {
            Self::Input => 1,
            Self::InputPullUp => 1 | 16,
            Self::InputPullDown => 1 | 32,
            Self::OutputLow => 2 | 4,
            Self::OutputHigh => 2 | 8,
        }
    }
}

/// Configures a pin.
///
/// # Errors
///
/// [`Errno::EPERM`] without the capability or outside the app's pin scope, [`Errno::EINVAL`] if the
/// board has no such pin.
pub fn configure(pin: u32, mode: Mode) -> Result<(), Errno> {
    done(raw::gpio_configure(pin, mode.flags()))
}

/// Returns whether the pin is high.
///
/// # Errors
///
/// The same as for [`configure`].
pub fn is_high(pin: u32) -> Result<bool, Errno> {
    Ok(check(raw::gpio_read(pin))? != 0)
}

/// Drives the pin.
///
/// # Errors
///
/// The same as for [`configure`].
pub fn drive(pin: u32, high: bool) -> Result<(), Errno> {
    done(raw::gpio_write(pin, u32::from(high)))
}
