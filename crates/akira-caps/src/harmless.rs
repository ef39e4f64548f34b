use core::fmt::{self, Write};

/// Displays a value as one line that is safe for a terminal, whatever text the value contains.
/// Characters that control a terminal, break the line, change the direction of text or are
/// invisible appear as U+FFFD.
///
/// ```
/// use akira_caps::Harmless;
/// assert_eq!(Harmless("a\u{1b}[2Jb\nc").to_string(), "a\u{fffd}[2Jb\u{fffd}c");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Harmless<T>(pub T);

impl<T: fmt::Display> fmt::Display for Harmless<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(Cleaning(f), "{}", self.0)
    }
}

/// Writer that forwards text and replaces each harmful character.
struct Cleaning<'f, 'b>(&'f mut fmt::Formatter<'b>);

impl Write for Cleaning<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        // One character at a time, so that a writer of limited size truncates between characters.
        let each = |c| match is_harmless(c) {
            true => self.0.write_char(c),
            false => self.0.write_char(char::REPLACEMENT_CHARACTER),
        };
        text.chars().try_for_each(each)
    }
}

/// Returns whether a character displays as itself in a line of text. Not harmless are control
/// characters (C0, DEL, C1), line and paragraph separators, direction controls, and invisible
/// characters (Unicode's `Default_Ignorable_Code_Point`).
pub fn is_harmless(c: char) -> bool {
    if matches!(c, ' '..='~') {
        return true;
    }
    let code = u32::from(c);
    let is_in = |range: &(u16, u16)| (u32::from(range.0)..=u32::from(range.1)).contains(&code);
    !HARMFUL.iter().any(is_in)
        && !matches!(code, 0x1BCA0..=0x1BCA3 | 0x1D173..=0x1D17A | 0xE0000..=0xE0FFF)
}

/// Ranges of harmful characters below U+10000, first and last.
const HARMFUL: [(u16, u16); 16] = [
    (0x0000, 0x001F),
    (0x007F, 0x009F),
    (0x00AD, 0x00AD),
    (0x034F, 0x034F),
    (0x061C, 0x061C),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x200B, 0x200F),
    (0x2028, 0x202E),
    (0x2060, 0x206F),
    (0x3164, 0x3164),
    (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0),
    (0xFFF0, 0xFFFB),
];
