//! Inspects, installs and reports on apps.

use akira::abi::caps::AppName;
use akira::install::{Error, Offer};
use akira::manage::{Parcel, Sink};
use akira::{InstallError, TransferError, UnknownApp};
use tokio::sync::mpsc::Receiver;

use super::Device;
use crate::protocol::Report;
use crate::remote::{Image, Refusal, Upload};

impl Device {
    pub(super) async fn look_at(&self, image: &Image) -> Result<Report, Refusal> {
        let inspected = self.inspect(&image.offer()).await;
        inspected.map_err(|error| refused(&error))
    }

    /// Installs an app that is complete or arrives piece by piece.
    pub(super) async fn take_in(&self, upload: Upload) -> Result<Report, Refusal> {
        let taken = match upload {
            Upload::Whole(image) => self.take_whole(&image).await,
            Upload::Pieces {
                name,
                size,
                signature,
                pieces,
            } => {
                let signature = signature.as_deref();
                self.take_pieces(&name, size, signature, pieces).await
            }
        };
        taken.map_err(|error| refused(&error))
    }

    async fn take_whole(&self, image: &Image) -> Result<Report, Error> {
        let report = self.inspect(&image.offer()).await?;
        self.library().install(&image.offer()).await?;
        Ok(report)
    }

    async fn take_pieces(
        &self,
        name: &str,
        size: u32,
        signature: Option<&[u8]>,
        mut pieces: Receiver<Vec<u8>>,
    ) -> Result<Report, Error> {
        let mut door = self.library().door();
        let crc32 = None;
        let parcel = Parcel { name, size, crc32 };
        match signature {
            Some(signature) => door.begin_signed(&parcel, signature).await?,
            None => door.begin(&parcel).await?,
        }
        while let Some(piece) = pieces.recv().await {
            if let Err(error) = door.write(&piece).await {
                // An error is ignored: the next transfer of this app removes the rest.
                let _ = door.abort().await;
                return Err(error);
            }
        }
        door.finish().await?;
        let arrival = door.arrival().ok_or(TransferError::NotFinished)?;
        let report = self.inner.judge(arrival, &arrival.options());
        door.commit().await?;
        report
    }

    /// Reports on an installed app.
    pub(super) async fn report(&self, name: &str) -> Result<Report, Refusal> {
        match self.inner.report(name).await {
            Err(Error::Unknown) => Err(self.unknown(name, UnknownApp)),
            other => other.map_err(|error| refused(&error)),
        }
    }
}

impl Image {
    fn offer(&self) -> Offer<'_> {
        let mut offer = Offer::new(&self.bytes);
        offer.name = self.name.as_deref().and_then(AppName::new);
        offer.signature = self.signature.as_deref();
        offer
    }
}

/// Converts an error of the library into a refusal.
pub(super) fn refused(error: &Error) -> Refusal {
    Refusal {
        message: explained(error),
        ..Refusal::of(error)
    }
}

/// Returns the error message. For an app that needs too much memory, it adds the part that is too
/// large and advice on how to reduce it. Firmware omits that advice to save flash.
pub fn explained(error: &Error) -> String {
    match error {
        Error::Install(InstallError::Memory { needed, .. }) => {
            format!("{error}. It needs {needed}: {}", needed.advice())
        }
        error => error.to_string(),
    }
}
