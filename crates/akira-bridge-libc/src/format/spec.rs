/// Conversion specification without its letter: the part between `%` and the letter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Spec {
    pub(super) is_left: bool,
    pub(super) has_plus: bool,
    pub(super) has_space: bool,
    pub(super) is_zero_padded: bool,
    pub(super) is_alternate: bool,
    pub(super) width: u32,
    pub(super) precision: Option<u32>,
    pub(super) size: Size,
}

/// Size of an argument, from its length modifier, as far as it differs on wasm32.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Size {
    /// `hh`.
    Byte,
    /// `h`.
    Short,
    /// No modifier, `l`, `z` or `t`.
    #[default]
    Word,
    /// `ll` or `j`.
    DoubleWord,
    /// `L`, which is valid only for a `long double`.
    Quad,
}

impl Spec {
    /// Sets a flag. Returns whether the character is a flag.
    pub(super) const fn set_flag(&mut self, flag: u8) -> bool {
        match flag {
            b'-' => self.is_left = true,
            b'+' => self.has_plus = true,
            b' ' => self.has_space = true,
            b'0' => self.is_zero_padded = true,
            b'#' => self.is_alternate = true,
            _ => return false,
        }
        true
    }

    /// Sets the width from an argument. A negative argument also sets the `-` flag.
    pub(super) const fn set_width(&mut self, width: i32) {
        self.is_left |= width < 0;
        self.width = width.unsigned_abs();
    }

    /// Returns the sign of a signed number.
    pub(super) const fn sign(&self, is_negative: bool) -> &'static [u8] {
        if is_negative {
            b"-"
        } else if self.has_plus {
            b"+"
        } else if self.has_space {
            b" "
        } else {
            b""
        }
    }
}

impl Size {
    /// Returns the size after one more modifier letter, or `None` if the letter is not a modifier.
    pub(super) const fn with_modifier(self, letter: u8, previous: u8) -> Option<Self> {
        Some(match (letter, previous) {
            (b'h', b'h') => Self::Byte,
            (b'h', _) => Self::Short,
            (b'l', b'l') | (b'j', _) => Self::DoubleWord,
            (b'l' | b'z' | b't', _) => Self::Word,
            (b'L', _) => Self::Quad,
            _ => return None,
        })
    }
}
