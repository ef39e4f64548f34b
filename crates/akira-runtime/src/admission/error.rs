use super::MemoryNeeds;
use crate::engine::LoadError;
use crate::module::ModuleError;
use akira_abi::caps::{AppName, Incompatible, ManifestError, Refusal};
use alloc::boxed::Box;
use core::fmt;

/// Reason why an app is not admitted.
#[derive(Debug, PartialEq)]
#[non_exhaustive]
pub enum InstallError {
    /// The image is not a valid WebAssembly module.
    Module(ModuleError),
    /// The manifest is not valid.
    Manifest(ManifestError),
    /// The manifest requires another firmware or ABI version.
    Incompatible(Incompatible),
    /// The policy refuses the app.
    Refused(Box<Refusal>),
    /// Neither the manifest nor the install options contain a valid name.
    Name,
    /// The image exceeds the size limit of this device.
    ImageTooLarge {
        /// Size of the image, in bytes.
        bytes: usize,
        /// Maximum size of an image, in bytes.
        most: usize,
    },
    /// The app needs more RAM than this device has for all apps together.
    Memory {
        /// RAM that the app needs in the worst case.
        needed: MemoryNeeds,
        /// RAM that this device has for all apps together, in bytes.
        available: u64,
    },
    /// The engine rejects the app's module.
    Engine(LoadError),
    /// The app has an import that is not a function, that belongs to another known host, or that
    /// this device does not offer although its strict policy requires every import to be offered.
    Import {
        /// Module of the import.
        module: Box<str>,
        /// Name of the import.
        name: Box<str>,
        /// Compiler flags or changes that remove the import, if it
        /// [belongs](akira_abi::ForeignImport) to another known host.
        fix: Option<&'static str>,
    },
    /// An app of the same name is installed, and the options do not allow to replace it.
    Exists,
    /// The device has its maximum number of installed apps.
    Full {
        /// Maximum number of installed apps.
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
            Self::Name => write!(f, "the app has no valid name: use {}", AppName::RULE),
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
                "{most} apps are installed, the maximum; uninstall one first"
            ),
        }
    }
}

/// The display text includes the text of the cause, so `source` returns `None`.
impl core::error::Error for InstallError {}

impl From<ModuleError> for InstallError {
    fn from(error: ModuleError) -> Self {
        Self::Module(error)
    }
}
