use akira_abi::Errno;
use embedded_hal::digital::{InputPin, OutputPin};

/// What to do with a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drive {
    /// Leave it: an input, or the level that does no harm.
    Released,
    /// Drive it low.
    Low,
    /// Drive it high.
    High,
}

/// A physical line that apps may reach, its pulls and its safe level set up by the board.
///
/// The adapters of this crate make one of any `embedded-hal` pin; a board whose pins change direction implements it.
/// `&mut dyn Line` is a line, so lines of different types fit into one array.
pub trait Line {
    /// Drives the line, or leaves it.
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
    /// Makes a line of an input.
    pub const fn new(pin: P) -> Self {
        Self { pin }
    }

    /// Gives the pin back.
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

/// A line that can only be driven: low while nobody has it, and read as what was driven last.
#[derive(Debug)]
pub struct OutputLine<P> {
    pin: P,
    high: bool,
}

impl<P: OutputPin> OutputLine<P> {
    /// Makes a line of an output, which the board has set low.
    pub const fn new(pin: P) -> Self {
        Self { pin, high: false }
    }

    /// Gives the pin back, as it is driven now.
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

/// An input or an output, for boards with both: an array has one type.
///
/// Built with [`IoLine::input`] and [`IoLine::output`] of pins of any two types, as hardware crates have one for each
/// direction.
#[derive(Debug)]
pub enum IoLine<I, O> {
    /// A line that can only be read.
    Input(InputLine<I>),
    /// A line that can only be driven.
    Output(OutputLine<O>),
}

impl<I: InputPin, O: OutputPin> IoLine<I, O> {
    /// Makes a line of an input.
    pub const fn input(pin: I) -> Self {
        Self::Input(InputLine::new(pin))
    }

    /// Makes a line of an output, which the board has set low.
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

/// An open-drain line: released it is high by its pull-up, and it can be read at any time.
#[derive(Debug)]
pub struct OpenDrainLine<P> {
    pin: P,
}

impl<P: InputPin + OutputPin> OpenDrainLine<P> {
    /// Makes a line of an open-drain pin, which the board has set high.
    pub const fn new(pin: P) -> Self {
        Self { pin }
    }

    /// Gives the pin back, as it is driven now.
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
