//! The lights and buttons of the board.

use akira::abi::Errno;
use akira::gpio::{Drive, Line};

use crate::register::{BUTTONS, LEDS};

/// Line of the board; the number is its bit in the register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FpgaPin {
    /// A light: high is lit, and it is dark while no app owns it.
    Led(u8),
    /// A button: high is pressed.
    Button(u8),
}

impl Line for FpgaPin {
    fn drive(&mut self, drive: Drive) -> Result<(), Errno> {
        match (*self, drive) {
            (Self::Led(bit), Drive::High) => LEDS.write(LEDS.read() | mask(bit)),
            (Self::Led(bit), _) => LEDS.write(LEDS.read() & !mask(bit)),
            (Self::Button(_), Drive::Released) => {}
            (Self::Button(_), _) => return Err(Errno::ENOTSUP),
        }
        Ok(())
    }

    fn is_high(&mut self) -> Result<bool, Errno> {
        Ok(match *self {
            Self::Led(bit) => LEDS.read() & mask(bit) != 0,
            Self::Button(bit) => BUTTONS.read() & mask(bit) != 0,
        })
    }
}

const fn mask(bit: u8) -> u32 {
    1 << (bit & 31)
}
