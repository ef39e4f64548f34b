//! Apps that come piece by piece.

use super::admit::{Checked, Extras};
use super::{Error, Library};
use crate::abi::caps::AppName;
use crate::engine::Engine;
use crate::store::{self, ImageWriter, NewImage};
use crate::{Arrival, Board, Crc32, Installer, Parcel, Runtime, TransferError};
use akira_package::{Options, Verifier};
use alloc::boxed::Box;
use alloc::rc::Rc;
use core::fmt;
use embedded_storage_async::nor_flash::NorFlash;

/// The bytes that are read at once of what came before a cut.
const REPLAY: usize = 256;

/// A way into a [`Library`], for one app at a time; any number of them may be used at once, as far as
/// [`Config::transfers_most`](super::Config::transfers_most) allows.
///
/// What comes goes straight to the flash, so it takes as much RAM for a large app as for a small one: 1.2 KiB, and up to
/// 5.3 KiB in a future, on a 64-bit host. It is nothing to the device before [`commit`](Installer::commit). A transfer
/// with a CRC-32 that was cut, by a lost link or by the power, goes on where it was.
pub struct Door<B: Board, E: Engine, F, const RECORDS: usize> {
    library: Library<B, E, F, RECORDS>,
    transfer: Option<Transfer>,
}

struct Transfer {
    parcel: Parcel,
    writer: ImageWriter,
    verifier: Verifier<'static>,
    crc: Crc32,
    checked: Option<Box<Checked>>,
    /// Whether all that was taken is known to be on the flash: not while a write goes on, nor after one that failed.
    intact: bool,
    /// Counts among the transfers as long as it is there.
    _place: Rc<()>,
}

impl<B: Board, E: Engine, F, const RECORDS: usize> Door<B, E, F, RECORDS> {
    pub(super) const fn new(library: Library<B, E, F, RECORDS>) -> Self {
        Self {
            library,
            transfer: None,
        }
    }

    /// Returns the library behind it.
    pub fn library(&self) -> &Library<B, E, F, RECORDS> {
        &self.library
    }

    fn transfer(&mut self) -> Result<&mut Transfer, TransferError> {
        self.transfer.as_mut().ok_or(TransferError::NotBegun)
    }
}

impl<B: Board, E: Engine, F: NorFlash, const RECORDS: usize> Door<B, E, F, RECORDS> {
    /// Begins to take in a module whose signature lies beside it, as `wasmsign2 sign -S` writes it: as
    /// [`begin`](Installer::begin) does.
    ///
    /// # Errors
    ///
    /// As for [`begin`](Installer::begin).
    ///
    /// # Cancel safety
    ///
    /// A drop leaves it begun or not.
    pub async fn begin_signed(&mut self, parcel: &Parcel, signature: &[u8]) -> Result<(), Error> {
        self.begin_with(parcel, Some(signature)).await
    }

    async fn begin_with(&mut self, parcel: &Parcel, signature: Option<&[u8]>) -> Result<(), Error> {
        self.library.check_parcel(parcel)?;
        let before = self.transfer.take();
        let goes_on = |before: &Transfer| before.parcel == *parcel && parcel.crc32.is_some();
        match before {
            // Another signature is for what has come as well: that is verified anew.
            Some(before) if goes_on(&before) && before.intact && signature.is_none() => {
                self.transfer = Some(before);
                return Ok(());
            }
            Some(before) if !goes_on(&before) => self.library.forget(&before.writer).await?,
            // What it holds of the flash is not to be in the way.
            before => drop(before),
        }
        let transfer = match self.open(parcel, signature).await {
            // What had come before is refused: perhaps it was of another app.
            Err(Error::Package(_)) => {
                self.library.abort(&parcel.name).await?;
                self.open(parcel, signature).await?
            }
            other => other?,
        };
        self.transfer = Some(transfer);
        Ok(())
    }

    /// Begins anew, or goes on where what is on the flash ends.
    async fn open(&mut self, parcel: &Parcel, signature: Option<&[u8]>) -> Result<Transfer, Error> {
        let place = self.library.place()?;
        let mut store = self.library.store.lock().await;
        let writer = match parcel.crc32 {
            Some(_) => store.resume(&parcel.name).await,
            None => Err(store::Error::NotFound),
        };
        let writer = match writer {
            Ok(writer) if writer.size() == parcel.size => writer,
            Ok(_) | Err(store::Error::NotFound) => {
                let new = NewImage {
                    name: parcel.name,
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
            parcel: *parcel,
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

    /// Verifies what came before, as it lies on the flash.
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

    /// Forgets what has come of an app that is refused.
    async fn refuse(&mut self) {
        if let Some(transfer) = self.transfer.take() {
            // What cannot be removed now is when another transfer of the app begins.
            let _ = self.library.forget(&transfer.writer).await;
        }
    }

    async fn examine(&mut self) -> Result<Arrival, Error> {
        let library = self.library.clone();
        let transfer = self.transfer()?;
        transfer.check_whole()?;
        let package = transfer.verifier.clone().finish()?;
        let mut store = library.store.lock().await;
        let module = library.module_in(&mut store, &mut transfer.writer, &package.payload);
        let image = module.await?;
        drop(store);
        let announced = transfer.parcel.name;
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
        let arrival = checked.arrival.clone();
        transfer.checked = Some(checked);
        Ok(arrival)
    }
}

impl Transfer {
    /// Takes bytes that are on the flash.
    fn take(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.crc.update(bytes);
        Ok(self.verifier.push(bytes)?)
    }

    fn check_whole(&self) -> Result<(), TransferError> {
        let (received, size) = (self.writer.position(), self.parcel.size);
        if received != size {
            return Err(TransferError::Short { received, size });
        }
        let received = self.crc.value();
        match self.parcel.crc32 {
            Some(announced) if announced != received => Err(TransferError::Crc32 {
                received,
                announced,
            }),
            _ => Ok(()),
        }
    }
}

impl<B: Board, E: Engine, F: NorFlash, const RECORDS: usize> Installer for Door<B, E, F, RECORDS> {
    type Board = B;
    type Engine = E;
    type Error = Error;

    fn runtime(&self) -> &Runtime<B, E> {
        &self.library.runtime
    }

    async fn begin(&mut self, parcel: &Parcel) -> Result<(), Error> {
        self.begin_with(parcel, None).await
    }

    async fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let store = self.library.store.clone();
        let transfer = self.transfer()?;
        let (position, size) = (transfer.writer.position(), transfer.parcel.size);
        if bytes.len() > size.saturating_sub(position) as usize {
            return Err(TransferError::TooMuch { size }.into());
        }
        (transfer.checked, transfer.intact) = (None, false);
        let mut store = store.lock().await;
        store.write(&mut transfer.writer, bytes).await?;
        transfer.intact = true;
        transfer.take(bytes)
    }

    fn progress(&self) -> Option<(Parcel, u32)> {
        let transfer = self.transfer.as_ref()?;
        Some((transfer.parcel, transfer.writer.position()))
    }

    async fn finish(&mut self) -> Result<Arrival, Error> {
        let examined = self.examine().await;
        if examined.is_err() {
            self.refuse().await;
        }
        examined
    }

    async fn commit(&mut self) -> Result<Rc<str>, Error> {
        let transfer = self.transfer.take().ok_or(TransferError::NotBegun)?;
        let Transfer {
            writer, checked, ..
        } = transfer;
        let Some(checked) = checked else {
            // What cannot be removed now is when another transfer of the app begins.
            let _ = self.library.forget(&writer).await;
            return Err(TransferError::NotFinished.into());
        };
        let extras = Extras::default();
        self.library.adopt(writer, checked, &extras).await
    }

    async fn abort(&mut self) -> Result<(), Error> {
        match self.transfer.take() {
            Some(transfer) => self.library.forget(&transfer.writer).await,
            None => Ok(()),
        }
    }

    async fn uninstall(&mut self, name: &str) -> Result<(), Error> {
        self.library.uninstall(name).await
    }

    async fn set_autostart(&mut self, name: &str, autostart: bool) -> Result<(), Error> {
        self.library.set_autostart(name, autostart).await
    }
}

impl<B: Board, E: Engine, F: NorFlash, const RECORDS: usize> Library<B, E, F, RECORDS> {
    /// Refuses what needs not even be sent.
    fn check_parcel(&self, parcel: &Parcel) -> Result<(), Error> {
        let most = u32::try_from(self.runtime.config().image_bytes_most).unwrap_or(u32::MAX);
        let size = parcel.size;
        if size > most {
            return Err(TransferError::TooLarge { size, most }.into());
        }
        self.check_owner(&parcel.name)
    }

    /// Takes a place among the transfers, if there is one.
    fn place(&self) -> Result<Rc<()>, Error> {
        let most = self.shared.config.transfers_most;
        // One belongs to the library itself.
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
            max_size: u32::try_from(self.runtime.config().image_bytes_most).unwrap_or(u32::MAX),
            ..Options::default()
        };
        Verifier::new(self.trust(), options)
    }

    /// Forgets a transfer, unless another of the same app has taken its place.
    pub(super) async fn forget(&self, writer: &ImageWriter) -> Result<(), Error> {
        match self.store.lock().await.give_up(writer).await {
            Ok(()) | Err(store::Error::Stale) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Forgets what has come of an app.
    async fn abort(&self, name: &AppName) -> Result<(), Error> {
        match self.store.lock().await.abort(name).await {
            Ok(()) | Err(store::Error::NotFound) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

impl<B: Board, E: Engine, F, const RECORDS: usize> fmt::Debug for Door<B, E, F, RECORDS> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parcel = self.transfer.as_ref().map(|transfer| transfer.parcel);
        f.debug_struct("Door")
            .field("transfer", &parcel)
            .finish_non_exhaustive()
    }
}
