//! Encoding of the value of an app's record.
//!
//! The length of the value is constant, so each state change of an app replaces its record by a
//! record of the same size.

use akira_caps::{AppName, CapabilitySet, Text};

use super::{App, Details, Part, Pending, StoredImage};
use crate::error::Area;
use crate::{Error, FileQuota};

/// Bytes of an app's record, excluding its name.
pub(crate) const APP_BYTES: usize = 13 + 2 * IMAGE_BYTES + PENDING_BYTES;

const IMAGE_BYTES: usize = 4 + 4 + 32 + 16 + 8 + 33 + 4 + 6 + 3 * 8;
const PENDING_BYTES: usize = 4 + 4 + 32 + 4 + 4;

/// Bytes of an app's record in format 1. Such a record is read as it is, and written in the new
/// format when it changes.
const APP_BYTES_1: usize = 7 + 3 * (4 + 4 + 8 + 16 + 32) + 8;

/// Record lengths of an app in the known formats.
pub(crate) const APP_LENGTHS: [usize; 2] = [APP_BYTES, APP_BYTES_1];

const HAS_CURRENT: u8 = 1;
const HAS_PREVIOUS: u8 = 2;
const HAS_PENDING: u8 = 4;
const HASH_KNOWN: u8 = 8;
const AUTOSTART: u8 = 16;
const DISABLED: u8 = 32;
const CONFIRMED: u8 = 64;

impl App {
    pub(crate) fn encode(&self, out: &mut [u8]) {
        let mut fields = Writer(out);
        fields.put(&[self.flags()]);
        fields.put(&self.id.to_le_bytes());
        fields.put(&self.crashes.to_le_bytes());
        fields.put(&self.starts.to_le_bytes());
        fields.put(&self.security_floor.to_le_bytes());
        fields.image(self.current);
        fields.image(self.previous);
        let pending = self.pending.as_ref();
        fields.number(pending.map_or(0, |p| p.start));
        fields.number(pending.map_or(0, |p| p.size));
        fields.put(&pending.and_then(|p| p.sha256).unwrap_or_default());
        fields.number(pending.map_or(0, |p| p.install));
        fields.number(pending.map_or(0, |p| p.written));
    }

    /// Reads a record's value in any known format.
    pub(crate) fn decode(name: AppName, bytes: &[u8]) -> Result<Self, Error> {
        let mut fields = Reader(bytes);
        let app = match bytes.len() {
            APP_BYTES => Self::read(name, &mut fields),
            APP_BYTES_1 => Self::read_format_1(name, &mut fields),
            _ => None,
        };
        app.ok_or(Error::Corrupt(Area::Apps))
    }

    fn read(name: AppName, fields: &mut Reader<'_>) -> Option<Self> {
        let [flags] = fields.take()?;
        let is = |flag: u8| flags & flag != 0;
        let mut app = Self::new(fields.number()?, name);
        app.crashes = fields.short()?;
        app.starts = fields.short()?;
        app.security_floor = fields.number()?;
        app.autostart = is(AUTOSTART);
        app.enabled = !is(DISABLED);
        app.confirmed = is(CONFIRMED);
        app.current = Some(fields.image()?).filter(|_| is(HAS_CURRENT));
        app.previous = Some(fields.image()?).filter(|_| is(HAS_PREVIOUS));
        let pending = Pending {
            start: fields.number()?,
            size: fields.number()?,
            sha256: Some(fields.take()?).filter(|_| is(HASH_KNOWN)),
            install: fields.number()?,
            written: fields.number()?,
        };
        app.pending = Some(pending).filter(|_| is(HAS_PENDING));
        Some(app)
    }

    /// Reads a record of format 1, which has no parts, signers, quotas or starts. An app without a
    /// previous image counts as confirmed.
    fn read_format_1(name: AppName, fields: &mut Reader<'_>) -> Option<Self> {
        let [flags] = fields.take()?;
        let is = |flag: u8| flags & flag != 0;
        let mut app = Self::new(fields.number()?, name);
        app.crashes = fields.short()?;
        app.autostart = is(AUTOSTART);
        app.confirmed = !is(HAS_PREVIOUS);
        app.current = Some(fields.image_1()?).filter(|_| is(HAS_CURRENT));
        app.previous = Some(fields.image_1()?).filter(|_| is(HAS_PREVIOUS));
        let image = fields.image_1()?;
        let pending = Pending {
            start: image.start,
            size: image.size,
            sha256: Some(image.sha256).filter(|_| is(HASH_KNOWN)),
            install: fields.number()?,
            written: fields.number()?,
        };
        app.pending = Some(pending).filter(|_| is(HAS_PENDING));
        Some(app)
    }

    fn flags(&self) -> u8 {
        let flag = |is: bool, flag: u8| if is { flag } else { 0 };
        let hash = self.pending.and_then(|pending| pending.sha256);
        flag(self.current.is_some(), HAS_CURRENT)
            | flag(self.previous.is_some(), HAS_PREVIOUS)
            | flag(self.pending.is_some(), HAS_PENDING)
            | flag(hash.is_some(), HASH_KNOWN)
            | flag(self.autostart, AUTOSTART)
            | flag(!self.enabled, DISABLED)
            | flag(self.confirmed, CONFIRMED)
    }
}

/// Writer of consecutive fields of a record.
struct Writer<'a>(&'a mut [u8]);

impl Writer<'_> {
    fn put(&mut self, bytes: &[u8]) {
        let out = core::mem::take(&mut self.0);
        if let Some((field, rest)) = out.split_at_mut_checked(bytes.len()) {
            field.copy_from_slice(bytes);
            self.0 = rest;
        }
    }

    fn number(&mut self, number: u32) {
        self.put(&number.to_le_bytes());
    }

    fn image(&mut self, image: Option<StoredImage>) {
        let details = image.map(|image| image.details).unwrap_or_default();
        self.number(image.map_or(0, |image| image.start));
        self.number(image.map_or(0, |image| image.size));
        self.put(&image.map_or([0; 32], |image| image.sha256));
        let mut text = [0; 16];
        let (length, letters) = text.split_at_mut(1);
        length.fill(details.version.len() as u8);
        crate::flash::copy(details.version.as_bytes(), letters);
        self.put(&text);
        self.put(&details.granted.bits().to_le_bytes());
        self.put(&[u8::from(details.signer.is_some())]);
        self.put(&details.signer.unwrap_or_default());
        self.number(details.security_counter);
        self.number(details.quota.bytes);
        self.put(&details.quota.entries.to_le_bytes());
        for part in [details.payload, details.manifest, details.files] {
            self.number(part.start);
            self.number(part.size);
        }
    }
}

/// Reader of consecutive fields of a record.
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

    fn short(&mut self) -> Option<u16> {
        self.take().map(u16::from_le_bytes)
    }

    fn capabilities(&mut self) -> Option<CapabilitySet> {
        let bits = u64::from_le_bytes(self.take()?);
        Some(CapabilitySet::from_bits(bits))
    }

    fn version(&mut self) -> Option<Text<15>> {
        let [length, letters @ ..] = self.take::<16>()?;
        let version = letters.get(..usize::from(length))?;
        Text::try_from(core::str::from_utf8(version).ok()?).ok()
    }

    fn part(&mut self) -> Option<Part> {
        Some(Part {
            start: self.number()?,
            size: self.number()?,
        })
    }

    fn image(&mut self) -> Option<StoredImage> {
        Some(StoredImage {
            start: self.number()?,
            size: self.number()?,
            sha256: self.take()?,
            details: Details {
                version: self.version()?,
                granted: self.capabilities()?,
                signer: {
                    let [is_signed] = self.take()?;
                    Some(self.take()?).filter(|_| is_signed != 0)
                },
                security_counter: self.number()?,
                quota: FileQuota {
                    bytes: self.number()?,
                    entries: self.short()?,
                },
                payload: self.part()?,
                manifest: self.part()?,
                files: self.part()?,
            },
        })
    }

    fn image_1(&mut self) -> Option<StoredImage> {
        let (start, size) = (self.number()?, self.number()?);
        let details = Details {
            granted: self.capabilities()?,
            version: self.version()?,
            ..Details::default()
        };
        Some(StoredImage {
            start,
            size,
            sha256: self.take()?,
            details,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn app() -> App {
        let part = |start, size| Part { start, size };
        let image = |start| StoredImage {
            start,
            size: 9000,
            sha256: [start as u8; 32],
            details: Details {
                version: Text::try_from("1.2.3").expect("it is short"),
                granted: CapabilitySet::from_bits(0x1234),
                signer: Some([7; 32]),
                security_counter: 5,
                quota: FileQuota {
                    bytes: 4096,
                    entries: 9,
                },
                payload: part(32, 8000),
                manifest: part(8500, 500),
                files: part(100, 1024),
            },
        };
        App {
            current: Some(image(0x1000)),
            previous: Some(image(0x4000)),
            autostart: true,
            enabled: false,
            confirmed: true,
            crashes: 3,
            starts: 4,
            security_floor: 2,
            pending: Some(Pending {
                start: 0x8000,
                size: 77,
                sha256: Some([9; 32]),
                install: 21,
                written: 64,
            }),
            ..App::new(8, AppName::new("snake").expect("it is good"))
        }
    }

    #[test]
    fn an_app_survives_its_encoding() {
        let app = app();
        let mut bytes = [0; APP_BYTES];
        app.encode(&mut bytes);
        assert_eq!(App::decode(app.name, &bytes), Ok(app));
        let none = App::new(9, app.name);
        none.encode(&mut bytes);
        assert_eq!(App::decode(app.name, &bytes), Ok(none));
    }

    #[test]
    fn a_record_of_another_length_is_refused() {
        let name = app().name;
        for length in [0, 1, APP_BYTES - 1, APP_BYTES_1 - 1] {
            let bytes = [0; APP_BYTES];
            let decoded = App::decode(name, &bytes[..length]);
            assert_eq!(decoded, Err(Error::Corrupt(Area::Apps)));
        }
    }
}
