//! Installation of packages that are complete in memory.

use super::admit::{Checked, Extras};
use super::{Error, Library};
use crate::abi::caps::{AppName, CapabilitySet};
use crate::engine::Engine;
use crate::store::{self, ImageWriter, NewImage, Part};
use crate::{Arrival, Board, Image, InstallOptions};
use akira_package::{Options, Package, verify};
use alloc::boxed::Box;
use alloc::rc::Rc;
use core::ops::Range;
use embassy_futures::yield_now;
use embedded_storage_async::nor_flash::NorFlash;

/// A complete package in memory, with the data that accompanies it, for [`Library::install`].
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Offer<'a> {
    /// Bytes of the package, or of a bare module.
    pub package: &'a [u8],
    /// Name of the app if its manifest contains none.
    pub name: Option<AppName>,
    /// Manifest in JSON, used if the module has no embedded manifest.
    pub sidecar: Option<&'a [u8]>,
    /// Detached signature of the module, in the format that `wasmsign2 sign -S` writes.
    pub signature: Option<&'a [u8]>,
    /// Capabilities that the operator grants in addition to those that the manifest requests.
    /// Capabilities beyond the signer's ceiling last until the device restarts.
    pub grant: CapabilitySet,
    /// Capabilities that the operator denies, even if the manifest requests them.
    pub deny: CapabilitySet,
}

impl<'a> Offer<'a> {
    /// Creates an offer of a package without accompanying data.
    pub const fn new(package: &'a [u8]) -> Self {
        Self {
            package,
            name: None,
            sidecar: None,
            signature: None,
            grant: CapabilitySet::EMPTY,
            deny: CapabilitySet::EMPTY,
        }
    }

    /// Returns the options with which [`Runtime::inspect`](crate::Runtime::inspect) checks this
    /// app.
    pub fn options<'o>(&'o self, arrival: &'o Arrival) -> InstallOptions<'o> {
        arrival
            .options()
            .with_sidecar(self.sidecar)
            .with_grant(self.grant)
            .with_deny(self.deny)
    }
}

impl<B: Board, E: Engine, F: NorFlash, const RECORDS: usize> Library<B, E, F, RECORDS> {
    /// Verifies a package, and returns the app with its signer and the limits under which it may be
    /// admitted. Changes nothing.
    ///
    /// # Errors
    ///
    /// [`Error`] if the app may not be admitted.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future changes nothing.
    pub async fn review(&self, offer: &Offer<'_>) -> Result<Arrival, Error> {
        let checked = self.checked(offer).await?;
        let image = &checked.arrival.image;
        self.runtime
            .check(image, &offer.options(&checked.arrival))?;
        Ok(checked.arrival)
    }

    /// Installs a package, and returns the app's name. Nothing is written before the package is
    /// verified and admitted. An installed version keeps running until the new version is
    /// completely on flash; then keys and versions are checked again.
    ///
    /// # Errors
    ///
    /// [`Error`] if the app is not admitted. An installed version does not change in that case.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves either the old version or the new one.
    pub async fn install(&self, offer: &Offer<'_>) -> Result<Rc<str>, Error> {
        let checked = self.checked(offer).await?;
        let arrival = &checked.arrival;
        self.runtime
            .check(&arrival.image, &offer.options(arrival))?;
        self.bring(offer, checked).await
    }

    async fn checked(&self, offer: &Offer<'_>) -> Result<Box<Checked>, Error> {
        let package = self.verified(offer)?;
        let module = package.module(offer.package).unwrap_or_default();
        let image = Image::Shared(Rc::from(module));
        self.consider(&package, image, offer.name, offer.sidecar)
            .await
    }

    fn verified(&self, offer: &Offer<'_>) -> Result<Package, Error> {
        let config = self.config();
        let options = Options {
            developer: config.developer,
            signature: offer.signature,
            max_size: u32::try_from(self.runtime.config().image_bytes_max).unwrap_or(u32::MAX),
            ..Options::default()
        };
        Ok(verify(self.trust(), options, offer.package)?)
    }

    /// Writes an admitted package to the flash, and makes it the current version of its app.
    async fn bring(&self, offer: &Offer<'_>, mut checked: Box<Checked>) -> Result<Rc<str>, Error> {
        let sidecar = offer.sidecar.unwrap_or_default();
        let length = |bytes: &[u8]| u32::try_from(bytes.len()).map_err(|_| store::Error::Invalid);
        let (start, size) = (length(offer.package)?, length(sidecar)?);
        let new = NewImage {
            name: checked.arrival.name,
            size: start.checked_add(size).ok_or(store::Error::Invalid)?,
            sha256: None,
        };
        let mut store = self.store.lock().await;
        let writer = self.begin(&mut store, &new).await?;
        let mut writer = self.claim(&mut store, writer).await?;
        drop(store);
        let written = self
            .write_all(
                &mut writer,
                [offer.package, sidecar],
                &checked.package.payload,
            )
            .await;
        if written.is_err() {
            // If the removal fails, the next transfer of the app removes the data.
            let _ = self.forget(&writer).await;
        }
        checked.arrival.image = written?;
        let extras = Extras {
            sidecar: offer.sidecar,
            manifest: Part { start, size },
            grant: offer.grant,
            deny: offer.deny,
        };
        self.adopt(writer, checked, &extras).await
    }

    /// Writes the parts of an image, and returns its module. It writes in pieces, so that apps can
    /// access their files in between.
    async fn write_all(
        &self,
        writer: &mut ImageWriter,
        parts: [&[u8]; 2],
        payload: &Range<u32>,
    ) -> Result<Image, Error> {
        for piece in parts.into_iter().flat_map(|part| part.chunks(PIECE)) {
            self.store.lock().await.write(writer, piece).await?;
            // Yields, because tasks that wait for the store do not get it if this task locks it
            // again at once.
            yield_now().await;
        }
        let mut store = self.store.lock().await;
        self.module_in(&mut store, writer, payload).await
    }
}

/// Number of bytes that are written while the store is locked once.
const PIECE: usize = 4096;
