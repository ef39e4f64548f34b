use akira_abi::Errno;
use embedded_hal::digital::{InputPin, OutputPin};

/// How to drive a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drive {
    /// Do not drive it: an input, or an output at its safe level.
    Released,
    /// Drive it low.
    Low,
    /// Drive it high.
    High,
}

/// A physical line that apps may reach. The board sets up its pulls and its safe level.
///
/// The adapters of this crate turn any `embedded-hal` pin into a line. A board whose pins change direction implements
/// the trait itself. `&mut dyn Line` is a line, so lines of different types fit into one array.
pub trait Line {
    /// Drives the line, or releases it.
    ///
    /// # Errors
    ///
    /// `ENOTSUP` if the line cannot do that, `EIO` if the hardware fails.
    fn drive(&mut self, drive: Drive) -> Result<(), Errno>;

    /// Returns whether the line is high.
    ///
    /// # Errors
    ///
    /// `ENOTSUP` if the line cannot be read, `EIO` if the hardware fails.
    fn is_high(&mut self) -> Result<bool, Errno>;
}

impl<T: Line + ?Sized> Line for &mut T {
    fn drive(&mut self, drive: Drive) -> Result<(), Errno> {
        (**self).drive(drive)
    }

    fn is_high(&mut self) -> Result<bool, Errno> {
        (**self).is_high()
    }
}

/// A line that can only be read.
#[derive(Debug)]
pub struct InputLine<P> {
    pin: P,
}

impl<P: InputPin> InputLine<P> {
    /// Makes a line from an input.
    pub const fn new(pin: P) -> Self {
        Self { pin }
    }

    /// Returns the pin.
    pub fn release(self) -> P {
        self.pin
    }
}

impl<P: InputPin> Line for InputLine<P> {
    fn drive(&mut self, drive: Drive) -> Result<(), Errno> {
        match drive {
            Drive::Released => Ok(()),
            Drive::Low | Drive::High => Err(Errno::ENOTSUP),
        }
    }

    fn is_high(&mut self) -> Result<bool, Errno> {
        self.pin.is_high().map_err(|_| Errno::EIO)
    }
}

/// A line that can only be driven. It is low while no app owns it, and a read returns the level driven last.
#[derive(Debug)]
pub struct OutputLine<P> {
    pin: P,
    high: bool,
}

impl<P: OutputPin> OutputLine<P> {
    /// Makes a line from an output, which the board has set low.
    pub const fn new(pin: P) -> Self {
        Self { pin, high: false }
    }

    /// Returns the pin, still driven as it is now.
    pub fn release(self) -> P {
        self.pin
    }
}

impl<P: OutputPin> Line for OutputLine<P> {
    fn drive(&mut self, drive: Drive) -> Result<(), Errno> {
        let high = drive == Drive::High;
        self.pin.set_state(high.into()).map_err(|_| Errno::EIO)?;
        self.high = high;
        Ok(())
    }

    fn is_high(&mut self) -> Result<bool, Errno> {
        Ok(self.high)
    }
}

/// An input or an output, for boards that need both in one array.
///
/// [`IoLine::input`] and [`IoLine::output`] accept different pin types, because HALs have one type for each direction.
#[derive(Debug)]
pub enum IoLine<I, O> {
    /// A line that can only be read.
    Input(InputLine<I>),
    /// A line that can only be driven.
    Output(OutputLine<O>),
}

impl<I: InputPin, O: OutputPin> IoLine<I, O> {
    /// Makes a line from an input.
    pub const fn input(pin: I) -> Self {
        Self::Input(InputLine::new(pin))
    }

    /// Makes a line from an output, which the board has set low.
    pub const fn output(pin: O) -> Self {
        Self::Output(OutputLine::new(pin))
    }
}

impl<I: InputPin, O: OutputPin> Line for IoLine<I, O> {
    fn drive(&mut self, drive: Drive) -> Result<(), Errno> {
        match self {
            Self::Input(line) => line.drive(drive),
            Self::Output(line) => line.drive(drive),
        }
    }

    fn is_high(&mut self) -> Result<bool, Errno> {
        match self {
            Self::Input(line) => line.is_high(),
            Self::Output(line) => line.is_high(),
        }
    }
}

/// An open-drain line. A released line is pulled high, and the line can be read at any time.
#[derive(Debug)]
pub struct OpenDrainLine<P> {
    pin: P,
}

impl<P: InputPin + OutputPin> OpenDrainLine<P> {
    /// Makes a line from an open-drain pin, which the board has set high.
    pub const fn new(pin: P) -> Self {
        Self { pin }
    }

    /// Returns the pin, still driven as it is now.
    pub fn release(self) -> P {
        self.pin
    }
}

impl<P: InputPin + OutputPin> Line for OpenDrainLine<P> {
    fn drive(&mut self, drive: Drive) -> Result<(), Errno> {
        let high = drive != Drive::Low;
        self.pin.set_state(high.into()).map_err(|_| Errno::EIO)
    }

    fn is_high(&mut self) -> Result<bool, Errno> {
        self.pin.is_high().map_err(|_| Errno::EIO)
    }
}
