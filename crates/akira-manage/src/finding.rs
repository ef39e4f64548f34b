use akira_abi::caps::{Answer, Verdict};
use core::fmt;

/// One thing that is known of an app before it runs. Its [`Display`](fmt::Display) is a line for people.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum Finding<'a> {
    /// The app itself.
    App {
        /// Its name.
        name: &'a str,
        /// Its version; may be empty.
        version: &'a str,
        /// The bytes of its module.
        bytes: usize,
    },
    /// A capability that its manifest asks for, and the answer.
    Capability(Answer<'a>),
    /// Its manifest asks for no capability.
    NoCapability,
    /// A capability that it was granted without asking for it.
    Extra(&'a str),
    /// An import that is not answered by this device.
    Import {
        /// The import's module.
        module: &'a str,
        /// The import's name.
        name: &'a str,
        /// How a call of it ends.
        fate: Fate,
    },
    /// Something in its manifest that is ignored or newer than this device.
    Warning(&'a dyn fmt::Display),
    /// The RAM that it needs in the worst case.
    Memory {
        /// What it needs, in bytes.
        needed: u64,
        /// What this device has for apps, in bytes.
        available: u64,
    },
    /// The name of the key that signed it.
    Signer(Option<&'a str>),
    /// Something that it changes of the version that is installed.
    Difference(&'a dyn fmt::Display),
}

/// How a call of an import ends that this device does not answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fate {
    /// With `-ENOSYS`: the device lacks the native module.
    NotSupported,
    /// With `-ENOTSUP`: no Akira device answers it.
    Refused,
    /// It ends the app: nothing of that name and type is known.
    EndsTheApp,
}

impl fmt::Display for Finding<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::App {
                name,
                version,
                bytes,
            } => {
                let gap = if version.is_empty() { "" } else { " " };
                write!(f, "{name}{gap}{version}  ({bytes} bytes)")
            }
            Self::Capability(answer) => write!(f, "  {} {answer}", mark(answer)),
            Self::NoCapability => f.write_str("  asks for no capability"),
            Self::Extra(name) => write!(f, "  + {name}: granted without being asked for"),
            Self::Import { module, name, fate } => {
                write!(f, "  ! imports {module}.{name} ({fate})")
            }
            Self::Warning(warning) => write!(f, "  ! {warning}"),
            Self::Memory { needed, available } => write!(
                f,
                "  memory: up to {} KiB of {} KiB",
                needed.div_ceil(1024),
                available / 1024
            ),
            Self::Signer(Some(key)) => write!(f, "  signed by {key}"),
            Self::Signer(None) => f.write_str("  not signed"),
            Self::Difference(difference) => write!(f, "  * {difference}"),
        }
    }
}

const fn mark(answer: &Answer<'_>) -> char {
    match answer.verdict {
        Verdict::Granted(_) => '+',
        Verdict::Partly { .. } => '~',
        Verdict::Unknown => '?',
        _ => '-',
    }
}

impl fmt::Display for Fate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotSupported => "not on this device: returns -ENOSYS",
            Self::Refused => "serves attacks: returns -ENOTSUP",
            Self::EndsTheApp => "unknown, or of another type: a call ends the app",
        })
    }
}

impl fmt::Debug for Finding<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Finding({self})")
    }
}
