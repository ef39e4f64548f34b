use akira_abi::caps::is_harmless;
use core::fmt::{self, Write};
use heapless::String;
use heapless::string::StringView;

const REPLACEMENT: char = char::REPLACEMENT_CHARACTER;

/// Last character of a text that was cut.
const CUT: char = '…';

/// Converts bytes to at most `N` bytes of harmless text. A longer text is cut and ends with
/// [`CUT`].
///
/// The work is bounded by `N` for any input: no character gets shorter, so only the first bytes of
/// the input are read.
pub(crate) fn clean<const N: usize>(text: &[u8]) -> String<N> {
    let mut out = String::new();
    // The error only means that the text was cut.
    let _ = Clean(&mut out).bytes(text);
    out
}

/// Formats at most `N` bytes of harmless text, like [`clean`].
pub(crate) fn formatted<const N: usize>(text: fmt::Arguments<'_>) -> String<N> {
    let mut out = String::new();
    let _ = Clean(&mut out).write_fmt(text);
    out
}

/// A writer that replaces harmful characters and stops when the buffer is full. Not generic, so
/// that firmware contains it once.
struct Clean<'a>(&'a mut StringView);

impl Clean<'_> {
    fn bytes(&mut self, text: &[u8]) -> fmt::Result {
        let text = without_line_end(text);
        let most = self.0.capacity() + 4;
        for chunk in text[..text.len().min(most)].utf8_chunks() {
            self.write_str(chunk.valid())?;
            if !chunk.invalid().is_empty() {
                self.write_char(REPLACEMENT)?;
            }
        }
        Ok(())
    }
}

impl Write for Clean<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        text.chars().try_for_each(|c| self.write_char(c))
    }

    fn write_char(&mut self, c: char) -> fmt::Result {
        if self.0.push(harmless(c)).is_ok() {
            return Ok(());
        }
        let most = self.0.capacity().saturating_sub(CUT.len_utf8());
        while self.0.len() > most && self.0.pop().is_some() {}
        let _ = self.0.push(CUT);
        Err(fmt::Error)
    }
}

fn without_line_end(text: &[u8]) -> &[u8] {
    let text = text.strip_suffix(b"\n").unwrap_or(text);
    text.strip_suffix(b"\r").unwrap_or(text)
}

/// Replaces characters that control a terminal, break the line or are invisible. Line breaks and
/// tabs become blanks.
fn harmless(c: char) -> char {
    match c {
        '\n' | '\r' | '\t' => ' ',
        c if is_harmless(c) => c,
        _ => REPLACEMENT,
    }
}
