use akira_caps::CapabilitySet;

use crate::claim::Claim;
use crate::{Error, KeyId, Trust, TrustStore, Untrusted};

/// Default maximum size of a package in bytes, the same as that of AkiraOS.
pub const MAX_SIZE: u32 = 4 << 20;

/// Options for the verification of a package.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options<'a> {
    /// Detached signature of a bare module, as `wasmsign2 sign -S` writes it.
    pub signature: Option<&'a [u8]>,
    /// Whether unsigned packages are accepted.
    pub developer: DeveloperMode,
    /// Purpose of the verification.
    pub purpose: Purpose,
    /// Number of bytes that the transport announced, if it did. A package with fewer is truncated, one with more is
    /// refused.
    pub size: Option<u32>,
    /// Maximum size of a package in bytes.
    pub max_size: u32,
}

impl Default for Options<'_> {
    /// Returns options to install a package of up to [`MAX_SIZE`] that a trusted key has signed.
    fn default() -> Self {
        Self {
            signature: None,
            developer: DeveloperMode::Off,
            purpose: Purpose::Install,
            size: None,
            max_size: MAX_SIZE,
        }
    }
}

/// Whether unsigned packages are accepted: a decision for each device. The device's user can see it, since the verified
/// package records it.
///
/// Developer mode waives trust, not integrity: hashes must match, and a signature by a trusted key must be valid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DeveloperMode {
    /// Refuses a package that no trusted key has signed.
    #[default]
    Off,
    /// Accepts a package that is unsigned, or signed with an unknown key.
    On {
        /// Maximum set of capabilities of its app.
        ceiling: CapabilitySet,
    },
}

/// Purpose for which a package is verified.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Purpose {
    /// Installation: the key must be active.
    #[default]
    Install,
    /// Start of an installed app: the key may be retired or past its last epoch, but not revoked.
    Start,
}

/// Inputs for the decision whether a package has a trusted signer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TrustCheck<'a> {
    pub(crate) store: &'a TrustStore,
    /// All options except the signature.
    pub(crate) options: Options<'static>,
    /// Parsed detached signature, if there is one.
    pub(crate) detached: Option<Result<Claim, Error>>,
}

impl<'a> TrustCheck<'a> {
    /// Parses the detached signature, so that its bytes need not be kept.
    pub(crate) fn new(store: &'a TrustStore, options: &Options<'_>) -> Self {
        Self {
            store,
            options: Options {
                signature: None,
                ..*options
            },
            detached: options.signature.map(Claim::parse),
        }
    }

    /// Returns the signer for a result of the signature check, or refuses it: a trusted key, or nobody in developer
    /// mode.
    pub(crate) fn trust(&self, signer: Result<KeyId, Error>) -> Result<Trust, Error> {
        let checked = signer.and_then(|id| {
            let key = self.store.check(&id, self.options.purpose);
            key.map(|_| id)
        });
        match (checked, self.options.developer) {
            (Ok(id), _) => Ok(Trust::Key(id)),
            (Err(Error::NotSigned), DeveloperMode::On { ceiling }) => Ok(Trust::Developer {
                why: Untrusted::NotSigned,
                ceiling,
            }),
            (Err(Error::UnknownKey), DeveloperMode::On { ceiling }) => Ok(Trust::Developer {
                why: Untrusted::UnknownKey,
                ceiling,
            }),
            (Err(error), _) => Err(error),
        }
    }
}
