//! Packages that are at hand as a whole.

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

/// A package at hand, and what comes with it.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Offer<'a> {
    /// Its bytes.
    pub package: &'a [u8],
    /// The app's name, if its manifest has none.
    pub name: Option<AppName>,
    /// The manifest beside the module; one inside it wins.
    pub sidecar: Option<&'a [u8]>,
    /// The signature beside the module, as `wasmsign2 sign -S` writes it.
    pub signature: Option<&'a [u8]>,
    /// What the operator gives to the app, asked or not; what is beyond the signer's ceiling until the device restarts.
    pub grant: CapabilitySet,
    /// What the operator refuses to the app.
    pub deny: CapabilitySet,
}

impl<'a> Offer<'a> {
    /// Offers a package with nothing beside it.
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

    /// Returns how the app would be admitted, to ask [`Runtime::inspect`](crate::Runtime::inspect) for the report.
    pub fn options<'o>(&'o self, arrival: &'o Arrival) -> InstallOptions<'o> {
        arrival
            .options()
            .with_sidecar(self.sidecar)
            .with_grant(self.grant)
            .with_deny(self.deny)
    }
}

impl<B: Board, E: Engine, F: NorFlash, const RECORDS: usize> Library<B, E, F, RECORDS> {
    /// Verifies a package and decides on what terms it may come in. Nothing is changed by that.
    ///
    /// # Errors
    ///
    /// [`Error`] if it may not.
    ///
    /// # Cancel safety
    ///
    /// A drop changes nothing.
    pub async fn review(&self, offer: &Offer<'_>) -> Result<Arrival, Error> {
        let checked = self.checked(offer).await?;
        let image = &checked.arrival.image;
        self.runtime
            .check(image, &offer.options(&checked.arrival))?;
        Ok(checked.arrival)
    }

    /// Installs a package, and returns the app's name. Nothing is written before it is verified and admitted; a version
    /// that is installed runs on until the new one is whole. Keys and versions are asked again then.
    ///
    /// # Errors
    ///
    /// [`Error`] if it is not admitted; everything is then as before.
    ///
    /// # Cancel safety
    ///
    /// A drop leaves the old version or the new one.
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

    /// Writes a package that was admitted to the flash, and makes it the app's current version.
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
            // What cannot be removed now is when another transfer of the app begins.
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

    /// Writes what an image is made of, and returns its module where it lies. In pieces, so that apps get at their files in
    /// between.
    async fn write_all(
        &self,
        writer: &mut ImageWriter,
        parts: [&[u8]; 2],
        payload: &Range<u32>,
    ) -> Result<Image, Error> {
        for piece in parts.into_iter().flat_map(|part| part.chunks(PIECE)) {
            self.store.lock().await.write(writer, piece).await?;
            // Who waits for the store gets it only when this one does not ask for it at once.
            yield_now().await;
        }
        let mut store = self.store.lock().await;
        self.module_in(&mut store, writer, payload).await
    }
}

/// The bytes that are written while nobody else gets at the store.
const PIECE: usize = 4096;
