use akira_abi::Errno;

/// Checked flags of a call of `gpio_configure`: direction, first level, expected pull and polarity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flags(u8);

impl Flags {
    /// The app reads the pin.
    pub const INPUT: u32 = 1;
    /// The app drives the pin.
    pub const OUTPUT: u32 = 2;
    /// The output starts at a low electrical level.
    pub const OUT_INIT_LOW: u32 = 4;
    /// The output starts at a high electrical level.
    pub const OUT_INIT_HIGH: u32 = 8;
    /// The app expects a pull-up on the pin.
    pub const PULL_UP: u32 = 16;
    /// The app expects a pull-down on the pin.
    pub const PULL_DOWN: u32 = 32;
    /// A low electrical level is a logical 1.
    pub const ACTIVE_LOW: u32 = 64;
    /// A high electrical level is a logical 1, which is also the default.
    pub const ACTIVE_HIGH: u32 = 128;

    /// Checks the flags that an app passes to `gpio_configure`.
    ///
    /// # Errors
    ///
    /// `EINVAL` for unknown flags, for contradictory flags, for a first level without [`OUTPUT`],
    /// and for non-zero flags without [`INPUT`](Self::INPUT) or [`OUTPUT`].
    ///
    /// [`OUTPUT`]: Self::OUTPUT
    pub fn new(flags: u32) -> Result<Self, Errno> {
        let this = Self(u8::try_from(flags).map_err(|_| Errno::EINVAL)?);
        let contradicts = this.has_all(Self::PULL_UP | Self::PULL_DOWN)
            || this.has_all(Self::ACTIVE_LOW | Self::ACTIVE_HIGH)
            || this.has_all(Self::OUT_INIT_LOW | Self::OUT_INIT_HIGH);
        let first_level = this.has_any(Self::OUT_INIT_LOW | Self::OUT_INIT_HIGH);
        let undirected = flags != 0 && !this.has_any(Self::INPUT | Self::OUTPUT);
        if contradicts || undirected || (first_level && !this.is_output()) {
            return Err(Errno::EINVAL);
        }
        Ok(this)
    }

    /// Returns whether the app drives the pin.
    pub const fn is_output(self) -> bool {
        self.has_any(Self::OUTPUT)
    }

    /// Returns whether the app reads the pin.
    pub const fn is_input(self) -> bool {
        self.has_any(Self::INPUT)
    }

    pub(crate) const fn is_active_low(self) -> bool {
        self.has_any(Self::ACTIVE_LOW)
    }

    /// Returns whether an output starts high: at the requested level, otherwise at a logical 0.
    pub(crate) const fn first_level_is_high(self) -> bool {
        self.has_any(Self::OUT_INIT_HIGH)
            || (self.is_active_low() && !self.has_any(Self::OUT_INIT_LOW))
    }

    /// Returns the level that an app with these flags reads from a button.
    ///
    /// Only an app that expects a pull-up and did not request active-low reads 0 while the button
    /// is pressed: the level of a button wired to ground. Every other app reads 1.
    pub(crate) const fn button_level(self, pressed: bool) -> bool {
        let inverted = self.has_any(Self::PULL_UP) && !self.is_active_low();
        pressed != inverted
    }

    const fn has_any(self, flags: u32) -> bool {
        self.0 as u32 & flags != 0
    }

    const fn has_all(self, flags: u32) -> bool {
        self.0 as u32 & flags == flags
    }
}
