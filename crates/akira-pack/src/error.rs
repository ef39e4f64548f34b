use core::fmt;

use akira_caps::ManifestError;

/// Why a package or a key was not made or read.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The bytes are no WebAssembly module: build it again, or name the right file.
    NotAModule(wasmparser::BinaryReaderError),
    /// They are a component, of which no device runs any: build a core module.
    Component,
    /// The manifest is wrong, at the place that it says.
    Manifest(ManifestError),
    /// It is larger than the format can say, in bytes.
    TooLarge(usize),
    /// The header size is not 32 to 65535.
    HeaderSize(u16),
    /// No key in a form that is known: a file of `wasmsign2 keygen`, or PEM as `imgtool keygen -t ed25519` writes it.
    NotAKey,
    /// A secret key where a public one is wanted, or the reverse.
    WrongHalf,
    /// The PEM is encrypted: write it without a password first (`openssl pkey`).
    EncryptedKey,
    /// The host has no randomness for a key.
    Random(getrandom::Error),
    /// It is no `.akpkg` that can be taken.
    Akpkg(AkpkgError),
}

/// Why an `.akpkg` is refused.
#[derive(Debug)]
#[non_exhaustive]
pub enum AkpkgError {
    /// It is not compressed with gzip.
    Compression,
    /// It would unpack to more than is taken.
    TooLarge {
        /// What it says of itself, or what was unpacked before it was refused, in bytes.
        size: u64,
        /// The most that is taken.
        limit: u32,
    },
    /// The compressed or the archived data are damaged, or end too early: transfer it again.
    Damaged(std::io::Error),
    /// What it unpacks to is not of the size that it says, or something follows it.
    Size,
    /// It has more files than are taken.
    TooManyFiles(usize),
    /// A name with folders, a link, a device, or whatever else is no plain file.
    NotAFile(String),
    /// Two files of this name.
    Duplicate(String),
    /// A file that is larger than AkiraOS takes.
    FileTooLarge {
        /// Its name.
        name: &'static str,
        /// Its bytes.
        size: usize,
        /// The most that is taken.
        limit: usize,
    },
    /// There is no `app.wasm` in it, only the ahead-of-time `app.aot`: pack the module.
    Aot,
    /// There is no `app.wasm` in it.
    NoApp,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAModule(error) => write!(f, "this is no WebAssembly module: {error}"),
            Self::Component => f.write_str("this is a component: build a core module"),
            Self::Manifest(error) => write!(f, "the manifest is wrong: {error}"),
            Self::TooLarge(size) => write!(f, "{size} bytes are more than a package can have"),
            Self::HeaderSize(size) => write!(f, "a header of {size} bytes: take 32 to 65535"),
            Self::NotAKey => f.write_str(
                "this is no ed25519 key: take a file of `wasmsign2 keygen` or of `imgtool keygen -t ed25519`",
            ),
            Self::WrongHalf => f.write_str(
                "this is the other half of a key pair: a device is given the public one, signing takes the secret one",
            ),
            Self::EncryptedKey => {
                f.write_str("the key is encrypted: write it without a password with `openssl pkey`")
            }
            Self::Random(error) => write!(f, "this host has no randomness for a key: {error}"),
            Self::Akpkg(error) => write!(f, "the .akpkg is refused: {error}"),
        }
    }
}

impl fmt::Display for AkpkgError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Compression => f.write_str("it is not compressed with gzip"),
            Self::TooLarge { size, limit } => {
                write!(f, "it unpacks to {size} bytes or more, {limit} are taken")
            }
            Self::Damaged(error) => write!(f, "it is damaged: {error}; transfer it again"),
            Self::Size => f.write_str("it is not of the size that it says"),
            Self::TooManyFiles(limit) => write!(f, "it has more than {limit} files"),
            Self::NotAFile(name) => write!(f, "{name:?} is no plain file at its top"),
            Self::Duplicate(name) => write!(f, "{name:?} is in it twice"),
            Self::FileTooLarge { name, size, limit } => {
                write!(f, "{name} has {size} bytes, {limit} are taken")
            }
            Self::Aot => {
                f.write_str("it has app.aot only: pack the app.wasm that it was made from")
            }
            Self::NoApp => f.write_str("it has no app.wasm"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::NotAModule(error) => Some(error),
            Self::Manifest(error) => Some(error),
            Self::Akpkg(error) => Some(error),
            _ => None,
        }
    }
}

impl std::error::Error for AkpkgError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Damaged(error) => Some(error),
            _ => None,
        }
    }
}

impl From<AkpkgError> for Error {
    fn from(error: AkpkgError) -> Self {
        Self::Akpkg(error)
    }
}
