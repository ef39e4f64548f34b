//! Transfer of apps to the flash, piece by piece.

use super::admit::{Checked, Extras};
use super::{Error, Library};
use crate::abi::caps::AppName;
use crate::engine::Engine;
use crate::manage::{Crc32, Finding, Parcel, Sink};
use crate::store::{self, ImageWriter, NewImage};
use crate::{Arrival, Board, TransferError};
use akira_package::{Options, Verifier};
use alloc::boxed::Box;
use alloc::rc::Rc;
use core::fmt;
use embedded_storage_async::nor_flash::NorFlash;

/// Number of bytes of an interrupted transfer that are read from the flash at once, to verify them
/// again.
const REPLAY: usize = 256;

/// Receives apps for a [`Library`] over one link, one app at a time. Several doors may be used at
/// once, up to [`Config::transfers_max`](super::Config::transfers_max).
///
/// Received data is written directly to the flash, so the RAM does not depend on the size of the
/// app: 1.2 KiB, and up to 5.3 KiB in a future, on a 64-bit host. The app has no effect on the
/// device before [`commit`](Sink::commit). If a transfer with a CRC-32 is interrupted, by a lost
/// link or a power failure, the next transfer of the same app resumes it.
pub struct Door<B: Board, E: Engine, F, const RECORDS: usize> {
    library: Library<B, E, F, RECORDS>,
    transfer: Option<Transfer>,
}

struct Transfer {
    name: AppName,
    size: u32,
    crc32: Option<u32>,
    writer: ImageWriter,
    verifier: Verifier<'static>,
    crc: Crc32,
    checked: Option<Box<Checked>>,
    /// Whether all accepted bytes are on the flash; `false` during a write and after a failed
    /// write.
    intact: bool,
    /// Counts as one transfer while it exists.
    _place: Rc<()>,
}

impl<B: Board, E: Engine, F, const RECORDS: usize> Door<B, E, F, RECORDS> {
    pub(super) const fn new(library: Library<B, E, F, RECORDS>) -> Self {
        Self {
            library,
            transfer: None,
        }
    }

    /// Returns the library for which this door receives apps.
    pub fn library(&self) -> &Library<B, E, F, RECORDS> {
        &self.library
    }

    /// Returns the app of a transfer that is finished but not committed; `None` if there is no such
    /// transfer.
    pub fn arrival(&self) -> Option<&Arrival> {
        let checked = self.transfer.as_ref()?.checked.as_ref()?;
        Some(&checked.arrival)
    }

    fn transfer(&mut self) -> Result<&mut Transfer, TransferError> {
        self.transfer.as_mut().ok_or(TransferError::NotBegun)
    }
}

impl<B: Board, E: Engine, F: NorFlash, const RECORDS: usize> Door<B, E, F, RECORDS> {
    /// Begins the transfer of a module with a detached signature, in the format that `wasmsign2
    /// sign -S` writes. It works like [`begin`](Sink::begin) in all other respects.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`begin`](Sink::begin).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves the transfer either begun or not begun.
    pub async fn begin_signed(
        &mut self,
        parcel: &Parcel<'_>,
        signature: &[u8],
    ) -> Result<(), Error> {
        self.begin_with(parcel, Some(signature)).await
    }

    async fn begin_with(
        &mut self,
        parcel: &Parcel<'_>,
        signature: Option<&[u8]>,
    ) -> Result<(), Error> {
        let name = self.library.check_parcel(parcel)?;
        let before = self.transfer.take();
        let resumes = |before: &Transfer| before.parcel() == *parcel && parcel.crc32.is_some();
        match before {
            // Another signature also covers the bytes that were received before, so these are
            // verified again.
            Some(before) if resumes(&before) && before.intact && signature.is_none() => {
                self.transfer = Some(before);
                return Ok(());
            }
            Some(before) if !resumes(&before) => self.library.forget(&before.writer).await?,
            // Dropping the old transfer releases its claim on the flash, which would block the new
            // transfer.
            before => drop(before),
        }
        let transfer = match self.open(name, parcel, signature).await {
            // The bytes that were received before are rejected. They may belong to another app.
            Err(Error::Package(_)) => {
                self.library.abort(&name).await?;
                self.open(name, parcel, signature).await?
            }
            other => other?,
        };
        self.transfer = Some(transfer);
        Ok(())
    }

    /// Begins a transfer, or resumes an interrupted one after the last byte on the flash.
    async fn open(
        &mut self,
        name: AppName,
        parcel: &Parcel<'_>,
        signature: Option<&[u8]>,
    ) -> Result<Transfer, Error> {
        let place = self.library.place()?;
        let mut store = self.library.store.lock().await;
        let writer = match parcel.crc32 {
            Some(_) => store.resume(&name).await,
            None => Err(store::Error::NotFound),
        };
        let writer = match writer {
            Ok(writer) if writer.size() == parcel.size => writer,
            Ok(_) | Err(store::Error::NotFound) => {
                let new = NewImage {
                    name,
                    size: parcel.size,
                    sha256: None,
                };
                self.library.begin(&mut store, &new).await?
            }
            Err(error) => return Err(error.into()),
        };
        let writer = self.library.claim(&mut store, writer).await?;
        drop(store);
        let mut transfer = Transfer {
            name,
            size: parcel.size,
            crc32: parcel.crc32,
            writer,
            verifier: self.library.verifier(parcel.size, signature),
            crc: Crc32::new(),
            checked: None,
            intact: true,
            _place: place,
        };
        self.replay(&mut transfer).await?;
        Ok(transfer)
    }

    /// Verifies the bytes of an interrupted transfer, which it reads from the flash.
    async fn replay(&self, transfer: &mut Transfer) -> Result<(), Error> {
        let mut piece = [0; REPLAY];
        let mut offset = 0;
        loop {
            let mut store = self.library.store.lock().await;
            let read = store
                .read_back(&transfer.writer, offset, &mut piece)
                .await?;
            drop(store);
            let Some(bytes @ [_, ..]) = piece.get(..read) else {
                return Ok(());
            };
            transfer.take(bytes)?;
            offset = offset.saturating_add(read as u32);
        }
    }

    /// Discards the received data of a rejected app.
    async fn refuse(&mut self) {
        if let Some(transfer) = self.transfer.take() {
            // If the removal fails, the next transfer of the app removes the data.
            let _ = self.library.forget(&transfer.writer).await;
        }
    }

    async fn examine(&mut self) -> Result<(), Error> {
        let library = self.library.clone();
        let transfer = self.transfer()?;
        transfer.check_whole()?;
        let package = transfer.verifier.clone().finish()?;
        let mut store = library.store.lock().await;
        let module = library.module_in(&mut store, &mut transfer.writer, &package.payload);
        let image = module.await?;
        drop(store);
        let announced = transfer.name;
        let checked = library
            .consider(&package, image, Some(announced), None)
            .await?;
        let manifest = checked.arrival.name;
        if manifest != announced {
            return Err(Error::Name {
                announced,
                manifest,
            });
        }
        transfer.checked = Some(checked);
        Ok(())
    }
}

impl Transfer {
    fn parcel(&self) -> Parcel<'_> {
        Parcel {
            name: &self.name,
            size: self.size,
            crc32: self.crc32,
        }
    }

    /// Hashes and verifies bytes that have been written to the flash.
    fn take(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.crc.update(bytes);
        Ok(self.verifier.push(bytes)?)
    }

    fn check_whole(&self) -> Result<(), TransferError> {
        TransferError::check(&self.parcel(), self.writer.position(), self.crc)
    }
}

impl<B: Board, E: Engine, F: NorFlash, const RECORDS: usize> Sink for Door<B, E, F, RECORDS> {
    type Error = Error;

    async fn begin(&mut self, parcel: &Parcel<'_>) -> Result<(), Error> {
        self.begin_with(parcel, None).await
    }

    async fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let store = self.library.store.clone();
        let transfer = self.transfer()?;
        let (position, size) = (transfer.writer.position(), transfer.size);
        if bytes.len() > size.saturating_sub(position) as usize {
            return Err(TransferError::TooMuch { size }.into());
        }
        (transfer.checked, transfer.intact) = (None, false);
        let mut store = store.lock().await;
        store.write(&mut transfer.writer, bytes).await?;
        transfer.intact = true;
        transfer.take(bytes)
    }

    fn progress(&self) -> Option<(Parcel<'_>, u32)> {
        let transfer = self.transfer.as_ref()?;
        Some((transfer.parcel(), transfer.writer.position()))
    }

    async fn finish(&mut self) -> Result<(), Error> {
        let examined = self.examine().await;
        if examined.is_err() {
            self.refuse().await;
        }
        examined
    }

    fn describe(&self, tell: &mut dyn FnMut(&Finding<'_>)) -> Result<(), Error> {
        let arrival = self.arrival().ok_or(TransferError::NotFinished)?;
        Ok(self.library.runtime.describe_arrival(arrival, tell)?)
    }

    async fn commit(&mut self) -> Result<(), Error> {
        let transfer = self.transfer.take().ok_or(TransferError::NotBegun)?;
        let Transfer {
            writer, checked, ..
        } = transfer;
        let Some(checked) = checked else {
            // If the removal fails, the next transfer of the app removes the data.
            let _ = self.library.forget(&writer).await;
            return Err(TransferError::NotFinished.into());
        };
        let extras = Extras::default();
        self.library.adopt(writer, checked, &extras).await?;
        Ok(())
    }

    async fn abort(&mut self) -> Result<(), Error> {
        match self.transfer.take() {
            Some(transfer) => self.library.forget(&transfer.writer).await,
            None => Ok(()),
        }
    }
}

impl<B: Board, E: Engine, F: NorFlash, const RECORDS: usize> Library<B, E, F, RECORDS> {
    /// Rejects a transfer that cannot succeed, and returns the app's name.
    fn check_parcel(&self, parcel: &Parcel<'_>) -> Result<AppName, Error> {
        let most = u32::try_from(self.runtime.config().image_bytes_max).unwrap_or(u32::MAX);
        let size = parcel.size;
        if size > most {
            return Err(TransferError::TooLarge { size, most }.into());
        }
        let name = AppName::new(parcel.name).ok_or(TransferError::Name)?;
        self.check_owner(&name)?;
        Ok(name)
    }

    /// Reserves one of the simultaneous transfers.
    fn place(&self) -> Result<Rc<()>, Error> {
        let most = self.shared.config.transfers_max;
        // The library itself holds one reference.
        if Rc::strong_count(&self.shared.transfers) > most {
            return Err(Error::Busy { most });
        }
        Ok(self.shared.transfers.clone())
    }

    fn verifier(&self, size: u32, signature: Option<&[u8]>) -> Verifier<'static> {
        let config = self.config();
        let options = Options {
            signature,
            developer: config.developer,
            size: Some(size),
            max_size: u32::try_from(self.runtime.config().image_bytes_max).unwrap_or(u32::MAX),
            ..Options::default()
        };
        Verifier::new(self.trust(), options)
    }

    /// Discards a transfer, unless another transfer of the same app has replaced it.
    pub(super) async fn forget(&self, writer: &ImageWriter) -> Result<(), Error> {
        match self.store.lock().await.give_up(writer).await {
            Ok(()) | Err(store::Error::Stale) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Discards the received data of an app.
    async fn abort(&self, name: &AppName) -> Result<(), Error> {
        match self.store.lock().await.abort(name).await {
            Ok(()) | Err(store::Error::NotFound) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

impl<B: Board, E: Engine, F, const RECORDS: usize> fmt::Debug for Door<B, E, F, RECORDS> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Door")
            .field("transfer", &self.transfer.as_ref().map(Transfer::parcel))
            .finish_non_exhaustive()
    }
}
