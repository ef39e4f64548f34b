use akira_abi::Errno;

/// Number of virtual pins: apps use the pin numbers 0-48, as on the ESP32-S3.
pub const PINS: usize = 49;

/// Button or line to which a pin number of apps is mapped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pin {
    /// The pin number is mapped to nothing.
    Absent,
    /// The pin number is mapped to the button with this id, 0-31.
    Button(u8),
    /// The pin number is mapped to the line with this index among the lines passed to
    /// [`Gpio::new`](crate::Gpio::new).
    Line(u8),
}

/// Map from the pin numbers that apps use, the virtual pins, to the buttons and lines of the board.
///
/// Apps contain the pin numbers of the console that they were written for. They can use only pins
/// that this map names; display, flash and radios have no number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PinMap {
    pins: [Pin; PINS],
}

impl PinMap {
    /// The map in which every pin number is absent.
    pub const EMPTY: Self = Self {
        pins: [Pin::Absent; PINS],
    };

    /// Map of the prototype console's buttons, with the ids of the SDK's header. The console's
    /// ON/OFF button has id 1, HOME. SETTINGS has no id in the header and maps to HOME too, the
    /// closest of the header's nine buttons.
    pub const PROTO: Self = Self::KEYPAD.with_button(1, 1).with_button(2, 1);

    /// Map of the production console's buttons, with the ids of the SDK's header.
    pub const PROD: Self = Self::KEYPAD.with_button(0, 1);

    /// Map of the buttons of both consoles. If both consoles use a pin number, it is the same
    /// button on both.
    pub const CONSOLE: Self = Self::PROTO.with_button(0, 1);

    /// Map of UP, DOWN, LEFT, RIGHT, A, B, X and Y, which is the same on both consoles. Y is pin 40
    /// in the SDK's header, but pin 41 in the consoles' wiring.
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

    /// Returns the map with `pin` mapped to the button `id`.
    ///
    /// # Panics
    ///
    /// Panics if `pin` is above 48 or `id` above 31; in a constant this is a compile error.
    #[must_use]
    pub const fn with_button(mut self, pin: usize, id: u8) -> Self {
        assert!(id < 32, "button ids are 0-31");
        self.pins[pin] = Pin::Button(id);
        self
    }

    /// Returns the map with `pin` mapped to the line `index`.
    ///
    /// # Panics
    ///
    /// Panics if `pin` is above 48; in a constant this is a compile error.
    #[must_use]
    pub const fn with_line(mut self, pin: usize, index: u8) -> Self {
        self.pins[pin] = Pin::Line(index);
        self
    }

    /// Returns the button or line to which `pin` is mapped.
    ///
    /// # Errors
    ///
    /// `EINVAL` if `pin` is above 48.
    pub fn pin(&self, pin: u32) -> Result<Pin, Errno> {
        let index = usize::try_from(pin).map_err(|_| Errno::EINVAL)?;
        self.pins.get(index).copied().ok_or(Errno::EINVAL)
    }
}
