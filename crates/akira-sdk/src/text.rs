use core::ffi::CStr;
use core::fmt::{self, Write};

/// C string of at most `N - 1` bytes for native calls, written with [`write!`].
///
/// Text that does not fit is cut at a character boundary. Text that is written after that is
/// discarded.
///
/// ```
/// use akira_sdk::Text;
///
/// let text = Text::<16>::format(format_args!("score {}", 42));
/// assert_eq!(text.as_c_str(), c"score 42");
/// ```
#[derive(Clone, Debug)]
pub struct Text<const N: usize> {
    bytes: [u8; N],
    len: usize,
    is_cut: bool,
}

impl<const N: usize> Text<N> {
    /// Creates an empty string.
    pub const fn new() -> Self {
        const { assert!(N > 0, "no room for the NUL at the end") };
        Self {
            bytes: [0; N],
            len: 0,
            is_cut: false,
        }
    }

    /// Creates a string from the output of [`format_args!`].
    pub fn format(arguments: fmt::Arguments<'_>) -> Self {
        let mut text = Self::new();
        // Writing to a text always succeeds. If a value's own formatting fails, its output up to
        // that point is kept.
        let _ = text.write_fmt(arguments);
        text
    }

    /// Returns the string with the terminating NUL that native calls expect.
    pub fn as_c_str(&self) -> &CStr {
        CStr::from_bytes_until_nul(&self.bytes).unwrap_or(c"")
    }

    /// Empties the string.
    pub fn clear(&mut self) {
        *self = Self::new();
    }
}

impl<const N: usize> Default for Text<N> {
    fn default() -> Self {
        Self::new()
    }
}

impl<const N: usize> Write for Text<N> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let room = if self.is_cut { 0 } else { N - 1 - self.len };
        let fits = text.floor_char_boundary(room);
        let target = &mut self.bytes[self.len..self.len + fits];
        target.copy_from_slice(&text.as_bytes()[..fits]);
        self.len += fits;
        self.is_cut |= fits < text.len();
        Ok(())
    }
}
