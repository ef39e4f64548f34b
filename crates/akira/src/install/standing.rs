//! The signer of an app on flash, and its present rights.

use super::{Error, Library};
use crate::abi::caps::{AppName, CapabilitySet, Manifest, Quotas, Text};
use crate::engine::Engine;
use crate::store::{Store, StoredImage};
use crate::{Board, InstallOptions};
use akira_package::{DeveloperMode, KeyId, Purpose};
use alloc::vec::Vec;
use embedded_storage_async::nor_flash::NorFlash;

/// Terms on which an app on flash runs: its signer, and what the signer's key allows it at present.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Standing {
    /// Name of the app.
    pub name: AppName,
    /// Name of the key that signed the app; `None` for an unsigned app that was accepted because developer mode is on.
    pub signer: Option<Text<31>>,
    /// Maximum set of capabilities.
    pub ceiling: CapabilitySet,
    /// Maximum of each quota; zero is no limit.
    pub limits: Quotas,
    /// Sidecar manifest of the module; empty if there is none.
    pub sidecar: Vec<u8>,
}

impl Standing {
    /// Returns the options to admit the app again; [`Runtime::inspect`](crate::Runtime::inspect) turns them into a
    /// report.
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
    /// Returns the terms on which an app on flash runs.
    ///
    /// # Errors
    ///
    /// [`Error::Unknown`] if no app of that name is on flash, [`Error::Package`] if it has no trusted signer any more
    /// or its signer's key may not sign apps of that name any more, [`Error::Store`] if the flash fails.
    ///
    /// # Cancel safety
    ///
    /// A drop changes nothing.
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
            // The same rule as at installation: developer mode accepts unsigned apps, but no app of a revoked key.
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
