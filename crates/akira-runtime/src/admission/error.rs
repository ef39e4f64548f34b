use super::MemoryNeeds;
use crate::engine::LoadError;
use crate::module::ModuleError;
use akira_abi::caps::{AppName, Incompatible, ManifestError, Refusal};
use alloc::boxed::Box;
use core::fmt;

/// Why an app is not admitted.
#[derive(Debug, PartialEq)]
#[non_exhaustive]
pub enum InstallError {
    /// Its image cannot be read.
    Module(ModuleError),
    /// Its manifest cannot be read.
    Manifest(ManifestError),
    /// It was built for another firmware.
    Incompatible(Incompatible),
    /// The policy refuses it.
    Refused(Box<Refusal>),
    /// It has no name, or one that names nothing here.
    Name,
    /// Its image has more bytes than this device takes.
    ImageTooLarge {
        /// The bytes that it has.
        bytes: usize,
        /// The most that it may have.
        most: usize,
    },
    /// It can never run here for want of RAM.
    Memory {
        /// What it needs in the worst case.
        needed: MemoryNeeds,
        /// The bytes that this device has for apps.
        available: u64,
    },
    /// The engine refuses it.
    Engine(LoadError),
    /// It has an import that no device has, or that the policy wants and this device has not.
    Import {
        /// The module that it is imported from.
        module: Box<str>,
        /// Its name.
        name: Box<str>,
        /// How to build it without, if the import is [known](akira_abi::ForeignImport) to be of another host.
        fix: Option<&'static str>,
    },
    /// An app of that name is installed.
    Exists,
    /// So many apps are installed that there is no place for another.
    Full {
        /// How many there may be.
        most: usize,
    },
}

impl fmt::Display for InstallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Module(error) => error.fmt(f),
            Self::Manifest(error) => error.fmt(f),
            Self::Incompatible(error) => error.fmt(f),
            Self::Refused(refusal) => refusal.fmt(f),
            Self::Name => write!(
                f,
                "the app has no usable name: give it one of {}",
                AppName::RULE
            ),
            Self::ImageTooLarge { bytes, most } => {
                write!(
                    f,
                    "the image has {bytes} bytes; this device takes at most {most}"
                )
            }
            Self::Memory { needed, available } => write!(
                f,
                "the app needs up to {} KiB of RAM and this device has {} KiB for apps",
                needed.total().div_ceil(1024),
                available / 1024
            ),
            Self::Engine(error) => error.fmt(f),
            Self::Import { module, name, fix } => {
                write!(
                    f,
                    "the app imports {module}.{name}, which this device does not have"
                )?;
                fix.map_or(Ok(()), |fix| write!(f, "; {fix}"))
            }
            Self::Exists => f.write_str("an app of that name is installed; uninstall it first"),
            Self::Full { most } => write!(
                f,
                "{most} apps are installed, which is the most; uninstall one first"
            ),
        }
    }
}

/// Each says in its own text what its cause says, so none has a source.
impl core::error::Error for InstallError {}

impl From<ModuleError> for InstallError {
    fn from(error: ModuleError) -> Self {
        Self::Module(error)
    }
}
