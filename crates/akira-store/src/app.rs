mod record;

use core::ops::Range;

use akira_caps::{AppName, CapabilitySet, Text};

use crate::error::Area;
use crate::{Error, FileQuota, Layout};

pub(crate) use self::record::{APP_BYTES, APP_LENGTHS};

/// A range of an image's bytes; of size 0, it is not there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// Where it begins, in bytes from the image's start.
    pub start: u32,
    /// Its bytes.
    pub size: u32,
}

/// What is known of an image when it has arrived and was verified.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Details {
    /// What its manifest calls its version.
    pub version: Text<15>,
    /// What policy granted it.
    pub granted: CapabilitySet,
    /// Who signed it: an ed25519 public key, or whatever else of 32 bytes tells signers apart.
    pub signer: Option<[u8; 32]>,
    /// Its security counter; the store keeps it, and refuses nothing because of it.
    pub security_counter: u32,
    /// What the files of the app may take.
    pub quota: FileQuota,
    /// Where the module lies; of size 0, it is the whole image.
    pub payload: Part,
    /// Where its manifest lies, if it has one that is to be found without reading the module.
    pub manifest: Part,
    /// Where the files lie that come with it: a `ustar` archive.
    pub files: Part,
}

/// An image of an app on the flash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoredImage {
    /// Where it begins, in bytes from the start of the flash; always at a page. It lies in one piece.
    pub start: u32,
    /// Its bytes, of all parts.
    pub size: u32,
    /// The SHA-256 of its bytes.
    pub sha256: [u8; 32],
    /// What is known of it.
    pub details: Details,
}

/// What is known about an app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct App {
    /// A number that no other app has or had, as long as this one is installed.
    pub id: u32,
    /// Its name.
    pub name: AppName,
    /// The image that is to run, or none as long as the first install is under way.
    pub current: Option<StoredImage>,
    /// The image that ran before, until the current one is confirmed.
    pub previous: Option<StoredImage>,
    /// Whether to start it with the device.
    pub autostart: bool,
    /// Whether it may be started at all.
    pub enabled: bool,
    /// Whether the current image was found good.
    pub confirmed: bool,
    /// How often it crashed since it was installed, confirmed or rolled back.
    pub crashes: u16,
    /// How often it was started since then; a start that took the device down with it counts here, and as no crash.
    pub starts: u16,
    /// The highest security counter of an image that was confirmed.
    pub security_floor: u32,
    pub(crate) pending: Option<Pending>,
}

/// What an app is up to, as its record says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AppState {
    /// Its first image is arriving.
    Installing,
    /// Its image is to prove itself, before it is confirmed or rolled back.
    OnTrial,
    /// Its image was confirmed.
    Confirmed,
    /// It is not to be started.
    Disabled,
}

/// An install under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pending {
    pub(crate) start: u32,
    pub(crate) size: u32,
    /// The hash that the bytes must have.
    pub(crate) sha256: Option<[u8; 32]>,
    pub(crate) install: u32,
    /// How many bytes are on the flash for certain.
    pub(crate) written: u32,
}

impl Pending {
    fn is_sound(&self, layout: &Layout) -> bool {
        let is_step = self.written.is_multiple_of(layout.geometry.page);
        is_step && self.written <= self.size && layout.has_image(self.start, self.size)
    }
}

impl Part {
    /// Returns where it ends, in bytes from the image's start.
    pub(crate) fn end(&self) -> Option<u32> {
        self.start.checked_add(self.size)
    }
}

impl Details {
    /// Refuses parts that lie beyond an image of `size` bytes.
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
    /// Tells whether the whole image lies where images may, from a page's start on, and its parts in it.
    fn is_sound(&self, layout: &Layout) -> bool {
        layout.has_image(self.start, self.size) && self.details.check(self.size).is_ok()
    }

    /// Returns where its module lies on the flash, in bytes from the flash's start.
    pub fn payload(&self) -> Range<u32> {
        match self.details.payload {
            Part { size: 0, .. } => self.start..self.start.saturating_add(self.size),
            part => self.part(part),
        }
    }

    /// Returns where a part of it lies on the flash, in bytes from the flash's start.
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

    /// Returns what it is up to.
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

    /// Returns how many bytes of an install under way are on the flash for certain, or `None` if there is none.
    pub fn progress(&self) -> Option<u32> {
        self.pending.map(|pending| pending.written)
    }

    /// Returns where images begin and how many bytes they have, whatever they are for.
    pub(crate) fn extents(&self) -> impl Iterator<Item = (u32, u32)> {
        let images = [self.current, self.previous].into_iter().flatten();
        let pending = self.pending.map(|pending| (pending.start, pending.size));
        images.map(|image| (image.start, image.size)).chain(pending)
    }

    /// Refuses what no store has written: images beside their ranges, or parts beside their image.
    pub(crate) fn check(self, layout: &Layout) -> Result<Self, Error> {
        let mut images = [self.current, self.previous].into_iter().flatten();
        let are_sound = images.all(|image| image.is_sound(layout));
        let pending = self.pending;
        match are_sound && pending.is_none_or(|pending| pending.is_sound(layout)) {
            true => Ok(self),
            false => Err(Error::Corrupt(Area::Apps)),
        }
    }

    /// Returns the largest number that came from the store's counter: that of the install, while one is under way.
    pub(crate) fn tag(&self) -> u32 {
        self.pending
            .map_or(self.id, |pending| pending.install.max(self.id))
    }
}
