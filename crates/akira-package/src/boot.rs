use core::ops::Range;

use crate::key::DER_PREFIX;
use crate::need::Need;
use crate::options::TrustCheck;
use crate::verifier::Whole;
use crate::wasm;
use crate::{Container, Error, Field, ImageVersion, KeyId, Package, TrustStore};

/// First bytes of a container (MCUboot design, "Image format").
pub(crate) const MAGIC: [u8; 4] = 0x96f3_b83d_u32.to_le_bytes();

/// Minimum size of the header in bytes.
const HEADER: usize = 32;
/// The only accepted flag. It marks the image as not bootable, which is true of an app.
const NON_BOOTABLE: u32 = 0x10;

const AREA: u16 = 0x6907;
const PROTECTED_AREA: u16 = 0x6908;

/// Types of TLV entries.
mod tlv {
    pub(super) const KEY_HASH: u16 = 0x01;
    pub(super) const PUBLIC_KEY: u16 = 0x02;
    pub(super) const SHA256: u16 = 0x10;
    pub(super) const ED25519: u16 = 0x24;
    pub(super) const SECURITY_COUNTER: u16 = 0x50;
    pub(super) const BOOT_RECORD: u16 = 0x60;
    /// Types with this or a higher low byte are reserved for vendors.
    pub(super) const VENDOR: u16 = 0xA0;
}

/// Parsed fields of an MCUboot container, and the position of the parser in it.
#[derive(Clone, Debug)]
pub(crate) struct Boot {
    stage: Stage,
    /// Remaining bytes of the TLV area being read.
    left: u16,
    protected: u16,
    payload: Range<u32>,
    version: ImageVersion,
    counter: Option<u32>,
    hash: Option<[u8; 32]>,
    key: Option<KeyId>,
    signature: Option<[u8; 64]>,
}

/// Meaning of the next bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Header,
    /// Remaining bytes between the header and the payload.
    Padding(u32),
    PayloadHeader,
    Payload(u32),
    ProtectedInfo,
    ProtectedTlv,
    Counter,
    /// Remaining bytes of an entry that is ignored.
    Skipped(u32),
    Info,
    Tlv,
    /// Value of an entry.
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

    /// Returns whether the hash covers the next item. The hash covers every item except those of
    /// the area that contains the hash.
    pub(crate) fn is_hashed(&self) -> bool {
        !matches!(
            self.stage,
            Stage::Info | Stage::Tlv | Stage::Value { .. } | Stage::End
        )
    }

    /// Processes the item that the stage needs.
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
            // These stages need no items.
            stage => stage,
        };
        Ok(())
    }

    /// Counts skipped bytes.
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

    /// Rejects a payload that is no module, for example a firmware that was signed with the same
    /// key.
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

    /// Reads the type and the length of an entry from the rest of the area.
    fn entry(&mut self, fields: &mut Fields<'_>) -> Result<(u16, u16), Error> {
        let (kind, size) = (fields.u16(), fields.u16());
        let whole = size.checked_add(4);
        let left = whole.and_then(|whole| self.left.checked_sub(whole));
        self.left = left.ok_or(Error::Malformed(Field::Tlv(kind)))?;
        Ok((kind, size))
    }

    /// Rejects every unknown entry, except entries for other readers (boot record, vendor types).
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

    /// Rejects unknown and repeated entries, since no signature covers this area.
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

    /// Checks the whole container and returns the verified package.
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

    /// Returns the trusted key that signed `hash`, regardless of the key's state.
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
        // The signature covers the hash, not the bytes: imgtool's default, without `--pure`.
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

/// Reader of consecutive little-endian numbers. It returns zeros past the end, but items always
/// have the size of their fields.
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
