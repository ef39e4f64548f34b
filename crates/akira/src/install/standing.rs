//! The signer of an app on flash, and the rights that the app currently has.

use super::{Error, Library};
use crate::abi::caps::{AppName, CapabilitySet, Manifest, Quotas, Text};
use crate::engine::Engine;
use crate::store::{Store, StoredImage};
use crate::{Board, InstallOptions};
use akira_package::{DeveloperMode, KeyId, Purpose};
use alloc::vec::Vec;
use embedded_storage_async::nor_flash::NorFlash;

/// Rights under which an app on flash may run at present: its signer, and the limits that the
/// signer's key sets with the currently trusted keys.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Standing {
    /// Name of the app.
    pub name: AppName,
    /// Name of the key that signed the app; `None` for an unsigned app, which is accepted because
    /// developer mode is on.
    pub signer: Option<Text<31>>,
    /// Maximum capabilities of the app.
    pub ceiling: CapabilitySet,
    /// Maximum of each quota of the app; zero means no limit.
    pub limits: Quotas,
    /// Manifest that was installed beside the module, in JSON; empty if there was none.
    pub sidecar: Vec<u8>,
}

impl Standing {
    /// Returns the options with which [`Runtime::inspect`](crate::Runtime::inspect) or
    /// [`Runtime::install`](crate::Runtime::install) checks the app again.
    pub fn options(&self) -> InstallOptions<'_> {
        InstallOptions::default()
            .with_name(&self.name)
            .with_sidecar((!self.sidecar.is_empty()).then_some(&self.sidecar))
            .with_ceiling(self.ceiling)
            .with_limits(self.limits)
            .with_signer(self.signer.as_deref())
    }
}

impl<B: Board, E: Engine, F: NorFlash, const RECORDS: usize> Library<B, E, F, RECORDS> {
    /// Returns the signer of an app on flash, and the limits under which the app may run at
    /// present.
    ///
    /// # Errors
    ///
    /// [`Error::Unknown`] if no app with this name is on flash. [`Error::Package`] if the app no
    /// longer has a trusted signer, or if its signer's key may no longer sign apps with this name.
    /// [`Error::Store`] if the flash fails.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future changes nothing.
    pub async fn standing(&self, name: &str) -> Result<Standing, Error> {
        let name = AppName::installed(name).ok_or(Error::Unknown)?;
        let mut store = self.store.lock().await;
        let app = store.app(&name).await?;
        let image = app.and_then(|app| app.current).ok_or(Error::Unknown)?;
        self.stand(&mut store, &name, &image).await
    }

    pub(super) async fn stand(
        &self,
        store: &mut Store<F, RECORDS>,
        name: &AppName,
        image: &StoredImage,
    ) -> Result<Standing, Error> {
        use akira_package::Error as Refused;
        let signer = image.details.signer.ok_or(Refused::NotSigned);
        let key = signer.and_then(|id| self.trust().check(&KeyId(id), Purpose::Start));
        let (signer, ceiling, limits) = match (key, self.config().developer) {
            (Ok(key), _) if !key.apps.allows(name) => return Err(Refused::ForeignApp.into()),
            (Ok(key), _) => (Some(key.name), key.ceiling, key.limits),
            // The rule is the same as at installation: developer mode accepts unsigned apps, but no
            // app with a revoked key.
            (Err(Refused::NotSigned | Refused::UnknownKey), DeveloperMode::On { ceiling }) => {
                (None, ceiling, Quotas::default())
            }
            (Err(error), _) => return Err(error.into()),
        };
        Ok(Standing {
            name: *name,
            signer,
            ceiling,
            limits,
            sidecar: sidecar(store, image).await?,
        })
    }
}

/// Reads the sidecar manifest of a module.
async fn sidecar<F: NorFlash, const RECORDS: usize>(
    store: &mut Store<F, RECORDS>,
    image: &StoredImage,
) -> Result<Vec<u8>, Error> {
    let part = image.details.manifest;
    let mut bytes = alloc::vec![0; (part.size as usize).min(Manifest::MAX_BYTES)];
    store.read_image(image, part.start, &mut bytes).await?;
    Ok(bytes)
}
