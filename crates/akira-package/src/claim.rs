use crate::key::KeyId;
use crate::{Error, Field, TrustStore, TrustedKey};

/// Signature data as `wasmsign2 sign` writes it: one signature by one key of one hash, which covers
/// all bytes after the module header and the signature section. The format allows more hashes and
/// more signatures, but no signature would cover those bytes, so they are refused.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Claim {
    pub(crate) hash: [u8; 32],
    key: Option<[u8; 12]>,
    signature: [u8; 64],
}

/// Size of a claim with a key id, in bytes.
pub(crate) const MOST_BYTES: usize = 119;

/// Specification version 1, content type module, hash SHA-256. The signed message repeats these
/// bytes after [`DOMAIN`].
const KIND: [u8; 3] = [1, 1, 1];
/// Prefix of the signed message.
const DOMAIN: &[u8; 7] = b"wasmsig";

/// Encoding without a key id, split around the hash: one set of 0x66 bytes with one hash; one
/// signature of 0x43 bytes, with no id, of type ed25519, 64 bytes long.
const PLAIN: [&[u8]; 2] = [&[1, 0x66, 1], &[1, 0x43, 0, 1, 64]];
/// Encoding with a key id of 12 bytes, which stands between the last two of these pieces.
const WITH_KEY: [&[u8]; 3] = [&[1, 0x72, 1], &[1, 0x4F, 12], &[1, 64]];

impl Claim {
    /// Reads the payload of a signature section, or a detached signature.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, Error> {
        let claim = Self::parse_plain(bytes).or_else(|| Self::parse_with_key(bytes));
        claim.ok_or(Error::Malformed(Field::SignatureSection))
    }

    fn parse_plain(bytes: &[u8]) -> Option<Self> {
        let [before_hash, before_signature] = PLAIN;
        let rest = bytes.strip_prefix(&KIND)?.strip_prefix(before_hash)?;
        let (hash, rest) = rest.split_first_chunk()?;
        let signature = rest.strip_prefix(before_signature)?;
        Some(Self {
            hash: *hash,
            key: None,
            signature: signature.try_into().ok()?,
        })
    }

    fn parse_with_key(bytes: &[u8]) -> Option<Self> {
        let [before_hash, before_key, before_signature] = WITH_KEY;
        let rest = bytes.strip_prefix(&KIND)?.strip_prefix(before_hash)?;
        let (hash, rest) = rest.split_first_chunk()?;
        let (key, rest) = rest.strip_prefix(before_key)?.split_first_chunk()?;
        let signature = rest.strip_prefix(before_signature)?;
        Some(Self {
            hash: *hash,
            key: Some(*key),
            signature: signature.try_into().ok()?,
        })
    }

    /// Returns the trusted key that made the signature, regardless of the key's state.
    pub(crate) fn signer(&self, trust: &TrustStore) -> Result<KeyId, Error> {
        let Some(id) = self.key else {
            let mut keys = trust.keys();
            let signer = keys.find(|key| self.is_signed_by(key));
            return signer.map(TrustedKey::id).ok_or(Error::UnknownKey);
        };
        let mut keys = trust.keys();
        let named = keys.find(|key| key.wasmsign_id() == id);
        let named = named.ok_or(Error::UnknownKey)?;
        if self.is_signed_by(named) {
            Ok(named.id())
        } else {
            Err(Error::BadSignature)
        }
    }

    fn is_signed_by(&self, key: &TrustedKey) -> bool {
        let mut message = [0; DOMAIN.len() + KIND.len() + 32];
        let parts = DOMAIN.iter().chain(&KIND).chain(&self.hash);
        message
            .iter_mut()
            .zip(parts)
            .for_each(|(to, from)| *to = *from);
        key.has_signed(&message, &self.signature)
    }
}
