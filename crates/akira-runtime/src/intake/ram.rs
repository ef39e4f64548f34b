use super::{Arrival, TransferError};
use crate::board::Board;
use crate::engine::Engine;
use crate::image::Image;
use crate::runtime::Runtime;
use akira_abi::caps::{AppName, CapabilitySet, Quotas};
use akira_manage::{Crc32, Finding, Parcel, Sink};
use alloc::rc::Rc;
use alloc::vec::Vec;
use core::fmt;

/// Installer that stores received apps in RAM, where they are lost when the device restarts. Use it
/// on boards without spare flash.
pub struct RamInstaller<B: Board, E: Engine> {
    runtime: Runtime<B, E>,
    most: u32,
    ceiling: CapabilitySet,
    upload: Option<Upload>,
}

/// An app whose transfer has begun.
struct Upload {
    name: AppName,
    size: u32,
    crc32: Option<u32>,
    bytes: Rc<[u8]>,
    received: usize,
    crc: Crc32,
    finished: bool,
}

impl<B: Board, E: Engine> RamInstaller<B, E> {
    /// Creates an installer that rejects all apps until [`with_apps`](Self::with_apps) is called.
    pub const fn new(runtime: Runtime<B, E>) -> Self {
        Self {
            runtime,
            most: 0,
            ceiling: CapabilitySet::EMPTY,
            upload: None,
        }
    }

    /// Accepts apps of up to `bytes` bytes. All of them are unsigned, so they get at most the
    /// capabilities in `ceiling`, as far as the device's policy allows these.
    pub const fn with_apps(mut self, bytes: u32, ceiling: CapabilitySet) -> Self {
        self.most = bytes;
        self.ceiling = ceiling;
        self
    }
}

impl<B: Board, E: Engine> RamInstaller<B, E> {
    fn upload(&mut self) -> Result<&mut Upload, TransferError> {
        self.upload.as_mut().ok_or(TransferError::NotBegun)
    }

    /// Returns the app of a finished transfer.
    fn arrival(&self) -> Result<Arrival, TransferError> {
        let upload = self.upload.as_ref().ok_or(TransferError::NotBegun)?;
        if !upload.finished {
            return Err(TransferError::NotFinished);
        }
        Ok(Arrival {
            name: upload.name,
            image: Image::Shared(upload.bytes.clone()),
            signer: None,
            ceiling: self.ceiling,
            limits: Quotas::default(),
        })
    }
}

impl<B: Board, E: Engine> Sink for RamInstaller<B, E> {
    type Error = TransferError;

    async fn begin(&mut self, parcel: &Parcel<'_>) -> Result<(), TransferError> {
        let size = parcel.size;
        let most = u32::try_from(self.runtime.config().image_bytes_max).unwrap_or(u32::MAX);
        let most = self.most.min(most);
        if size > most || most == 0 {
            return Err(TransferError::TooLarge { size, most });
        }
        let name = AppName::new(parcel.name).ok_or(TransferError::Name)?;
        let same = |upload: &Upload| upload.parcel() == *parcel && parcel.crc32.is_some();
        if !self.upload.as_ref().is_some_and(same) {
            // The bytes of another app are freed first: RAM may not hold both.
            self.upload = None;
            self.upload = Some(Upload::new(name, parcel)?);
        }
        Ok(())
    }

    async fn write(&mut self, bytes: &[u8]) -> Result<(), TransferError> {
        self.upload()?.take(bytes)
    }

    fn progress(&self) -> Option<(Parcel<'_>, u32)> {
        let upload = self.upload.as_ref()?;
        Some((upload.parcel(), upload.received as u32))
    }

    async fn finish(&mut self) -> Result<(), TransferError> {
        let checked = self.upload()?.check();
        if checked.is_err() {
            self.upload = None;
        }
        checked
    }

    fn describe(&self, tell: &mut dyn FnMut(&Finding<'_>)) -> Result<(), TransferError> {
        Ok(self.runtime.describe_arrival(&self.arrival()?, tell)?)
    }

    async fn commit(&mut self) -> Result<(), TransferError> {
        let arrival = self.arrival();
        // The transfer ends here, whether the installation succeeds or not.
        self.upload = None;
        let arrival = arrival?;
        let mut options = arrival.options();
        self.runtime.validate(&arrival.image, &options).await?;
        options.validated = true;
        self.runtime.install(arrival.image.clone(), &options)?;
        Ok(())
    }

    async fn abort(&mut self) -> Result<(), TransferError> {
        self.upload = None;
        Ok(())
    }
}

impl Upload {
    /// Allocates memory for an app.
    fn new(name: AppName, parcel: &Parcel<'_>) -> Result<Self, TransferError> {
        let size = parcel.size;
        Ok(Self {
            bytes: zeroes(size as usize).ok_or(TransferError::NoMemory { size })?,
            name,
            size,
            crc32: parcel.crc32,
            received: 0,
            crc: Crc32::new(),
            finished: false,
        })
    }

    fn parcel(&self) -> Parcel<'_> {
        Parcel {
            name: &self.name,
            size: self.size,
            crc32: self.crc32,
        }
    }

    fn take(&mut self, bytes: &[u8]) -> Result<(), TransferError> {
        let end = self.received.saturating_add(bytes.len());
        // The `Rc` has a single owner here, so this copies nothing.
        let all = Rc::make_mut(&mut self.bytes);
        let place = all.get_mut(self.received..end);
        let size = self.size;
        place
            .ok_or(TransferError::TooMuch { size })?
            .copy_from_slice(bytes);
        self.crc.update(bytes);
        self.received = end;
        self.finished = false;
        Ok(())
    }

    /// Checks that the received bytes match the announced size and checksum.
    fn check(&mut self) -> Result<(), TransferError> {
        TransferError::check(&self.parcel(), self.received as u32, self.crc)?;
        self.finished = true;
        Ok(())
    }
}

/// Creates a shared slice of zeros in place, because the RAM cannot hold an app twice.
///
/// `Rc` cannot report a failed allocation, so a `Vec` tries the allocation first.
fn zeroes(size: usize) -> Option<Rc<[u8]>> {
    let with_counts = size.checked_add(4 * size_of::<usize>())?;
    let mut trial = Vec::<u8>::new();
    trial.try_reserve_exact(with_counts).ok()?;
    drop(trial);
    Some(core::iter::repeat_n(0, size).collect())
}

impl<B: Board, E: Engine> fmt::Debug for RamInstaller<B, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RamInstaller")
            .field("most", &self.most)
            .field("ceiling", &self.ceiling)
            .field("progress", &self.progress())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::zeroes;

    #[test]
    fn says_that_there_is_no_memory() {
        assert!(zeroes(usize::MAX).is_none());
        assert!(zeroes(isize::MAX as usize).is_none());
        assert_eq!(zeroes(3).as_deref(), Some([0; 3].as_slice()));
    }
}
