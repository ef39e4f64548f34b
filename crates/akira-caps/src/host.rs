use core::fmt;

use crate::Text;

/// A host that an app may connect to, with an optional port. The host is a name, an address,
/// `*.example.com` for every name below `example.com`, or `*` for every host.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HostScope {
    /// Name, address or pattern of the host. It is compared with the text that the app passes.
    pub name: Text<63>,
    /// The only allowed port; `None` allows every port in [`Scopes::ports`](crate::Scopes::ports).
    pub port: Option<u16>,
}

impl HostScope {
    /// Parses `name`, `name:port`, `[address]:port` or a bare IPv6 address. Returns `None` for any
    /// other form, and for a name that is longer than 63 bytes.
    pub fn parse(text: &str) -> Option<Self> {
        let (name, port) = split_port(text)?;
        let suffix = name.strip_prefix("*.").unwrap_or(name);
        let plain = suffix
            .bytes()
            .all(|b| b.is_ascii_graphic() && b != b'*' && b != b'/');
        if suffix.is_empty() || (!plain && suffix != "*") || name == "*.*" {
            return None;
        }
        Some(Self {
            name: Text::try_from(name).ok()?,
            port,
        })
    }

    /// Returns whether the app may connect to `host` at `port`. Names are compared without regard
    /// to case and to a final dot.
    pub fn allows(&self, host: &str, port: u16) -> bool {
        self.port.is_none_or(|only| only == port) && matches(&self.name, host)
    }
}

impl fmt::Display for HostScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.port {
            Some(port) if self.name.contains(':') => write!(f, "[{}]:{port}", self.name),
            Some(port) => write!(f, "{}:{port}", self.name),
            None => write!(f, "{}", self.name),
        }
    }
}

fn split_port(text: &str) -> Option<(&str, Option<u16>)> {
    if let Some(rest) = text.strip_prefix('[') {
        let (address, after) = rest.split_once(']')?;
        return match after.strip_prefix(':') {
            Some(port) => Some((address, Some(port.parse().ok()?))),
            None => after.is_empty().then_some((address, None)),
        };
    }
    match text.split_once(':') {
        Some((name, port)) if !port.contains(':') => Some((name, Some(port.parse().ok()?))),
        _ => Some((text, None)),
    }
}

fn matches(pattern: &str, host: &str) -> bool {
    let host = host.strip_suffix('.').unwrap_or(host);
    let pattern = pattern.strip_suffix('.').unwrap_or(pattern);
    if host.is_empty() {
        return false;
    }
    match pattern.strip_prefix('*') {
        Some(suffix) => ends_with_ignoring_case(host, suffix),
        None => host.eq_ignore_ascii_case(pattern),
    }
}

/// Returns whether `host` ends in `suffix` and has at least one character before it.
fn ends_with_ignoring_case(host: &str, suffix: &str) -> bool {
    let start = host.len().checked_sub(suffix.len()).filter(|&at| at > 0);
    start
        .and_then(|at| host.get(at..))
        .is_some_and(|end| end.eq_ignore_ascii_case(suffix))
}
