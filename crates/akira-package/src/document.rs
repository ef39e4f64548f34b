mod fields;

use core::fmt;

use ed25519_dalek::VerifyingKey;
use sha2::{Digest, Sha256};

use crate::{KeyId, KeyState, MAX_KEYS, TrustStore, TrustedKey};
use fields::{Reader, Writer};

/// What a trust store begins with in its encoded form.
const MAGIC: [u8; 4] = *b"AKTS";
const FORMAT: u8 = 2;

/// The domain of what is signed, so that no signature of a package passes for one of a trust store.
const DOMAIN: [u8; 14] = *b"akira-trust-1\0";

/// Magic, format, number of keys, serial, epoch.
const HEADER_BYTES: usize = 4 + 1 + 1 + 4 + 4;
/// Public key, state, rotation, owner, last epoch, ceiling, quotas, name, apps.
const KEY_BYTES: usize = 32 + 1 + 1 + 2 + 4 + 8 + 23 + 32 + 1 + 4 * 32;
/// The signer's id and the signature.
const SEAL_BYTES: usize = 32 + 64;

/// The most bytes that an encoded trust store has, and with the seal that makes it a document for
/// [`TrustStore::update`].
pub const MAX_DOCUMENT: usize = HEADER_BYTES + MAX_KEYS * KEY_BYTES + SEAL_BYTES;

/// Why a document does not become the trust store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DocumentError {
    /// It is no trust store, is cut off, or has something in it twice: make it again.
    Malformed,
    /// It has a format that this firmware does not know: update the firmware.
    Format(u8),
    /// The key that sealed it is not trusted, not active, or may not rotate keys: have another seal it.
    NotAllowed(KeyId),
    /// The seal is wrong: it was changed after it was sealed.
    BadSignature,
    /// It is no newer than what is there: raise its serial.
    Old {
        /// The serial of what is there.
        present: u32,
        /// The one that was offered.
        offered: u32,
    },
    /// Its epoch is before that of what is there, so that keys which ran out would come back: raise it.
    EpochBack {
        /// The epoch of what is there.
        present: u32,
        /// The one that was offered.
        offered: u32,
    },
    /// It leaves no active key that may rotate keys, so it would be the last: keep one.
    NoRotation,
}

/// Returns what is signed of an encoded trust store: a domain and the hash, so that signing it takes no copy of it.
pub fn document_message(encoded: &[u8]) -> [u8; 46] {
    let mut message = [0; 46];
    let hash = Sha256::digest(encoded);
    let parts = DOMAIN.iter().chain(&hash);
    let bytes = message.iter_mut().zip(parts);
    bytes.for_each(|(to, from)| *to = *from);
    message
}

impl TrustStore {
    /// Writes the store to `out`, and returns what was written.
    ///
    /// A layout of fixed fields, little endian, in which each store has exactly one form: what is signed needs that, a
    /// reader without memory likes it, and the format byte is there for the day on which it no longer suffices.
    pub fn encode<'o>(&self, out: &'o mut [u8; MAX_DOCUMENT]) -> &'o [u8] {
        let mut fields = Writer::new(out);
        fields.put(&MAGIC);
        fields.put(&[FORMAT, self.keys().count() as u8]);
        fields.put(&self.serial.to_le_bytes());
        fields.put(&self.epoch.to_le_bytes());
        self.keys().for_each(|key| fields.key(key));
        fields.written()
    }

    /// Reads a store that [`encode`](Self::encode) wrote. It checks no signature: for what the device itself has kept.
    ///
    /// # Errors
    ///
    /// [`DocumentError::Malformed`], [`DocumentError::Format`].
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

    /// Returns what this store becomes by a document: an encoded store, then the [`KeyId`] of a key that may rotate
    /// keys, and its signature of [`document_message`].
    ///
    /// The new store replaces this one as a whole. Keep its encoded form, before it is used, where a cut leaves the old
    /// or the new one. A retired key should stay in it as long as an app that it signed is installed.
    ///
    /// # Errors
    ///
    /// [`DocumentError`]; the device then keeps the store that it has.
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

    /// Returns the one of higher serial; this one if they are equal. So a firmware finds at its start whether the store
    /// that it was built with or the one that it has kept is to be used.
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

/// A key that can never have signed anything is a mistake of whoever made the store.
fn is_usable(public: &[u8; 32]) -> bool {
    VerifyingKey::from_bytes(public).is_ok_and(|key| !key.is_weak())
}

impl fmt::Display for DocumentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed => {
                f.write_str("this is no trust store, or a part of one: make it again")
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
                    "key {key} may not change which keys are trusted: have another seal it"
                )
            }
            Self::BadSignature => f.write_str("the trust store was changed after it was sealed"),
            Self::Old { present, offered } => {
                write!(
                    f,
                    "serial {offered} is not above {present}, which is there: raise it"
                )
            }
            Self::EpochBack { present, offered } => {
                write!(
                    f,
                    "epoch {offered} is before {present}, which is there: raise it"
                )
            }
            Self::NoRotation => f.write_str(
                "it leaves no active key that may change which keys are trusted: keep one",
            ),
        }
    }
}

impl core::error::Error for DocumentError {}
