use akira_caps::CapabilitySet;

use crate::claim::Claim;
use crate::{Error, KeyId, Trust, TrustStore, Untrusted};

/// Default maximum size of a package in bytes, the same as that of AkiraOS.
pub const MAX_SIZE: u32 = 4 << 20;

/// Options for the verification of a package, passed to [`Verifier::new`](crate::Verifier::new).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options<'a> {
    /// Detached signature of a bare module, as `wasmsign2 sign -S` writes it, or `None` if the
    /// package contains its signature.
    pub signature: Option<&'a [u8]>,
    /// Whether the device accepts packages without a trusted signer.
    pub developer: DeveloperMode,
    /// Whether the package is verified for installation or for a start of its app.
    pub purpose: Purpose,
    /// Size of the package in bytes as announced by the transport, or `None` if unknown. A shorter
    /// package is refused as truncated, and a longer one because of its trailing bytes.
    pub size: Option<u32>,
    /// Maximum accepted size of the package in bytes.
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

/// Whether a device accepts packages without a trusted signer. Each device decides this for itself,
/// and the verified package records the decision so that a user can see it.
///
/// Developer mode waives trust, not integrity: hashes must match, and a signature by a trusted key
/// must be valid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DeveloperMode {
    /// The device refuses a package that no trusted key has signed.
    #[default]
    Off,
    /// The device also accepts a package that is unsigned or signed with an unknown key.
    On {
        /// Maximum set of capabilities that the app of such a package may be granted.
        ceiling: CapabilitySet,
    },
}

/// Purpose for which a package is verified.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Purpose {
    /// Installation of the app: the key must be active and not expired.
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
    /// Parsed detached signature, or the error of parsing it.
    pub(crate) detached: Option<Result<Claim, Error>>,
}

impl<'a> TrustCheck<'a> {
    /// Parses the detached signature, so that its bytes need not outlive this call.
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

    /// Decides on the result of a signature check: returns the trusted key, or in developer mode
    /// the reason why the package has no trusted signer; otherwise refuses the package.
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
