//! The console's persistent data on flash: apps, their files, and settings.

use std::io;
use std::path::Path;

use akira::abi::caps::CapabilitySet;
use akira::install::Config;
use akira::store::{SharedStore, Store};
use akira_console::keep::layout;
use akira_package::{DeveloperMode, TrustStore};

use crate::flash::{Flash, OpenError};
use crate::hardware::Host;

/// Store of the console.
pub type Kept = akira_console::keep::Kept<Host>;
/// Library of the console's apps.
pub type Apps = akira_console::keep::Apps<Host>;

/// Decides which apps a console accepts, by their signatures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trust {
    /// Keys whose signatures are accepted.
    pub keys: &'static TrustStore,
    /// Developer mode: unsigned apps are accepted too.
    pub developer: bool,
}

impl Trust {
    /// Developer mode without any key: every app is accepted.
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

/// Opens the flash in a file, or creates one in memory, and mounts its store. Formats the flash
/// only if it is erased.
///
/// # Errors
///
/// [`OpenError`] if the file cannot be used as the flash, or its store cannot be mounted.
///
/// # Cancel safety
///
/// A drop leaves an erased flash formatted or not; the data on any other flash is unchanged.
pub async fn open(path: Option<&Path>) -> Result<Kept, OpenError> {
    mount(match path {
        Some(path) => Flash::open(path)?,
        None => Flash::in_memory(),
    })
    .await
}

/// Mounts the store on a flash; formats the flash first if it is erased.
///
/// # Errors
///
/// [`OpenError`] if the store cannot be mounted.
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
