use core::fmt;

use akira_caps::{CapabilitySet, Quotas, Text};
use ed25519_dalek::{Signature, VerifyingKey};
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};

use crate::AppScope;

/// DER encoding that precedes the 32 bytes of an ed25519 public key (RFC 8410, section 4).
pub(crate) const DER_PREFIX: [u8; 12] = [48, 42, 48, 5, 6, 3, 43, 101, 112, 3, 33, 0];

/// Identifier of a public key: the SHA-256 of its DER form, as in MCUboot's `KEYHASH` and
/// `imgtool getpubhash`.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct KeyId(pub [u8; 32]);

/// Key whose packages the device accepts, with the limits for the apps that the key signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TrustedKey {
    /// Name of the key, shown to users.
    pub name: Text<31>,
    /// The ed25519 public key itself.
    pub public: [u8; 32],
    /// Whether the key is active, retired or revoked.
    pub state: KeyState,
    /// Number of the key's owner. An app that one key has signed may be updated by any key with the
    /// same owner number.
    pub owner: u16,
    /// Whether the key may sign a new [`TrustStore`](crate::TrustStore), and thereby change every
    /// key.
    pub may_rotate: bool,
    /// Last [epoch](crate::TrustStore::epoch) in which apps signed by the key may be installed.
    pub last_epoch: u32,
    /// Ceiling: the maximum set of capabilities that an app signed by the key may be granted.
    pub ceiling: CapabilitySet,
    /// Maximum of each quota that an app signed by the key may have; zero means no limit.
    pub limits: Quotas,
    /// Apps that the key may sign.
    pub apps: AppScope,
}

/// Whether a trusted key may sign new packages, and whether its installed apps may start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyState {
    /// Apps that the key signed can be installed and started.
    Active,
    /// Apps that the key signed can still be started, but no longer installed: the key has a
    /// successor.
    Retired,
    /// Apps that the key signed can neither be installed nor started, because the key is
    /// compromised.
    Revoked,
}

impl TrustedKey {
    /// Creates an active key of `owner` for every app, with no quota limits and no last epoch. The
    /// key may grant no capability until [`ceiling`](Self::ceiling) is set.
    ///
    /// Returns `None` if the name is longer than 31 bytes.
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

    /// Returns whether the key made `signature` of `message`. The check is strict: a signature has
    /// only one valid form, and keys of small order are rejected (RFC 8032, section 8.4, and the
    /// documentation of `verify_strict`).
    pub(crate) fn has_signed(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        VerifyingKey::from_bytes(&self.public).is_ok_and(|key| {
            let signature = Signature::from_bytes(signature);
            key.verify_strict(message, &signature).is_ok()
        })
    }

    /// Returns the key id that wasmsign2 writes for the key: the first 12 bytes of the HMAC-SHA256
    /// of `key_id` with the public key as the secret.
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
    /// Returns the identifier of the ed25519 public key with these bytes.
    pub fn of(public: &[u8; 32]) -> Self {
        let hash = Sha256::new().chain_update(DER_PREFIX).chain_update(public);
        Self(hash.finalize().into())
    }
}

impl fmt::Display for KeyId {
    /// Writes the first 8 bytes in hexadecimal. The format `{:#}` writes all 32 bytes.
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
