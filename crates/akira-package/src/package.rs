use core::fmt;
use core::ops::Range;

use akira_caps::CapabilitySet;

use crate::KeyId;

/// Description of a verified package: its contents and its signer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Package {
    /// Format in which the package was delivered.
    pub container: Container,
    /// Byte range of the WebAssembly module within the package.
    pub payload: Range<u32>,
    /// Size of the package in bytes.
    pub size: u32,
    /// SHA-256 of the whole package.
    pub sha256: [u8; 32],
    /// Hash that the signature covers: MCUboot's hash, which MCUboot's tools show, or wasmsign2's.
    /// `None` for a bare module.
    pub signed_hash: Option<[u8; 32]>,
    /// Signer of the package, or the reason why it has no trusted signer.
    pub trust: Trust,
    /// Version in the MCUboot header; `None` for all other formats.
    pub version: Option<ImageVersion>,
    /// MCUboot's security counter; `None` if the package has none.
    pub security_counter: Option<u32>,
}

impl Package {
    /// Returns the module within the bytes of the package, or `None` if the bytes are too short to
    /// be this package.
    pub fn module<'b>(&self, package: &'b [u8]) -> Option<&'b [u8]> {
        let start = usize::try_from(self.payload.start).ok()?;
        let end = usize::try_from(self.payload.end).ok()?;
        package.get(start..end)
    }

    /// Returns the trusted key that signed the package, or `None` if it was accepted in developer
    /// mode.
    pub fn signer(&self) -> Option<KeyId> {
        match self.trust {
            Trust::Key(id) => Some(id),
            Trust::Developer { .. } => None,
        }
    }
}

/// Format of a package, as [`Package::container`] reports it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Container {
    /// A module with no signature.
    Bare,
    /// A module whose first section is a signature by wasmsign2.
    Wasmsign,
    /// A module with a detached signature by wasmsign2.
    Detached,
    /// An MCUboot container whose payload is the module.
    Boot,
}

/// Result of the signer check of an accepted package.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// The trusted key with this identifier signed the package.
    Key(KeyId),
    /// No trusted key signed the package; it is accepted because developer mode is on.
    Developer {
        /// Reason why the package has no trusted signer.
        why: Untrusted,
        /// Maximum set of capabilities that the app may be granted.
        ceiling: CapabilitySet,
    },
}

/// Reason why a package has no trusted signer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Untrusted {
    /// The package has no signature.
    NotSigned,
    /// The signature was made by an untrusted key, and was not checked.
    UnknownKey,
}

/// Version in an MCUboot header, written `major.minor.revision+build` for `imgtool sign --version`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ImageVersion {
    /// Major version: first number of `major.minor.revision`.
    pub major: u8,
    /// Minor version: second number of `major.minor.revision`.
    pub minor: u8,
    /// Revision: third number of `major.minor.revision`.
    pub revision: u16,
    /// Build number, written after `+`; 0 if omitted.
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
            Self::Developer { why, .. } => write!(f, "{why}; accepted in developer mode"),
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
