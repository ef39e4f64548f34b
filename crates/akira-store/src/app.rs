use akira_caps::{AppName, CapabilitySet, Text};

use crate::Error;
use crate::error::Area;

/// An image of an app on the flash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Image {
    /// Where it begins, in bytes from the start of the flash; always at a page. It lies in one piece.
    pub start: u32,
    /// Its bytes.
    pub size: u32,
    /// What its manifest calls its version.
    pub version: Text<15>,
    /// The SHA-256 of its bytes.
    pub sha256: [u8; 32],
    /// What policy granted it.
    pub granted: CapabilitySet,
}

/// What is known about an app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct App {
    /// A number that no other app has or had, as long as this one is installed.
    pub id: u32,
    /// Its name.
    pub name: AppName,
    /// The image that is to run, or none as long as the first install goes on.
    pub current: Option<Image>,
    /// The image that ran before, until the current one is confirmed.
    pub previous: Option<Image>,
    /// Whether to start it with the device.
    pub autostart: bool,
    /// How often it crashed since it was installed, confirmed or rolled back.
    pub crashes: u16,
    pub(crate) pending: Option<Pending>,
}

/// An install that goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pending {
    /// What the image will be; the hash is the expected one, if there is one.
    pub(crate) image: Image,
    pub(crate) is_hash_known: bool,
    pub(crate) install: u32,
    /// How many bytes are on the flash for certain.
    pub(crate) written: u32,
}

/// The bytes of an app's record, without its name.
pub(crate) const APP_BYTES: usize = 7 + 3 * IMAGE_BYTES + 8;

const IMAGE_BYTES: usize = 4 + 4 + 8 + 16 + 32;

const HAS_CURRENT: u8 = 1;
const HAS_PREVIOUS: u8 = 2;
const HAS_PENDING: u8 = 4;
const HASH_KNOWN: u8 = 8;
const AUTOSTART: u8 = 16;

impl App {
    pub(crate) fn new(id: u32, name: AppName) -> Self {
        Self {
            id,
            name,
            current: None,
            previous: None,
            autostart: false,
            crashes: 0,
            pending: None,
        }
    }

    /// Returns how many bytes of an install under way are on the flash for certain, or `None` if there is none.
    pub fn progress(&self) -> Option<u32> {
        self.pending.map(|pending| pending.written)
    }

    /// Returns the images that take room, whatever for.
    pub(crate) fn images(&self) -> impl Iterator<Item = Image> {
        let pending = self.pending.map(|pending| pending.image);
        [self.current, self.previous, pending].into_iter().flatten()
    }

    /// Returns the largest number that came from the store's counter.
    pub(crate) fn tag(&self) -> u32 {
        self.pending
            .map_or(self.id, |pending| pending.install.max(self.id))
    }

    pub(crate) fn encode(&self, out: &mut [u8]) {
        let mut fields = Writer(out);
        fields.put(&[self.flags()]);
        fields.put(&self.id.to_le_bytes());
        fields.put(&self.crashes.to_le_bytes());
        let pending = self.pending.map(|pending| pending.image);
        for image in [self.current, self.previous, pending] {
            fields.image(image);
        }
        let pending = self.pending.as_ref();
        fields.put(&pending.map_or(0, |p| p.install).to_le_bytes());
        fields.put(&pending.map_or(0, |p| p.written).to_le_bytes());
    }

    pub(crate) fn decode(name: AppName, bytes: &[u8]) -> Result<Self, Error> {
        let mut fields = Reader(bytes);
        Self::read(name, &mut fields).ok_or(Error::Corrupt(Area::Records))
    }

    fn read(name: AppName, fields: &mut Reader<'_>) -> Option<Self> {
        let [flags] = fields.take()?;
        let is = |flag: u8| flags & flag != 0;
        let mut app = Self::new(fields.number()?, name);
        app.crashes = u16::from_le_bytes(fields.take()?);
        app.autostart = is(AUTOSTART);
        app.current = Some(fields.image()?).filter(|_| is(HAS_CURRENT));
        app.previous = Some(fields.image()?).filter(|_| is(HAS_PREVIOUS));
        let pending = Pending {
            image: fields.image()?,
            is_hash_known: is(HASH_KNOWN),
            install: fields.number()?,
            written: fields.number()?,
        };
        app.pending = Some(pending).filter(|_| is(HAS_PENDING));
        Some(app)
    }

    fn flags(&self) -> u8 {
        let flag = |is: bool, flag: u8| if is { flag } else { 0 };
        let is_hash_known = self.pending.is_some_and(|pending| pending.is_hash_known);
        flag(self.current.is_some(), HAS_CURRENT)
            | flag(self.previous.is_some(), HAS_PREVIOUS)
            | flag(self.pending.is_some(), HAS_PENDING)
            | flag(is_hash_known, HASH_KNOWN)
            | flag(self.autostart, AUTOSTART)
    }
}

/// Writes fields one after the other.
struct Writer<'a>(&'a mut [u8]);

impl Writer<'_> {
    fn put(&mut self, bytes: &[u8]) {
        let out = core::mem::take(&mut self.0);
        if let Some((field, rest)) = out.split_at_mut_checked(bytes.len()) {
            field.copy_from_slice(bytes);
            self.0 = rest;
        }
    }

    fn image(&mut self, image: Option<Image>) {
        let version = image.map_or(Text::new(), |image| image.version);
        let mut text = [0; 16];
        let (length, letters) = text.split_at_mut(1);
        length.fill(version.len() as u8);
        crate::flash::copy(version.as_bytes(), letters);
        self.put(&image.map_or(0, |image| image.start).to_le_bytes());
        self.put(&image.map_or(0, |image| image.size).to_le_bytes());
        let granted = image.map_or(0, |image| image.granted.bits());
        self.put(&granted.to_le_bytes());
        self.put(&text);
        self.put(&image.map_or([0; 32], |image| image.sha256));
    }
}

/// Reads fields one after the other.
struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (field, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*field)
    }

    fn number(&mut self) -> Option<u32> {
        self.take().map(u32::from_le_bytes)
    }

    fn image(&mut self) -> Option<Image> {
        let (start, size) = (self.number()?, self.number()?);
        let granted = CapabilitySet::from_bits(u64::from_le_bytes(self.take()?));
        let [length, letters @ ..] = self.take::<16>()?;
        let version = letters.get(..usize::from(length))?;
        Some(Image {
            start,
            size,
            version: Text::try_from(core::str::from_utf8(version).ok()?).ok()?,
            sha256: self.take()?,
            granted,
        })
    }
}
