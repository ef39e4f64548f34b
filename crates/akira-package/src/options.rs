use akira_caps::CapabilitySet;

use crate::claim::Claim;
use crate::{Error, KeyId, Trust, TrustStore, Untrusted};

/// The largest package that is taken unless the options say otherwise, in bytes: as much as AkiraOS takes.
pub const MAX_SIZE: u32 = 4 << 20;

/// How a package is to be verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options<'a> {
    /// The detached signature that `wasmsign2 sign -S` wrote beside a bare module.
    pub signature: Option<&'a [u8]>,
    /// Whether packages that nobody has signed are taken.
    pub developer: DeveloperMode,
    /// What the package is verified for.
    pub purpose: Purpose,
    /// How many bytes were announced, where the transport says so. Fewer are truncated, more are refused.
    pub size: Option<u32>,
    /// The largest package that is taken, in bytes.
    pub max_size: u32,
}

impl Default for Options<'_> {
    /// To install a package of up to [`MAX_SIZE`] that a trusted key has signed.
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

/// Whether packages that nobody has signed are taken: a decision for each device that its user can see, since the
/// package says so too.
///
/// It waives trust, not integrity: hashes must be right, and a signature of a trusted key must be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DeveloperMode {
    /// What is not signed by a trusted key is refused.
    #[default]
    Off,
    /// What is not signed, or by a key that is not known, is taken.
    On {
        /// The most that it gets.
        ceiling: CapabilitySet,
    },
}

/// What a package is verified for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Purpose {
    /// To be installed: its key must be active.
    #[default]
    Install,
    /// To be started, having been installed before: its key may be retired or past its last epoch, but not revoked.
    Start,
}

/// What decides whether a package has a trusted signer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TrustCheck<'a> {
    pub(crate) store: &'a TrustStore,
    /// All but the signature.
    pub(crate) options: Options<'static>,
    /// What the detached signature says, if there is one.
    pub(crate) detached: Option<Result<Claim, Error>>,
}

impl<'a> TrustCheck<'a> {
    /// Reads the detached signature, so that it need not stay.
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

    /// Says who the signer is of what this key has signed, or of what nobody has.
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
