//! Reservations: the space on flash for files and settings with which an app is admitted stays
//! reserved for it.

use super::{Error, Library};
use crate::Board;
use crate::InstallError;
use crate::abi::caps::{AppName, Capability, CapabilitySet};
use crate::engine::Engine;
use crate::store::{self, ImageWriter, NewImage, Share, Store};
use alloc::vec::Vec;
use embedded_storage_async::nor_flash::NorFlash;

/// Capabilities that let an app create files.
const WRITES_FILES: CapabilitySet =
    CapabilitySet::of(&[Capability::StorageWrite, Capability::FsWrite]);

/// Space on flash that a device reserves for the files and settings of its apps. The part that
/// belongs to one app is its [`Share`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Shares {
    /// Total space that can be reserved.
    pub room: Share,
    /// Space that is reserved for apps, or used by files and settings of removed apps.
    pub promised: Share,
}

impl Shares {
    /// Returns the space that can still be reserved for other apps.
    pub const fn free(&self) -> Share {
        self.room.without(self.promised)
    }
}

impl<B: Board, E: Engine, F: NorFlash, const RECORDS: usize> Library<B, E, F, RECORDS> {
    /// Returns the space that is reserved for all apps, including those of the firmware, and the
    /// total.
    ///
    /// # Errors
    ///
    /// [`Error::Store`] if the flash fails.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future changes nothing.
    pub async fn shares(&self) -> Result<Shares, Error> {
        let mut store = self.store.lock().await;
        self.shares_beside(&mut store, None).await
    }

    /// Returns the space that is reserved for one app; an empty share if no app has this name.
    ///
    /// # Errors
    ///
    /// [`Error::Store`] if the flash fails.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future changes nothing.
    pub async fn share(&self, name: &str) -> Result<Share, Error> {
        let mut store = self.store.lock().await;
        match AppName::installed(name) {
            Some(name) => self.promised(&mut store, &name).await,
            None => Ok(Share::default()),
        }
    }

    /// Rejects an app if the space that it needs cannot be reserved in addition to the space of the
    /// other apps.
    pub(super) async fn check_share(
        &self,
        store: &mut Store<F, RECORDS>,
        name: &AppName,
        details: &store::Details,
    ) -> Result<(), Error> {
        let shares = self.shares_beside(store, Some(name)).await?;
        let needed = promise(store, name, details.granted, details.quota.bytes).await?;
        let has = self.promised(store, name).await?;
        // An update that needs at most the app's present share takes nothing from other apps.
        match needed.fits(has) || needed.fits(shares.free()) {
            true => Ok(()),
            false => Err(Error::Promised { needed, shares }),
        }
    }

    /// Begins the installation of an image. Fails if the flash would then hold more apps than may
    /// be installed or in transfer.
    pub(super) async fn begin(
        &self,
        store: &mut Store<F, RECORDS>,
        new: &NewImage,
    ) -> Result<ImageWriter, Error> {
        let (mut others, most) = (0, self.apps_max());
        store
            .each_name(|name| others += usize::from(name != new.name))
            .await?;
        match others < most {
            true => Ok(store.begin(new).await?),
            false => Err(InstallError::Full { most }.into()),
        }
    }

    /// Returns the maximum number of apps on flash, including those in transfer.
    fn apps_max(&self) -> usize {
        self.runtime.config().installed_max + self.config().transfers_max
    }

    async fn shares_beside(
        &self,
        store: &mut Store<F, RECORDS>,
        except: Option<&AppName>,
    ) -> Result<Shares, Error> {
        let apps = self.runtime.apps();
        let mut names: Vec<_> = apps
            .iter()
            .filter_map(|app| AppName::installed(&app.name))
            .collect();
        drop(apps);
        store
            .each_name(|name| {
                if !names.contains(&name) {
                    names.push(name);
                }
            })
            .await?;
        let known = names.iter().chain(except).map(AppName::as_str);
        let mut promised = store.taken_by_others(known).await?;
        for name in names.iter().filter(|name| Some(*name) != except) {
            promised = promised.and(self.promised(store, name).await?);
        }
        let apps = u32::try_from(self.apps_max()).unwrap_or(u32::MAX);
        Ok(Shares {
            room: store.room(apps),
            promised,
        })
    }

    /// Returns the space that is reserved for an app: according to its grant or, if it was left out
    /// at boot, to its record.
    async fn promised(
        &self,
        store: &mut Store<F, RECORDS>,
        name: &AppName,
    ) -> Result<Share, Error> {
        let (granted, quota) = match self.runtime.app(name) {
            Some(app) => (app.grant.capabilities, app.grant.quotas.storage),
            None => match store.app(name).await {
                Err(store::Error::Flash(kind)) => return Err(store::Error::Flash(kind).into()),
                app => {
                    let image = app.ok().flatten().and_then(|app| app.current);
                    let details = image.map(|image| image.details);
                    details.map_or((CapabilitySet::EMPTY, 0), |details| {
                        (details.granted, details.quota.bytes)
                    })
                }
            },
        };
        promise(store, name, granted, quota).await
    }
}

/// Returns the space to reserve for an app with these capabilities and this quota: at least the
/// space that it uses now.
async fn promise<F: NorFlash, const RECORDS: usize>(
    store: &mut Store<F, RECORDS>,
    name: &AppName,
    granted: CapabilitySet,
    quota: u32,
) -> Result<Share, Error> {
    let used = store.folder_used(name).await?;
    let files = match granted.intersects(WRITES_FILES) {
        true => quota.max(used),
        false => used,
    };
    let settings = match granted.contains(Capability::Settings) {
        true => Store::<F, RECORDS>::SETTINGS,
        false => store.settings_of(name).await?,
    };
    Ok(store.share_of_files(files).and(settings))
}
