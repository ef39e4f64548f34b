//! Apps come in: looked at, admitted as they come, and reported on.

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

    /// Installs an app, all of which is here or which comes a piece at a time.
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
                // What cannot be removed now is when another transfer of the app begins.
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

/// Says why an app is not taken, or not removed.
pub(super) fn refused(error: &Error) -> Refusal {
    Refusal {
        message: explained(error),
        ..Refusal::of(error)
    }
}

/// Says the same as the error, and of an app that is too large of what and how it becomes smaller: firmware has no room for that.
pub fn explained(error: &Error) -> String {
    match error {
        Error::Install(InstallError::Memory { needed, .. }) => {
            format!("{error}. It is {needed}: {}", needed.advice())
        }
        error => error.to_string(),
    }
}
