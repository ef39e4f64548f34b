//! What the console keeps on its flash: apps, their files, and settings.

use std::io;
use std::path::Path;

use akira::abi::caps::CapabilitySet;
use akira::install::Config;
use akira::store::{SharedStore, Store};
use akira_console::keep::layout;
use akira_package::{DeveloperMode, TrustStore};

use crate::flash::{Flash, OpenError};
use crate::hardware::Host;

/// What the console keeps.
pub type Kept = akira_console::keep::Kept<Host>;
/// Its apps.
pub type Apps = akira_console::keep::Apps<Host>;

/// Whose apps a console takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trust {
    /// The keys whose apps it takes.
    pub keys: &'static TrustStore,
    /// Whether it takes those, too, that nobody has signed.
    pub developer: bool,
}

impl Trust {
    /// Trusts no key, and takes every app.
    pub const DEVELOPER: Self = Self {
        keys: &TrustStore::NOBODY,
        developer: true,
    };

    pub(crate) fn config(self) -> Config {
        let ceiling = CapabilitySet::from_bits(u64::MAX);
        let developer = match self.developer {
            true => DeveloperMode::On { ceiling },
            false => DeveloperMode::Off,
        };
        Config::default()
            .with_trust(self.keys)
            .with_developer_mode(developer)
    }
}

/// Opens the flash in a file, or one in memory, and finds what is on it. An erased flash is formatted, no other.
///
/// # Errors
///
/// [`OpenError`] if the file cannot be the flash, or what is on it cannot be used.
///
/// # Cancel safety
///
/// A drop leaves a new flash formatted or not, and any other as it was.
pub async fn open(path: Option<&Path>) -> Result<Kept, OpenError> {
    mount(match path {
        Some(path) => Flash::open(path)?,
        None => Flash::in_memory(),
    })
    .await
}

/// Finds what is on a flash, which is formatted if it is erased.
///
/// # Errors
///
/// [`OpenError`] if what is on it cannot be used.
///
/// # Cancel safety
///
/// That of [`open`].
pub async fn mount(mut flash: Flash) -> Result<Kept, OpenError> {
    let is_new = flash.is_erased()?;
    let layout = layout(&flash).map_err(io::Error::other)?;
    let store = match is_new {
        true => Store::format(flash, layout).await,
        false => Store::mount(flash, layout).await,
    };
    Ok(SharedStore::new(store?))
}
