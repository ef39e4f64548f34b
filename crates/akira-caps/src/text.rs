use core::fmt;
use core::ops::Deref;

use crate::Full;

/// A string of at most `N` bytes of UTF-8, stored inline. `N` is at most 255.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Text<const N: usize> {
    len: u8,
    bytes: [u8; N],
}

impl<const N: usize> Text<N> {
    /// Creates an empty text.
    pub const fn new() -> Self {
        const { assert!(N <= u8::MAX as usize, "a Text holds at most 255 bytes") };
        Self {
            len: 0,
            bytes: [0; N],
        }
    }

    /// Creates a text in a constant. Returns `None` if `s` has more than `N` bytes.
    ///
    /// ```
    /// use akira_caps::Text;
    /// const NAME: Text<8> = Text::of("release").expect("it is short");
    /// assert_eq!(NAME, "release");
    /// ```
    pub const fn of(s: &str) -> Option<Self> {
        let mut text = Self::new();
        if s.len() > N {
            return None;
        }
        let (room, _) = text.bytes.split_at_mut(s.len());
        room.copy_from_slice(s.as_bytes());
        // `new` has ensured that N is at most 255.
        text.len = s.len() as u8;
        Some(text)
    }

    /// Appends the character `c`.
    ///
    /// # Errors
    ///
    /// [`Full`] if `c` does not fit; the text does not change in that case.
    pub fn push(&mut self, c: char) -> Result<(), Full> {
        self.push_str(c.encode_utf8(&mut [0; 4]))
    }

    /// Appends the string `s`.
    ///
    /// # Errors
    ///
    /// [`Full`] if `s` does not fit; the text does not change in that case.
    pub fn push_str(&mut self, s: &str) -> Result<(), Full> {
        let start = usize::from(self.len);
        let end = start + s.len();
        let room = self.bytes.get_mut(start..end).ok_or(Full)?;
        room.copy_from_slice(s.as_bytes());
        self.len = u8::try_from(end).map_err(|_| Full)?;
        Ok(())
    }

    /// Returns the text as a string slice.
    pub fn as_str(&self) -> &str {
        let bytes = self.bytes.get(..usize::from(self.len)).unwrap_or_default();
        core::str::from_utf8(bytes).unwrap_or_default()
    }
}

impl<const N: usize> Default for Text<N> {
    fn default() -> Self {
        Self::new()
    }
}

impl<const N: usize> Deref for Text<N> {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl<const N: usize> TryFrom<&str> for Text<N> {
    type Error = Full;

    fn try_from(s: &str) -> Result<Self, Full> {
        let mut text = Self::new();
        text.push_str(s)?;
        Ok(text)
    }
}

impl<const N: usize> fmt::Write for Text<N> {
    fn write_str(&mut self, s: &str) -> fmt::Result {
        self.push_str(s).map_err(|Full| fmt::Error)
    }
}

impl<const N: usize> PartialEq<str> for Text<N> {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl<const N: usize> PartialEq<&str> for Text<N> {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl<const N: usize> fmt::Display for Text<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self)
    }
}

impl<const N: usize> fmt::Debug for Text<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}
