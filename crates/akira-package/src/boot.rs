use core::ops::Range;

use crate::key::DER_PREFIX;
use crate::need::Need;
use crate::options::TrustCheck;
use crate::verifier::Whole;
use crate::wasm;
use crate::{Container, Error, Field, ImageVersion, KeyId, Package, TrustStore};

/// The first bytes of an image (MCUboot design, "Image format").
pub(crate) const MAGIC: [u8; 4] = 0x96f3_b83d_u32.to_le_bytes();

/// The size of the header.
const HEADER: usize = 32;
/// The only flag that is not refused: that the image is not to be booted, which an app indeed is not.
const NON_BOOTABLE: u32 = 0x10;

const AREA: u16 = 0x6907;
const PROTECTED_AREA: u16 = 0x6908;

/// The types of entries.
mod tlv {
    pub(super) const KEY_HASH: u16 = 0x01;
    pub(super) const PUBLIC_KEY: u16 = 0x02;
    pub(super) const SHA256: u16 = 0x10;
    pub(super) const ED25519: u16 = 0x24;
    pub(super) const SECURITY_COUNTER: u16 = 0x50;
    pub(super) const BOOT_RECORD: u16 = 0x60;
    /// From here on, in the low byte, they are for vendors.
    pub(super) const VENDOR: u16 = 0xA0;
}

/// What is read of an MCUboot container, and where in it the bytes that come are.
#[derive(Clone, Debug)]
pub(crate) struct Boot {
    stage: Stage,
    /// Of the area that is being read, in bytes.
    left: u16,
    protected: u16,
    payload: Range<u32>,
    version: ImageVersion,
    counter: Option<u32>,
    hash: Option<[u8; 32]>,
    key: Option<KeyId>,
    signature: Option<[u8; 64]>,
}

/// What the next bytes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Header,
    /// So many bytes between the header and the payload.
    Padding(u32),
    PayloadHeader,
    Payload(u32),
    ProtectedInfo,
    ProtectedTlv,
    Counter,
    /// So many bytes of an entry that is not looked at.
    Skipped(u32),
    Info,
    Tlv,
    /// The value of an entry.
    Value {
        kind: u16,
        size: u8,
    },
    End,
}

impl Boot {
    pub(crate) const fn new() -> Self {
        Self {
            stage: Stage::Header,
            left: 0,
            protected: 0,
            payload: 0..0,
            version: ImageVersion {
                major: 0,
                minor: 0,
                revision: 0,
                build: 0,
            },
            counter: None,
            hash: None,
            key: None,
            signature: None,
        }
    }

    pub(crate) fn need(&self) -> Need {
        match self.stage {
            Stage::Header => Need::Item(HEADER),
            Stage::PayloadHeader => Need::Item(wasm::HEADER.len()),
            Stage::Padding(left) | Stage::Payload(left) | Stage::Skipped(left) => Need::Pass(left),
            Stage::ProtectedInfo
            | Stage::ProtectedTlv
            | Stage::Counter
            | Stage::Info
            | Stage::Tlv => Need::Item(4),
            Stage::Value { size, .. } => Need::Item(usize::from(size)),
            Stage::End => Need::End,
        }
    }

    /// Says whether the next item is among what is hashed: all but the area in which the hash itself is.
    pub(crate) fn is_hashed(&self) -> bool {
        !matches!(
            self.stage,
            Stage::Info | Stage::Tlv | Stage::Value { .. } | Stage::End
        )
    }

    /// Takes the item that the stage needs.
    pub(crate) fn item(&mut self, item: &[u8], limit: u32) -> Result<(), Error> {
        let mut fields = Fields(item);
        self.stage = match self.stage {
            Stage::Header => self.header(&mut fields, limit)?,
            Stage::PayloadHeader => self.payload_header(item)?,
            Stage::ProtectedInfo => self.open_area(&mut fields, PROTECTED_AREA)?,
            Stage::ProtectedTlv => self.protected_tlv(&mut fields)?,
            Stage::Counter => {
                self.counter = Some(fields.u32());
                self.after_protected()
            }
            Stage::Info => self.open_area(&mut fields, AREA)?,
            Stage::Tlv => self.tlv(&mut fields)?,
            Stage::Value { kind, .. } => self.value(kind, item)?,
            // These take no items.
            stage => stage,
        };
        Ok(())
    }

    /// Takes so many of the bytes that pass by.
    pub(crate) fn pass(&mut self, count: u32) {
        self.stage = match self.stage {
            Stage::Padding(left) if left == count => Stage::PayloadHeader,
            Stage::Padding(left) => Stage::Padding(left - count),
            Stage::Payload(left) if left == count => self.after_payload(),
            Stage::Payload(left) => Stage::Payload(left - count),
            Stage::Skipped(left) if left == count => self.after_protected(),
            Stage::Skipped(left) => Stage::Skipped(left - count),
            stage => stage,
        };
    }

    fn header(&mut self, fields: &mut Fields<'_>, limit: u32) -> Result<Stage, Error> {
        let _magic_and_load_address = [fields.u32(), fields.u32()];
        let header = fields.u16();
        self.protected = fields.u16();
        let size = fields.u32();
        let flags = fields.u32();
        self.version = fields.version();
        let padding = u32::from(header).checked_sub(HEADER as u32);
        let padding = padding.ok_or(Error::Malformed(Field::ImageSize))?;
        if flags & !NON_BOOTABLE != 0 {
            return Err(Error::Unsupported(Field::ImageFlags));
        }
        if size < wasm::HEADER.len() as u32 {
            return Err(Error::Malformed(Field::Payload));
        }
        let end = u32::from(header).saturating_add(size);
        let total = end.saturating_add(u32::from(self.protected));
        if total > limit {
            return Err(Error::TooLarge { size: total, limit });
        }
        self.payload = u32::from(header)..end;
        Ok(Stage::Padding(padding))
    }

    /// An app that was meant to be one, not a firmware that was signed by the same key.
    fn payload_header(&self, item: &[u8]) -> Result<Stage, Error> {
        if item != wasm::HEADER {
            return Err(Error::Malformed(Field::Payload));
        }
        Ok(Stage::Payload(
            self.payload.end - self.payload.start - wasm::HEADER.len() as u32,
        ))
    }

    fn after_payload(&self) -> Stage {
        if self.protected > 0 {
            Stage::ProtectedInfo
        } else {
            Stage::Info
        }
    }

    fn open_area(&mut self, fields: &mut Fields<'_>, magic: u16) -> Result<Stage, Error> {
        let (found, total) = (fields.u16(), fields.u16());
        let is_protected = magic == PROTECTED_AREA;
        if found != magic || total <= 4 || (is_protected && total != self.protected) {
            return Err(Error::Malformed(Field::TlvArea));
        }
        self.left = total - 4;
        Ok(if is_protected {
            Stage::ProtectedTlv
        } else {
            Stage::Tlv
        })
    }

    /// Takes the type and the length of an entry from what is left of the area.
    fn entry(&mut self, fields: &mut Fields<'_>) -> Result<(u16, u16), Error> {
        let (kind, size) = (fields.u16(), fields.u16());
        let whole = size.checked_add(4);
        let left = whole.and_then(|whole| self.left.checked_sub(whole));
        self.left = left.ok_or(Error::Malformed(Field::Tlv(kind)))?;
        Ok((kind, size))
    }

    /// What a container asks for and we do not know is refused, but for what is meant for others.
    fn protected_tlv(&mut self, fields: &mut Fields<'_>) -> Result<Stage, Error> {
        match self.entry(fields)? {
            (tlv::SECURITY_COUNTER, 4) if self.counter.is_none() => Ok(Stage::Counter),
            (kind @ tlv::SECURITY_COUNTER, _) => Err(Error::Malformed(Field::Tlv(kind))),
            (kind, size) if kind == tlv::BOOT_RECORD || kind & 0xFF >= tlv::VENDOR => {
                Ok(Stage::Skipped(u32::from(size)))
            }
            (kind, _) => Err(Error::Unsupported(Field::Tlv(kind))),
        }
    }

    fn after_protected(&self) -> Stage {
        if self.left > 0 {
            Stage::ProtectedTlv
        } else {
            Stage::Info
        }
    }

    /// Nothing protects this area, so each entry is known, is there once and counts.
    fn tlv(&mut self, fields: &mut Fields<'_>) -> Result<Stage, Error> {
        let (kind, size) = self.entry(fields)?;
        let (expected, is_repeated) = match kind {
            tlv::SHA256 => (32, self.hash.is_some()),
            tlv::KEY_HASH => (32, self.key.is_some()),
            tlv::PUBLIC_KEY => (44, self.key.is_some()),
            tlv::ED25519 => (64, self.signature.is_some()),
            _ => return Err(Error::Unsupported(Field::Tlv(kind))),
        };
        if size != expected || is_repeated {
            return Err(Error::Malformed(Field::Tlv(kind)));
        }
        Ok(Stage::Value {
            kind,
            size: expected as u8,
        })
    }

    fn value(&mut self, kind: u16, item: &[u8]) -> Result<Stage, Error> {
        let is_taken = match kind {
            tlv::SHA256 => set(&mut self.hash, item.try_into().ok()),
            tlv::KEY_HASH => set(&mut self.key, item.try_into().ok().map(KeyId)),
            tlv::PUBLIC_KEY => set(&mut self.key, key_of_der(item)),
            _ => set(&mut self.signature, item.try_into().ok()),
        };
        match (is_taken, self.left) {
            (false, _) => Err(Error::Malformed(Field::Tlv(kind))),
            (true, 0) => Ok(Stage::End),
            (true, _) => Ok(Stage::Tlv),
        }
    }

    /// Checks the whole container and says what it is.
    pub(crate) fn finish(
        self,
        whole: &Whole,
        trust_check: &TrustCheck<'_>,
    ) -> Result<Package, Error> {
        if self.stage != Stage::End {
            return Err(Error::Truncated);
        }
        let signer = self.signer(&whole.hash, trust_check.store);
        Ok(Package {
            container: Container::Boot,
            payload: self.payload,
            size: whole.size,
            sha256: whole.sha256,
            signed_hash: Some(whole.hash),
            trust: trust_check.trust(signer)?,
            version: Some(self.version),
            security_counter: self.counter,
        })
    }

    /// Finds the trusted key that signed `hash`, whatever it is still good for.
    fn signer(&self, hash: &[u8; 32], trust: &TrustStore) -> Result<KeyId, Error> {
        let claimed = self.hash.ok_or(Error::Malformed(Field::Tlv(tlv::SHA256)))?;
        if claimed != *hash {
            return Err(Error::HashMismatch);
        }
        let signature = self.signature.ok_or(Error::NotSigned)?;
        let id = self
            .key
            .ok_or(Error::Malformed(Field::Tlv(tlv::KEY_HASH)))?;
        let key = trust.find(&id).ok_or(Error::UnknownKey)?;
        // What is signed is the hash, not the bytes: imgtool's default, without `--pure`.
        if key.has_signed(hash, &signature) {
            Ok(id)
        } else {
            Err(Error::BadSignature)
        }
    }
}

fn set<T>(field: &mut Option<T>, value: Option<T>) -> bool {
    *field = value;
    field.is_some()
}

fn key_of_der(der: &[u8]) -> Option<KeyId> {
    let public = der.strip_prefix(&DER_PREFIX)?;
    public.try_into().ok().map(KeyId::of)
}

/// Little-endian numbers, one after another; zeros after the last, but items have the size of their fields.
struct Fields<'a>(&'a [u8]);

impl Fields<'_> {
    fn take<const N: usize>(&mut self) -> [u8; N] {
        let Some((taken, rest)) = self.0.split_first_chunk() else {
            return [0; N];
        };
        self.0 = rest;
        *taken
    }

    fn u16(&mut self) -> u16 {
        u16::from_le_bytes(self.take())
    }

    fn u32(&mut self) -> u32 {
        u32::from_le_bytes(self.take())
    }

    fn version(&mut self) -> ImageVersion {
        let [major, minor] = self.take();
        ImageVersion {
            major,
            minor,
            revision: self.u16(),
            build: self.u32(),
        }
    }
}
