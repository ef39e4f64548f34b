use core::fmt::{self, Write};
use heapless::String;

/// Formats `text` into one harmless line of at most `N` bytes; what goes beyond is cut.
pub(crate) fn clean<const N: usize>(text: fmt::Arguments<'_>) -> String<N> {
    let mut line = Clean(String::new());
    // An error here is a full line, or a `Display` that gave up: what there is of it is shown.
    let _ = line.write_fmt(text);
    line.0
}

struct Clean<const N: usize>(String<N>);

impl<const N: usize> Write for Clean<N> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        text.chars()
            .try_for_each(|c| self.0.push(harmless(c)).map_err(|_| fmt::Error))
    }
}

/// Replaces what moves the cursor, breaks the line or turns the direction of text (Unicode's `Bidi_Control`).
fn harmless(c: char) -> char {
    match c {
        '\u{061c}' | '\u{200e}' | '\u{200f}' => char::REPLACEMENT_CHARACTER,
        '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => char::REPLACEMENT_CHARACTER,
        c if c.is_control() => char::REPLACEMENT_CHARACTER,
        c => c,
    }
}
