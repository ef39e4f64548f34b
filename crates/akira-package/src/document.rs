mod fields;

use core::fmt;

use ed25519_dalek::VerifyingKey;
use sha2::{Digest, Sha256};

use crate::{KeyId, KeyState, MAX_KEYS, TrustStore, TrustedKey};
use fields::{Reader, Writer};

/// First bytes of an encoded trust store.
const MAGIC: [u8; 4] = *b"AKTS";
const FORMAT: u8 = 2;

/// Prefix of the signed message. It prevents use of a package's signature for a trust store.
const DOMAIN: [u8; 14] = *b"akira-trust-1\0";

/// Size of the header: magic, format, number of keys, serial, epoch.
const HEADER_BYTES: usize = 4 + 1 + 1 + 4 + 4;
/// Maximum size of a key: public key, state, rotation, owner, last epoch, ceiling, quotas, name,
/// apps.
const KEY_BYTES: usize = 32 + 1 + 1 + 2 + 4 + 8 + 23 + 32 + 1 + 4 * 32;
/// Size of the seal: the signer's id and the signature.
const SEAL_BYTES: usize = 32 + 64;

/// Maximum size in bytes of a document for [`TrustStore::update`]: an encoded trust store with its
/// seal.
pub const MAX_DOCUMENT: usize = HEADER_BYTES + MAX_KEYS * KEY_BYTES + SEAL_BYTES;

/// Reason why [`TrustStore::update`] refuses a document, or [`TrustStore::decode`] an encoded
/// store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DocumentError {
    /// The document is no trust store, is truncated, or contains a key twice: make it again.
    Malformed,
    /// The document has this format number, which the firmware does not support: update the
    /// firmware.
    Format(u8),
    /// The key that sealed the document is not trusted, not active, or may not rotate keys: seal
    /// the document with another key.
    NotAllowed(KeyId),
    /// The signature in the seal is wrong: the document was changed after it was sealed.
    BadSignature,
    /// The serial of the document is not higher than the serial of the present store: raise the
    /// document's serial.
    Old {
        /// Serial of the present store.
        present: u32,
        /// Serial of the document.
        offered: u32,
    },
    /// The epoch of the document is lower than the epoch of the present store, so expired keys
    /// would become valid again: raise the document's epoch.
    EpochBack {
        /// Epoch of the present store.
        present: u32,
        /// Epoch of the document.
        offered: u32,
    },
    /// The document contains no active key that may rotate keys, so no further update would be
    /// possible: keep such a key.
    NoRotation,
}

/// Returns the message to sign for the seal of an encoded trust store: a fixed prefix and the
/// store's SHA-256. Signing it needs no copy of the store.
pub fn document_message(encoded: &[u8]) -> [u8; 46] {
    let mut message = [0; 46];
    let hash = Sha256::digest(encoded);
    let parts = DOMAIN.iter().chain(&hash);
    let bytes = message.iter_mut().zip(parts);
    bytes.for_each(|(to, from)| *to = *from);
    message
}

impl TrustStore {
    /// Writes the encoded store to `out` and returns the written bytes.
    ///
    /// The encoding consists of little-endian fields in a fixed order. Each store has exactly one
    /// encoded form, as a signature requires, and a reader needs no memory. The format byte allows
    /// for a later layout.
    pub fn encode<'o>(&self, out: &'o mut [u8; MAX_DOCUMENT]) -> &'o [u8] {
        let mut fields = Writer::new(out);
        fields.put(&MAGIC);
        fields.put(&[FORMAT, self.keys().count() as u8]);
        fields.put(&self.serial.to_le_bytes());
        fields.put(&self.epoch.to_le_bytes());
        self.keys().for_each(|key| fields.key(key));
        fields.written()
    }

    /// Reads a store that [`encode`](Self::encode) wrote. Checks no signature: use `decode` only
    /// for data that the device itself has stored.
    ///
    /// # Errors
    ///
    /// [`DocumentError::Malformed`] if the bytes are no encoded store, [`DocumentError::Format`] if
    /// the format is not supported.
    pub fn decode(encoded: &[u8]) -> Result<Self, DocumentError> {
        let mut fields = Reader(encoded);
        if fields.take() != Some(MAGIC) {
            return Err(DocumentError::Malformed);
        }
        match fields.u8() {
            Some(FORMAT) => read(&mut fields).ok_or(DocumentError::Malformed),
            Some(other) => Err(DocumentError::Format(other)),
            None => Err(DocumentError::Malformed),
        }
    }

    /// Verifies a document and returns the store in it, which is to replace this store. A document
    /// consists of an encoded store, the [`KeyId`] of a key in this store that may rotate keys, and
    /// that key's signature of [`document_message`].
    ///
    /// The new store replaces this store as a whole. Before using the new store, save its encoded
    /// form in such a way that a power cut leaves the old or the new form. A retired key should
    /// stay in the store as long as an app that it signed is installed.
    ///
    /// # Errors
    ///
    /// [`DocumentError`] if the document is refused; the device then keeps this store.
    pub fn update(&self, document: &[u8]) -> Result<Self, DocumentError> {
        let (encoded, signature) = document
            .split_last_chunk::<64>()
            .ok_or(DocumentError::Malformed)?;
        let (encoded, id) = encoded
            .split_last_chunk::<32>()
            .ok_or(DocumentError::Malformed)?;
        self.check_seal(encoded, KeyId(*id), signature)?;
        let new = Self::decode(encoded)?;
        self.check_successor(&new)?;
        Ok(new)
    }

    /// Returns the store with the higher serial, or this store if the serials are equal. At boot, a
    /// firmware uses this function to choose between its built-in store and the saved one.
    pub fn or_newer(self, other: Self) -> Self {
        if other.serial > self.serial {
            other
        } else {
            self
        }
    }

    fn check_seal(
        &self,
        encoded: &[u8],
        id: KeyId,
        signature: &[u8; 64],
    ) -> Result<(), DocumentError> {
        let key = self.find(&id).filter(|key| key.rotates());
        let key = key.ok_or(DocumentError::NotAllowed(id))?;
        if key.has_signed(&document_message(encoded), signature) {
            Ok(())
        } else {
            Err(DocumentError::BadSignature)
        }
    }

    fn check_successor(&self, new: &Self) -> Result<(), DocumentError> {
        if new.serial <= self.serial {
            return Err(DocumentError::Old {
                present: self.serial,
                offered: new.serial,
            });
        }
        if new.epoch < self.epoch {
            return Err(DocumentError::EpochBack {
                present: self.epoch,
                offered: new.epoch,
            });
        }
        if !new.keys().any(TrustedKey::rotates) {
            return Err(DocumentError::NoRotation);
        }
        Ok(())
    }
}

impl TrustedKey {
    fn rotates(&self) -> bool {
        self.may_rotate && self.state == KeyState::Active
    }
}

fn read(fields: &mut Reader<'_>) -> Option<TrustStore> {
    let count = fields.u8()?;
    let mut store = TrustStore::new(fields.u32()?, fields.u32()?);
    for _ in 0..count {
        let key = fields.key().filter(|key| is_usable(&key.public))?;
        store = store.with_key(key)?;
    }
    fields.is_empty().then_some(store)
}

/// Rejects a public key that cannot verify any signature, since such a key is a mistake of the
/// store's maker.
fn is_usable(public: &[u8; 32]) -> bool {
    VerifyingKey::from_bytes(public).is_ok_and(|key| !key.is_weak())
}

impl fmt::Display for DocumentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed => {
                f.write_str("not a trust store, or an incomplete one: make it again")
            }
            Self::Format(format) => {
                write!(
                    f,
                    "the trust store has format {format}: update the firmware"
                )
            }
            Self::NotAllowed(key) => {
                write!(
                    f,
                    "key {key} may not change the trusted keys: seal it with another"
                )
            }
            Self::BadSignature => f.write_str("the trust store was changed after it was sealed"),
            Self::Old { present, offered } => {
                write!(
                    f,
                    "serial {offered} is not above the current {present}: raise it"
                )
            }
            Self::EpochBack { present, offered } => {
                write!(
                    f,
                    "epoch {offered} is before the current {present}: raise it"
                )
            }
            Self::NoRotation => {
                f.write_str("it has no active key that may change the trusted keys: keep one")
            }
        }
    }
}

impl core::error::Error for DocumentError {}
