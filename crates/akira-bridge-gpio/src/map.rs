use akira_abi::Errno;

/// How many pin numbers apps have: 0-48, as on the ESP32-S3.
pub const PINS: usize = 49;

/// What an app's pin number leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pin {
    /// Nothing on this board.
    Absent,
    /// The button with this id, 0-31.
    Button(u8),
    /// The line with this index among those that [`Gpio::new`](crate::Gpio::new) was given.
    Line(u8),
}

/// Where the pin numbers lead that apps use: virtual pins, whatever the wiring of the board.
///
/// Apps carry the pin numbers of the console that they were written for. Only what is named here is within an app's
/// reach; display, flash and radios have no number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PinMap {
    pins: [Pin; PINS],
}

impl PinMap {
    /// No pins.
    pub const EMPTY: Self = Self {
        pins: [Pin::Absent; PINS],
    };

    /// The buttons of the prototype console, by the ids of the SDK's header. ON/OFF is HOME, id 1, and so is SETTINGS, which has no
    /// id there: a console with the header's nine buttons has none that is nearer to it.
    pub const PROTO: Self = Self::KEYPAD.with_button(1, 1).with_button(2, 1);

    /// The buttons of the production console, by the ids of the SDK's header.
    pub const PROD: Self = Self::KEYPAD.with_button(0, 1);

    /// Both consoles: they name the same buttons wherever both have a pin.
    pub const CONSOLE: Self = Self::PROTO.with_button(0, 1);

    /// UP, DOWN, LEFT, RIGHT, A, B, X and Y, the same on both consoles. The SDK's header says that Y is pin 40, the consoles' wiring
    /// 41.
    const KEYPAD: Self = Self::EMPTY
        .with_button(4, 2)
        .with_button(5, 3)
        .with_button(6, 4)
        .with_button(7, 5)
        .with_button(15, 6)
        .with_button(16, 7)
        .with_button(17, 8)
        .with_button(40, 9)
        .with_button(41, 9);

    /// Makes `pin` lead to the button with this id.
    ///
    /// # Panics
    ///
    /// If `pin` is above 48 or `id` above 31; in a constant the compiler says so.
    #[must_use]
    pub const fn with_button(mut self, pin: usize, id: u8) -> Self {
        assert!(id < 32, "button ids are 0-31");
        self.pins[pin] = Pin::Button(id);
        self
    }

    /// Makes `pin` lead to the line with this index.
    ///
    /// # Panics
    ///
    /// If `pin` is above 48; in a constant the compiler says so.
    #[must_use]
    pub const fn with_line(mut self, pin: usize, index: u8) -> Self {
        self.pins[pin] = Pin::Line(index);
        self
    }

    /// Returns what `pin` leads to.
    ///
    /// # Errors
    ///
    /// `EINVAL` above 48.
    pub fn pin(&self, pin: u32) -> Result<Pin, Errno> {
        let index = usize::try_from(pin).map_err(|_| Errno::EINVAL)?;
        self.pins.get(index).copied().ok_or(Errno::EINVAL)
    }
}
