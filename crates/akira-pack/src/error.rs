use core::fmt;

use akira_caps::ManifestError;

/// Reason why a package or a key could not be made or read.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The bytes are no WebAssembly module: build the module again, or pass the right file.
    NotAModule(wasmparser::BinaryReaderError),
    /// The bytes are a WebAssembly component, which devices do not run: build a core module.
    Component,
    /// The manifest is invalid; the inner error names the place and the reason.
    Manifest(ManifestError),
    /// The input, of this many bytes, is too large for the format.
    TooLarge(usize),
    /// The header of an MCUboot container cannot have this size: use 32 to 65535 bytes.
    HeaderSize(u16),
    /// The input is no key in a supported form: a file of `wasmsign2 keygen`, or PEM as
    /// `imgtool keygen -t ed25519` writes it.
    NotAKey,
    /// The input is a secret key where a public one is expected, or the reverse.
    WrongHalf,
    /// The PEM is encrypted: write it without a password first (`openssl pkey`).
    EncryptedKey,
    /// The host's random number generator failed.
    Random(getrandom::Error),
    /// The `.akpkg` is refused for this reason.
    Akpkg(AkpkgError),
}

/// Reason why an `.akpkg` is refused.
#[derive(Debug)]
#[non_exhaustive]
pub enum AkpkgError {
    /// The file is not compressed with gzip.
    Compression,
    /// The file would unpack to more bytes than [`MAX_AKPKG`](crate::MAX_AKPKG).
    TooLarge {
        /// Declared size in bytes, or the number of bytes that were unpacked before the refusal.
        size: u64,
        /// Maximum unpacked size in bytes.
        limit: u32,
    },
    /// The gzip or tar data is damaged, or ends too early: transfer the file again.
    Damaged(std::io::Error),
    /// The unpacked size differs from the declared size, or data follows the end of the gzip data.
    Size,
    /// The archive has more files than this maximum.
    TooManyFiles(usize),
    /// The entry with this name is no plain file: its name contains folders, or it is a link, a
    /// device or similar.
    NotAFile(String),
    /// Two files have this name.
    Duplicate(String),
    /// A file is larger than AkiraOS accepts.
    FileTooLarge {
        /// Name of the file.
        name: &'static str,
        /// Size of the file in bytes.
        size: usize,
        /// Maximum size of the file in bytes.
        limit: usize,
    },
    /// The archive contains no `app.wasm`, only the ahead-of-time compiled `app.aot`: pack the
    /// module that it was compiled from.
    Aot,
    /// The archive contains no `app.wasm`.
    NoApp,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAModule(error) => write!(f, "not a WebAssembly module: {error}"),
            Self::Component => f.write_str("this is a component: build a core module"),
            Self::Manifest(error) => write!(f, "the manifest is invalid: {error}"),
            Self::TooLarge(size) => write!(f, "{size} bytes are too many for a package"),
            Self::HeaderSize(size) => write!(f, "a header of {size} bytes is not supported: use 32 to 65535 bytes"),
            Self::NotAKey => f.write_str(
                "not an ed25519 key: use a file of `wasmsign2 keygen` or of `imgtool keygen -t ed25519`",
            ),
            Self::WrongHalf => f.write_str(
                "this is the other half of a key pair: a device needs the public key, signing needs the secret key",
            ),
            Self::EncryptedKey => {
                f.write_str("the key is encrypted: write it without a password with `openssl pkey`")
            }
            Self::Random(error) => write!(f, "the random number generator of this host failed: {error}"),
            Self::Akpkg(error) => write!(f, "the .akpkg is refused: {error}"),
        }
    }
}

impl fmt::Display for AkpkgError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Compression => f.write_str("it is not compressed with gzip"),
            Self::TooLarge { size, limit } => {
                write!(
                    f,
                    "it unpacks to {size} bytes or more; the maximum is {limit}"
                )
            }
            Self::Damaged(error) => write!(f, "it is damaged: {error}; transfer it again"),
            Self::Size => f.write_str("its unpacked size differs from the declared size"),
            Self::TooManyFiles(limit) => write!(f, "it has more than {limit} files"),
            Self::NotAFile(name) => write!(f, "{name:?} is not a regular file at the top level"),
            Self::Duplicate(name) => write!(f, "it contains {name:?} twice"),
            Self::FileTooLarge { name, size, limit } => {
                write!(f, "{name} has {size} bytes; the maximum is {limit}")
            }
            Self::Aot => {
                f.write_str("it contains only app.aot: pack the app.wasm that it was made from")
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
