mod record;

use core::ops::Range;

use akira_caps::{AppName, CapabilitySet, Text};

use crate::error::Area;
use crate::{Error, FileQuota, Layout};

pub(crate) use self::record::{APP_BYTES, APP_LENGTHS};

/// Byte range within an image. A size of 0 means that the image lacks this part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// Start of the range, in bytes from the image's start.
    pub start: u32,
    /// Length of the range in bytes.
    pub size: u32,
}

/// Metadata of an image, which [`Store::commit`](crate::Store::commit) stores with the image.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Details {
    /// Version from the app's manifest.
    pub version: Text<15>,
    /// Capabilities that policy granted to the image.
    pub granted: CapabilitySet,
    /// Identity of the signer: an ed25519 public key, or any other 32 bytes that distinguish
    /// signers. `None` for an unsigned image.
    pub signer: Option<[u8; 32]>,
    /// Security counter of the image, which a signer raises to exclude older versions. The store
    /// only records the counter; the installer compares it with [`App::security_floor`].
    pub security_counter: u32,
    /// Limit on the files that the app creates.
    pub quota: FileQuota,
    /// Range of the WebAssembly module. A size of 0 means the whole image.
    pub payload: Part,
    /// Range of a manifest outside the module. A size of 0 means that a manifest, if any, is in the
    /// module.
    pub manifest: Part,
    /// Range of the files that come with the image, a `ustar` archive.
    pub files: Part,
}

/// Image of an app on the flash: its place, its hash and its metadata.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoredImage {
    /// Start of the image, in bytes from the flash's start; always the start of a page. The image
    /// is contiguous.
    pub start: u32,
    /// Size of the image in bytes, including all parts.
    pub size: u32,
    /// SHA-256 of the whole image.
    pub sha256: [u8; 32],
    /// Version, grant, signer, quota and parts of the image.
    pub details: Details,
}

/// Stored state of an app, returned by [`Store::app`](crate::Store::app).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct App {
    /// Number of the app. No other app has had the same number since this app was installed.
    pub id: u32,
    /// Name of the app.
    pub name: AppName,
    /// Image to run, or `None` while the app's first install is under way.
    pub current: Option<StoredImage>,
    /// Image that was current before the present one, kept for a rollback until the present one is
    /// confirmed. `None` if no such image exists.
    pub previous: Option<StoredImage>,
    /// Whether the app starts when the device boots.
    pub autostart: bool,
    /// Whether the app may be started.
    pub enabled: bool,
    /// Whether the current image was confirmed, or restored by a rollback. A newly installed image
    /// is neither: it is on trial.
    pub confirmed: bool,
    /// Number of crashes since the current image was installed, confirmed or rolled back to.
    pub crashes: u16,
    /// Number of starts since the current image was installed, confirmed or rolled back to. A start
    /// that reset the device counts as a start and not as a crash.
    pub starts: u16,
    /// Highest security counter of all images that were confirmed for the app.
    pub security_floor: u32,
    pub(crate) pending: Option<Pending>,
}

/// State of an app, returned by [`App::state`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AppState {
    /// The app's first image is arriving, so the app cannot be started yet.
    Installing,
    /// The current image is on trial: it was installed, and neither confirmed nor rolled back yet.
    OnTrial,
    /// The current image was confirmed, or restored by a rollback.
    Confirmed,
    /// The app is disabled and must not be started.
    Disabled,
}

/// An install under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pending {
    pub(crate) start: u32,
    pub(crate) size: u32,
    /// SHA-256 that the image must have, or `None` if none was announced.
    pub(crate) sha256: Option<[u8; 32]>,
    pub(crate) install: u32,
    /// Number of bytes that are certain to be on the flash.
    pub(crate) written: u32,
}

impl Pending {
    fn is_sound(&self, layout: &Layout) -> bool {
        let is_step = self.written.is_multiple_of(layout.geometry.page);
        is_step && self.written <= self.size && layout.has_image(self.start, self.size)
    }
}

impl Part {
    /// Returns the end of the range, in bytes from the image's start, or `None` if it overflows.
    pub(crate) fn end(&self) -> Option<u32> {
        self.start.checked_add(self.size)
    }
}

impl Details {
    /// Rejects parts that reach beyond the end of an image of `size` bytes.
    pub(crate) fn check(&self, size: u32) -> Result<(), Error> {
        let parts = [self.payload, self.manifest, self.files];
        let fits = |part: &Part| part.end().is_some_and(|end| end <= size);
        if parts.iter().all(fits) {
            Ok(())
        } else {
            Err(Error::Invalid)
        }
    }
}

impl StoredImage {
    /// Returns whether the image starts at the start of a page and lies within an image range, with
    /// all its parts within the image.
    fn is_sound(&self, layout: &Layout) -> bool {
        layout.has_image(self.start, self.size) && self.details.check(self.size).is_ok()
    }

    /// Returns the range of the module on the flash, in bytes from the flash's start.
    pub fn payload(&self) -> Range<u32> {
        match self.details.payload {
            Part { size: 0, .. } => self.start..self.start.saturating_add(self.size),
            part => self.part(part),
        }
    }

    /// Returns the range of a part of the image on the flash, in bytes from the flash's start.
    pub fn part(&self, part: Part) -> Range<u32> {
        let start = self.start.saturating_add(part.start);
        start..start.saturating_add(part.size)
    }
}

impl App {
    pub(crate) fn new(id: u32, name: AppName) -> Self {
        Self {
            id,
            name,
            current: None,
            previous: None,
            autostart: false,
            enabled: true,
            confirmed: false,
            crashes: 0,
            starts: 0,
            security_floor: 0,
            pending: None,
        }
    }

    /// Returns whether the app is being installed, on trial, confirmed or disabled.
    pub fn state(&self) -> AppState {
        match self {
            Self { current: None, .. } => AppState::Installing,
            Self { enabled: false, .. } => AppState::Disabled,
            Self {
                confirmed: false, ..
            } => AppState::OnTrial,
            _ => AppState::Confirmed,
        }
    }

    /// Returns the number of bytes of the install under way that are certain to be on the flash, or
    /// `None` if no install is under way.
    pub fn progress(&self) -> Option<u32> {
        self.pending.map(|pending| pending.written)
    }

    /// Returns the start and the size in bytes of each of the app's images: current, previous and
    /// arriving.
    pub(crate) fn extents(&self) -> impl Iterator<Item = (u32, u32)> {
        let images = [self.current, self.previous].into_iter().flatten();
        let pending = self.pending.map(|pending| (pending.start, pending.size));
        images.map(|image| (image.start, image.size)).chain(pending)
    }

    /// Rejects a record that no store writes: with an image outside the image ranges, or a part
    /// outside its image.
    pub(crate) fn check(self, layout: &Layout) -> Result<Self, Error> {
        let mut images = [self.current, self.previous].into_iter().flatten();
        let are_sound = images.all(|image| image.is_sound(layout));
        let pending = self.pending;
        match are_sound && pending.is_none_or(|pending| pending.is_sound(layout)) {
            true => Ok(self),
            false => Err(Error::Corrupt(Area::Apps)),
        }
    }

    /// Returns the largest number in the record that came from the store's counter: the number of
    /// the install while an install is under way, otherwise the app's id.
    pub(crate) fn tag(&self) -> u32 {
        self.pending
            .map_or(self.id, |pending| pending.install.max(self.id))
    }
}
