use akira_abi::Errno;

/// Number of pin numbers available to apps: 0-48, as on the ESP32-S3.
pub const PINS: usize = 49;

/// Target of an app's pin number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pin {
    /// No pin on this board.
    Absent,
    /// The button with this id, 0-31.
    Button(u8),
    /// The line with this index among the lines passed to [`Gpio::new`](crate::Gpio::new).
    Line(u8),
}

/// Maps the pin numbers that apps use, the virtual pins, to the buttons and lines of the board.
///
/// Apps contain the pin numbers of the console that they were written for. They reach only pins that this map names;
/// display, flash and radios have no number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PinMap {
    pins: [Pin; PINS],
}

impl PinMap {
    /// No pins.
    pub const EMPTY: Self = Self {
        pins: [Pin::Absent; PINS],
    };

    /// The buttons of the prototype console, by the ids of the SDK's header. ON/OFF is HOME, id 1. SETTINGS has no id
    /// in the header and maps to HOME too, which is the closest of the header's nine buttons.
    pub const PROTO: Self = Self::KEYPAD.with_button(1, 1).with_button(2, 1);

    /// The buttons of the production console, by the ids of the SDK's header.
    pub const PROD: Self = Self::KEYPAD.with_button(0, 1);

    /// The buttons of both consoles. Where both have a pin, they agree on the button.
    pub const CONSOLE: Self = Self::PROTO.with_button(0, 1);

    /// UP, DOWN, LEFT, RIGHT, A, B, X and Y, the same on both consoles. Y is pin 40 in the SDK's header, but pin 41 in
    /// the consoles' wiring.
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

    /// Maps `pin` to the button with this id.
    ///
    /// # Panics
    ///
    /// If `pin` is above 48 or `id` above 31; in a constant this is a compile error.
    #[must_use]
    pub const fn with_button(mut self, pin: usize, id: u8) -> Self {
        assert!(id < 32, "button ids are 0-31");
        self.pins[pin] = Pin::Button(id);
        self
    }

    /// Maps `pin` to the line with this index.
    ///
    /// # Panics
    ///
    /// If `pin` is above 48; in a constant this is a compile error.
    #[must_use]
    pub const fn with_line(mut self, pin: usize, index: u8) -> Self {
        self.pins[pin] = Pin::Line(index);
        self
    }

    /// Returns the target of `pin`.
    ///
    /// # Errors
    ///
    /// `EINVAL` above 48.
    pub fn pin(&self, pin: u32) -> Result<Pin, Errno> {
        let index = usize::try_from(pin).map_err(|_| Errno::EINVAL)?;
        self.pins.get(index).copied().ok_or(Errno::EINVAL)
    }
}
