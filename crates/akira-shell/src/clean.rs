use akira_manage::abi::caps::Harmless;
use core::fmt::{self, Write};
use heapless::String;

/// Formats `text` into one harmless line of at most `N` bytes; what goes beyond is cut.
pub(crate) fn clean<const N: usize>(text: fmt::Arguments<'_>) -> String<N> {
    let mut line = String::new();
    // An error here is a full line, or a `Display` that failed: what there is of it is shown.
    let _ = write!(line, "{}", Harmless(text));
    line
}
