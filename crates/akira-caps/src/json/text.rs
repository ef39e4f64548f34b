use core::fmt::{self, Write};
use core::str::Chars;

use crate::{Full, Text, is_harmless};

/// A string in a manifest, in its JSON source form with escapes. [`chars`](Self::chars) and
/// [`to_text`](Self::to_text) resolve the escapes.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct JsonText<'a> {
    raw: &'a str,
}

impl<'a> JsonText<'a> {
    /// Creates the string from the text between its quotes. The escapes in the text have been
    /// checked.
    pub(crate) fn new(raw: &'a str) -> Self {
        Self { raw }
    }

    /// Returns the source text between the quotes, with escapes.
    pub fn raw(&self) -> &'a str {
        self.raw
    }

    /// Iterates over the characters of the string, with escapes resolved. A lone surrogate becomes
    /// U+FFFD.
    pub fn chars(&self) -> impl Iterator<Item = char> + use<'a> {
        Unescaped(self.raw.chars())
    }

    /// Copies the string, with escapes resolved.
    ///
    /// # Errors
    ///
    /// [`Full`] if the string has more than `N` bytes.
    pub fn to_text<const N: usize>(&self) -> Result<Text<N>, Full> {
        let mut text = Text::new();
        self.chars().try_for_each(|c| text.push(c))?;
        Ok(text)
    }

    /// Returns whether the string, with escapes resolved, equals `s`.
    pub fn is(&self, s: &str) -> bool {
        self.chars().eq(s.chars())
    }
}

/// Writes the string with escapes for characters that are not [harmless](is_harmless), so that it
/// stays on one line.
impl fmt::Display for JsonText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.chars().try_for_each(|c| match is_harmless(c) {
            true => f.write_char(c),
            false => write!(f, "{}", c.escape_default()),
        })
    }
}

impl fmt::Debug for JsonText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.raw)
    }
}

struct Unescaped<'a>(Chars<'a>);

impl Iterator for Unescaped<'_> {
    type Item = char;

    fn next(&mut self) -> Option<char> {
        match self.0.next()? {
            '\\' => self.escape(),
            c => Some(c),
        }
    }
}

impl Unescaped<'_> {
    fn escape(&mut self) -> Option<char> {
        Some(match self.0.next()? {
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => self.utf16(),
            c => c,
        })
    }

    fn utf16(&mut self) -> char {
        let first = self.unit();
        if (0xD800..0xDC00).contains(&first) {
            // The low half follows; otherwise the high half stands alone, and the following text is
            // read again.
            let mut ahead = Unescaped(self.0.clone());
            if ahead.0.next() == Some('\\') && ahead.0.next() == Some('u') {
                let second = ahead.unit();
                if (0xDC00..0xE000).contains(&second) {
                    self.0 = ahead.0;
                    let c = 0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00);
                    return char::from_u32(c).unwrap_or(char::REPLACEMENT_CHARACTER);
                }
            }
        }
        char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER)
    }

    fn unit(&mut self) -> u32 {
        let digits = self.0.by_ref().take(4);
        digits.fold(0, |unit, c| unit << 4 | c.to_digit(16).unwrap_or(0))
    }
}
