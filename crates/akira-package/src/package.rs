use core::fmt;
use core::ops::Range;

use akira_caps::CapabilitySet;

use crate::KeyId;

/// A package that has been verified: what it is, and who signed it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Package {
    /// What the app came in.
    pub container: Container,
    /// Where the WebAssembly module lies in the package.
    pub payload: Range<u32>,
    /// The bytes of the package.
    pub size: u32,
    /// The SHA-256 of all of them.
    pub sha256: [u8; 32],
    /// The hash that the signature is about: MCUboot's, which its tools show, or wasmsign2's.
    pub signed_hash: Option<[u8; 32]>,
    /// Its signer.
    pub trust: Trust,
    /// The version in an MCUboot header.
    pub version: Option<ImageVersion>,
    /// MCUboot's security counter.
    pub security_counter: Option<u32>,
}

impl Package {
    /// Returns the module in the bytes of the package, or `None` if they are not its.
    pub fn module<'b>(&self, package: &'b [u8]) -> Option<&'b [u8]> {
        let start = usize::try_from(self.payload.start).ok()?;
        let end = usize::try_from(self.payload.end).ok()?;
        package.get(start..end)
    }

    /// Returns the trusted key that signed it.
    pub fn signer(&self) -> Option<KeyId> {
        match self.trust {
            Trust::Key(id) => Some(id),
            Trust::Developer { .. } => None,
        }
    }
}

/// What an app came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Container {
    /// A module with no signature.
    Bare,
    /// A module whose first section is wasmsign2's signature.
    Wasmsign,
    /// A module whose signature of wasmsign2 came beside it.
    Detached,
    /// MCUboot's image format.
    Boot,
}

/// The signer of a package.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// A trusted key.
    Key(KeyId),
    /// Nobody: the device is in developer mode.
    Developer {
        /// What is missing.
        why: Untrusted,
        /// The most that it gets.
        ceiling: CapabilitySet,
    },
}

/// Why a package has no trusted signer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Untrusted {
    /// It has no signature.
    NotSigned,
    /// Its signature is of a key that is not trusted, and was not checked.
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
