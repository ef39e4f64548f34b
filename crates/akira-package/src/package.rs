use core::fmt;
use core::ops::Range;

use akira_caps::CapabilitySet;

use crate::KeyId;

/// A verified package: its contents and its signer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Package {
    /// Format of the package.
    pub container: Container,
    /// Range of the WebAssembly module in the package.
    pub payload: Range<u32>,
    /// Size of the package in bytes.
    pub size: u32,
    /// SHA-256 of the whole package.
    pub sha256: [u8; 32],
    /// Hash that the signature covers: MCUboot's, which its tools show, or wasmsign2's.
    pub signed_hash: Option<[u8; 32]>,
    /// Signer of the package.
    pub trust: Trust,
    /// Version in the MCUboot header.
    pub version: Option<ImageVersion>,
    /// MCUboot's security counter.
    pub security_counter: Option<u32>,
}

impl Package {
    /// Returns the module within the bytes of the package, or `None` if the bytes are too short to be this package.
    pub fn module<'b>(&self, package: &'b [u8]) -> Option<&'b [u8]> {
        let start = usize::try_from(self.payload.start).ok()?;
        let end = usize::try_from(self.payload.end).ok()?;
        package.get(start..end)
    }

    /// Returns the trusted key that signed the package.
    pub fn signer(&self) -> Option<KeyId> {
        match self.trust {
            Trust::Key(id) => Some(id),
            Trust::Developer { .. } => None,
        }
    }
}

/// Format of a package.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Container {
    /// A module with no signature.
    Bare,
    /// A module whose first section is a signature by wasmsign2.
    Wasmsign,
    /// A module with a detached signature by wasmsign2.
    Detached,
    /// MCUboot's image format.
    Boot,
}

/// The signer of a package.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// A trusted key.
    Key(KeyId),
    /// Nobody: the package is accepted because developer mode is on.
    Developer {
        /// Reason why there is no trusted signer.
        why: Untrusted,
        /// Maximum set of capabilities of the app.
        ceiling: CapabilitySet,
    },
}

/// Reason why a package has no trusted signer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Untrusted {
    /// The package has no signature.
    NotSigned,
    /// The signature is by an untrusted key, and was not checked.
    UnknownKey,
}

/// The version in an MCUboot header, as `imgtool sign --version` takes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ImageVersion {
    /// The first number.
    pub major: u8,
    /// The second number.
    pub minor: u8,
    /// The third number.
    pub revision: u16,
    /// The number after `+`.
    pub build: u32,
}

impl fmt::Display for ImageVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [major, minor] = [self.major, self.minor];
        write!(f, "{major}.{minor}.{}", self.revision)?;
        match self.build {
            0 => Ok(()),
            build => write!(f, "+{build}"),
        }
    }
}

impl fmt::Display for Container {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bare => "bare module",
            Self::Wasmsign => "module with an embedded signature",
            Self::Detached => "module with a detached signature",
            Self::Boot => "MCUboot container",
        })
    }
}

impl fmt::Display for Trust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(id) => write!(f, "signed by key {id}"),
            Self::Developer { why, .. } => write!(f, "{why}; taken in developer mode"),
        }
    }
}

impl fmt::Display for Untrusted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotSigned => "not signed",
            Self::UnknownKey => "signed by a key that is not trusted",
        })
    }
}
