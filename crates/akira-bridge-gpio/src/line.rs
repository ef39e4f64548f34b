use akira_abi::Errno;
use embedded_hal::digital::{InputPin, OutputPin};

/// State in which to drive a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drive {
    /// The line is not driven: it is an input, or an output at its safe level.
    Released,
    /// The line is driven low.
    Low,
    /// The line is driven high.
    High,
}

/// Drives and reads a physical line that apps may use. The board sets up the line's pulls and safe
/// level.
///
/// The adapters of this crate turn any `embedded-hal` pin into a line. A board whose pins change
/// direction implements the trait itself. `&mut dyn Line` is a line, so lines of different types
/// fit into one array.
pub trait Line {
    /// Drives the line low or high, or releases it.
    ///
    /// # Errors
    ///
    /// `ENOTSUP` if the line cannot be driven, `EIO` if the hardware fails.
    fn drive(&mut self, drive: Drive) -> Result<(), Errno>;

    /// Returns whether the electrical level of the line is high.
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

/// Line on an input pin, which can be read but not driven.
#[derive(Debug)]
pub struct InputLine<P> {
    pin: P,
}

impl<P: InputPin> InputLine<P> {
    /// Creates a line on an input pin.
    pub const fn new(pin: P) -> Self {
        Self { pin }
    }

    /// Consumes the line and returns the pin.
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

/// Line on an output pin. It is low while no app owns it, and a read returns the level driven last.
#[derive(Debug)]
pub struct OutputLine<P> {
    pin: P,
    high: bool,
}

impl<P: OutputPin> OutputLine<P> {
    /// Creates a line on an output pin, which the board must have set low.
    pub const fn new(pin: P) -> Self {
        Self { pin, high: false }
    }

    /// Consumes the line and returns the pin, still driven at its present level.
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

/// Line on an input pin or on an output pin, for boards that need both in one array.
///
/// [`IoLine::input`] and [`IoLine::output`] accept different pin types, because HALs have a
/// separate type for each direction.
#[derive(Debug)]
pub enum IoLine<I, O> {
    /// A line on an input pin, which can be read but not driven.
    Input(InputLine<I>),
    /// A line on an output pin, whose reads return the level driven last.
    Output(OutputLine<O>),
}

impl<I: InputPin, O: OutputPin> IoLine<I, O> {
    /// Creates a line on an input pin.
    pub const fn input(pin: I) -> Self {
        Self::Input(InputLine::new(pin))
    }

    /// Creates a line on an output pin, which the board must have set low.
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

/// Line on an open-drain pin. The pull-up makes a released line high, and the line can be read at
/// any time.
#[derive(Debug)]
pub struct OpenDrainLine<P> {
    pin: P,
}

impl<P: InputPin + OutputPin> OpenDrainLine<P> {
    /// Creates a line on an open-drain pin, which the board must have set high.
    pub const fn new(pin: P) -> Self {
        Self { pin }
    }

    /// Consumes the line and returns the pin, still driven at its present level.
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
