use core::fmt;

use akira_caps::{CapabilitySet, Quotas, Text};
use ed25519_dalek::{Signature, VerifyingKey};
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};

use crate::AppScope;

/// DER prefix of the 32 bytes of an ed25519 key (RFC 8410, section 4).
pub(crate) const DER_PREFIX: [u8; 12] = [48, 42, 48, 5, 6, 3, 43, 101, 112, 3, 33, 0];

/// Identifier of a public key: the SHA-256 of its DER form, as in MCUboot's `KEYHASH` and `imgtool getpubhash`.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct KeyId(pub [u8; 32]);

/// A key whose packages the device accepts, with the limits for its apps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TrustedKey {
    /// Name of the owner, for people.
    pub name: Text<31>,
    /// The ed25519 public key.
    pub public: [u8; 32],
    /// Present state of the key.
    pub state: KeyState,
    /// Number of the owner. Keys with the same number belong together: an app that one has signed may be updated by
    /// another.
    pub owner: u16,
    /// Whether the key may sign a new [`TrustStore`](crate::TrustStore): then it can change every key.
    pub may_rotate: bool,
    /// Last epoch of the trust store in which the key may sign apps for installation.
    pub last_epoch: u32,
    /// Maximum set of capabilities that the key may grant.
    pub ceiling: CapabilitySet,
    /// Maximum of each quota that the key may give; zero is no limit.
    pub limits: Quotas,
    /// Apps that the key may sign.
    pub apps: AppScope,
}

/// State of a trusted key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyState {
    /// The key is valid for every purpose.
    Active,
    /// Apps that the key signed still run, but cannot be installed: the successor signs.
    Retired,
    /// Apps that the key signed are neither installed nor started: the key is compromised.
    Revoked,
}

impl TrustedKey {
    /// Makes an active key of `owner` for every app, with no quota limits and no last epoch. It may grant no capability
    /// yet.
    ///
    /// `None` if the name is longer than 31 bytes.
    ///
    /// ```
    /// use akira_caps::{Capability, CapabilitySet};
    /// use akira_package::TrustedKey;
    /// # const PUBLIC: [u8; 32] = [1; 32];
    /// const KEY: TrustedKey = TrustedKey {
    ///     ceiling: CapabilitySet::of(&[Capability::DisplayWrite, Capability::InputRead]),
    ///     ..TrustedKey::new("games", PUBLIC, 1).expect("the name is short")
    /// };
    /// ```
    pub const fn new(name: &str, public: [u8; 32], owner: u16) -> Option<Self> {
        let Some(name) = Text::of(name) else {
            return None;
        };
        Some(Self {
            name,
            public,
            state: KeyState::Active,
            owner,
            may_rotate: false,
            last_epoch: u32::MAX,
            ceiling: CapabilitySet::EMPTY,
            limits: NO_LIMITS,
            apps: AppScope::ALL,
        })
    }

    /// Returns the identifier of the key.
    pub fn id(&self) -> KeyId {
        KeyId::of(&self.public)
    }

    /// Returns whether the key made `signature` of `message`. Strict: one signature has one form, and keys of small
    /// order sign nothing (RFC 8032, section 8.4, and the documentation of `verify_strict`).
    pub(crate) fn has_signed(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        VerifyingKey::from_bytes(&self.public).is_ok_and(|key| {
            let signature = Signature::from_bytes(signature);
            key.verify_strict(message, &signature).is_ok()
        })
    }

    /// Returns the key id that wasmsign2 writes for the key: the first 12 bytes of the HMAC-SHA256 of `key_id`
    /// with the public key as the secret.
    pub(crate) fn wasmsign_id(&self) -> [u8; 12] {
        let mut id = [0; 12];
        // HMAC accepts a key of any length.
        if let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.public) {
            mac.update(b"key_id");
            let mac = mac.finalize().into_bytes();
            id.iter_mut().zip(mac).for_each(|(to, from)| *to = from);
        }
        id
    }
}

const NO_LIMITS: Quotas = Quotas::NONE;

impl KeyId {
    /// Returns the identifier of the key with these bytes.
    pub fn of(public: &[u8; 32]) -> Self {
        let hash = Sha256::new().chain_update(DER_PREFIX).chain_update(public);
        Self(hash.finalize().into())
    }
}

impl fmt::Display for KeyId {
    /// Writes the first 8 bytes in hexadecimal; with `#`, all 32.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = if f.alternate() { 32 } else { 8 };
        let mut bytes = self.0.iter().take(shown);
        bytes.try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyId({self})")
    }
}
