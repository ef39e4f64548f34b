use akira_manage::abi::caps::Harmless;
use core::fmt::{self, Write};
use heapless::String;

/// Formats `text` into one harmless line of at most `N` bytes; longer text is cut.
pub(crate) fn clean<const N: usize>(text: fmt::Arguments<'_>) -> String<N> {
    let mut line = String::new();
    // An error means that the line is full or that a `Display` failed; the text so far is shown.
    let _ = write!(line, "{}", Harmless(text));
    line
}
