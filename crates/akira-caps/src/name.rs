use core::fmt;
use core::ops::Deref;

use crate::{Text, is_reserved_app};

/// The name of an app. It consists of 1 to 31 letters, digits, `.`, `_`, `-` and inner spaces, does
/// not begin with `.`, and is not [reserved](is_reserved_app) for the firmware.
///
/// The rule is strict because the name is also used for the app's folder, for its settings and in
/// lines of `app_list`.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct AppName(Text<31>);

impl AppName {
    /// Rule for names, for use in error messages.
    pub const RULE: &'static str = "letters, digits, '.', '_', '-' or inner spaces, not beginning with '.', and not the reserved \"system\" or \"akira\"";

    /// Creates a name. Returns `None` if `name` breaks [`RULE`](Self::RULE), is
    /// [reserved](is_reserved_app), is empty or has more than 31 bytes.
    pub fn new(name: &str) -> Option<Self> {
        Self::installed(name).filter(|name| !is_reserved_app(name))
    }

    /// Creates the name of an app that is already stored on the device. A reserved name is
    /// accepted, so that an app that was installed before the name became reserved can still be
    /// reported and uninstalled.
    pub fn installed(name: &str) -> Option<Self> {
        let legal = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-' | b' ');
        let outer = |c: char| c == ' ';
        if name.is_empty() || name.starts_with('.') || !name.bytes().all(legal) {
            return None;
        }
        if name.starts_with(outer) || name.ends_with(outer) {
            return None;
        }
        Text::try_from(name).ok().map(Self)
    }

    /// Returns the name as a string.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl Deref for AppName {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Display for AppName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for AppName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}
