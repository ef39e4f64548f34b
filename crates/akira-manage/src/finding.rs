use akira_abi::caps::{Answer, Verdict};
use core::fmt;

/// Fact about an app that is known before the app runs. Its [`Display`](fmt::Display) is a line of
/// text for users.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum Finding<'a> {
    /// The app's name, version and size.
    App {
        /// The app's name.
        name: &'a str,
        /// The app's version; empty if the manifest has none.
        version: &'a str,
        /// The size of the app's module, in bytes.
        bytes: usize,
    },
    /// A capability that the manifest requests, and whether policy grants it.
    Capability(Answer<'a>),
    /// The manifest requests no capability.
    NoCapability,
    /// The app has no manifest, so it requests no capability.
    NoManifest,
    /// The name of a capability that the app was granted although its manifest does not request it.
    Extra(&'a str),
    /// A function that the app imports and this device does not implement.
    Import {
        /// The module name of the import.
        module: &'a str,
        /// The field name of the import.
        name: &'a str,
        /// The effect of calling the function.
        fate: Fate,
    },
    /// A function that the app imports and whose capability the manifest does not request.
    Unasked {
        /// The module name of the import.
        module: &'a str,
        /// The field name of the import.
        name: &'a str,
        /// The name of the needed capability; the first name if any of several capabilities
        /// suffices.
        needed: &'a str,
    },
    /// A part of the manifest that this device ignores, or that is newer than this device.
    Warning(&'a dyn fmt::Display),
    /// The RAM that the app needs in the worst case.
    Memory {
        /// The app's linear memory, with the host's heap in it, in bytes.
        linear: u64,
        /// The engine's memory for the app's code, stack and tables, in bytes.
        engine: u64,
        /// The runtime's memory for the app, in bytes.
        runtime: u64,
        /// The RAM of this device for all apps, in bytes.
        available: u64,
    },
    /// The name of the key that signed the app; `None` if the app is unsigned.
    Signer(Option<&'a str>),
    /// A difference between the app and its installed version.
    Difference(&'a dyn fmt::Display),
}

/// Effect of calling an imported function that this device does not implement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fate {
    /// The call returns `-ENOSYS`: the device lacks the native module.
    NotSupported,
    /// The call returns `-ENOTSUP`: no Akira device implements the function.
    Refused,
    /// The call ends the app: no native call of that name and type is known.
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
            Self::NoManifest => f.write_str("  no manifest inside: it asks for nothing"),
            Self::Extra(name) => write!(f, "  + {name}: granted without being asked for"),
            Self::Import { module, name, fate } => {
                write!(f, "  ! imports {module}.{name} ({fate})")
            }
            Self::Unasked {
                module,
                name,
                needed,
            } => write!(
                f,
                "  ! imports {module}.{name}, which needs {needed}; its manifest does not ask for it"
            ),
            Self::Warning(warning) => write!(f, "  ! {warning}"),
            Self::Memory {
                linear,
                engine,
                runtime,
                available,
            } => {
                let kib = |bytes: u64| bytes.div_ceil(1024);
                let needed = linear.saturating_add(*engine).saturating_add(*runtime);
                let (linear, engine, runtime) = (kib(*linear), kib(*engine), kib(*runtime));
                write!(
                    f,
                    "  memory: up to {} KiB of {} KiB: {linear} its own, {engine} engine, {runtime} runtime",
                    kib(needed),
                    available / 1024
                )
            }
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
