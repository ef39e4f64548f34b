use core::fmt;

use akira_caps::{CapabilitySet, Text};

use crate::KeyId;

/// Reason why a package is refused, by verification or by
/// [`TrustStore::terms`](crate::TrustStore::terms).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// The package is neither a WebAssembly module nor an MCUboot container, judged by its first
    /// bytes.
    NotAPackage,
    /// The package is in WAMR's ahead-of-time format: install the module that it was compiled from.
    Aot,
    /// The package has no signature, and the device is not in developer mode: sign it.
    NotSigned,
    /// No trusted key signed the package: the signature names a key that is not trusted, or names
    /// no key and matches none of the trusted keys.
    UnknownKey,
    /// The package's key was revoked: sign the package with another key.
    Revoked(KeyId),
    /// The package's key is retired: sign the package with the key's successor.
    Retired(KeyId),
    /// The package's key has expired: sign the package with another key, or update the trust store.
    Expired {
        /// Id of the key.
        key: KeyId,
        /// Last epoch in which the key was valid.
        last_epoch: u32,
        /// Current epoch of the trust store.
        epoch: u32,
    },
    /// The signature is not valid for the key that it names: the package was changed, or signed
    /// incorrectly.
    BadSignature,
    /// The bytes do not match the package's hash: transfer the package again.
    HashMismatch,
    /// The package ends too early: transfer the package again.
    Truncated,
    /// Bytes follow the end of the package. Usual causes are an image that `imgtool` padded to a
    /// slot, and two files joined into one.
    TrailingBytes,
    /// The package is larger than the device accepts.
    TooLarge {
        /// Size of the package in bytes, as far as it is known.
        size: u32,
        /// Maximum size of a package in bytes.
        limit: u32,
    },
    /// This part of the package violates the package's format.
    Malformed(Field),
    /// The package is a WebAssembly component; devices accept core modules only.
    Component,
    /// This part of the package requires a feature that is not supported: make the package without
    /// that feature.
    Unsupported(Field),
    /// A detached signature was passed for an MCUboot container, which contains its own signature:
    /// omit the detached one.
    TwoSignatures,
    /// The package's key may not sign an app of this name.
    ForeignApp,
    /// The app requests these capabilities, which its key may not grant: request fewer, or sign the
    /// app with another key.
    BeyondCeiling(CapabilitySet),
    /// The app requests a larger quota than its key may give.
    BeyondQuota {
        /// Name of the quota's field in the manifest.
        field: &'static str,
        /// Amount that the app requests.
        asked: u32,
        /// Maximum amount that the key may give.
        limit: u32,
    },
    /// A newer version of the app is installed: first uninstall it, with its data.
    Downgrade {
        /// Version of the installed app.
        installed: Text<15>,
        /// Version of the refused package.
        offered: Text<15>,
    },
    /// The security counter of the package is lower than the counter of the installed version: sign
    /// the package with a higher counter.
    SecurityCounter {
        /// Security counter of the installed version.
        installed: u32,
        /// Security counter of the refused package.
        offered: u32,
    },
    /// The installed app of this name was signed by another owner's key: first uninstall it, with
    /// its data.
    ForeignSigner,
}

/// Part of a package that [`Error::Malformed`] or [`Error::Unsupported`] reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Field {
    /// The first eight bytes of a module.
    WasmHeader,
    /// The signature section of wasmsign2, or the detached signature.
    SignatureSection,
    /// The size fields in MCUboot's header.
    ImageSize,
    /// The flags in MCUboot's header, which may declare the image as encrypted, compressed or to be
    /// loaded to an address.
    ImageFlags,
    /// The payload of an MCUboot container; it is not a module.
    Payload,
    /// An area of type-length-value (TLV) entries after the payload of an MCUboot container.
    TlvArea,
    /// The TLV entry of this type in an MCUboot container.
    Tlv(u16),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::NotAPackage => f.write_str("not an app: neither a module nor an MCUboot container"),
            Self::Aot => f.write_str("this is ahead-of-time compiled: install the .wasm that it was made from"),
            Self::NotSigned => f.write_str("the app is not signed: sign it with imgtool or wasmsign2, or turn developer mode on"),
            Self::UnknownKey => f.write_str("the app is signed by a key that this device does not trust: have it signed by one that it does"),
            Self::Revoked(key) => write!(f, "key {key} was revoked: have the app signed by another"),
            Self::Retired(key) => write!(f, "key {key} is retired: have the app signed by its successor"),
            Self::Expired { key, last_epoch, epoch } => write!(
                f,
                "key {key} expired after epoch {last_epoch}; it is now {epoch}: have the app signed by another"
            ),
            Self::BadSignature => f.write_str("the signature is wrong: the app was changed after it was signed"),
            Self::HashMismatch => f.write_str("the data does not match the signature: transfer the app again"),
            Self::Truncated => f.write_str("the package ends too early: transfer it again"),
            Self::TrailingBytes => f.write_str("bytes follow the end of the package: do not pad it"),
            Self::TooLarge { size, limit } => write!(f, "the package has {size} bytes; the maximum is {limit}"),
            Self::Malformed(field) => write!(f, "{field} is malformed: make the package again"),
            Self::Component => f.write_str("this is a component, not a module: build for wasm32-unknown-unknown"),
            Self::Unsupported(field) => write!(f, "{field} requires an unsupported feature: make the package without it"),
            Self::TwoSignatures => f.write_str("the container has a signature of its own: omit the detached one"),
            Self::ForeignApp => f.write_str("the key may not sign an app of this name"),
            Self::BeyondCeiling(set) => beyond_ceiling(f, set),
            Self::BeyondQuota { field, asked, limit } => {
                write!(f, "\"{field}\" asks for {asked}, but the app's key may give at most {limit}")
            }
            Self::Downgrade { installed, offered } => write!(
                f,
                "version {offered} is older than the installed {installed}: uninstall that first"
            ),
            Self::SecurityCounter { installed, offered } => write!(
                f,
                "security counter {offered} is below the installed app's {installed}: sign it with a higher one"
            ),
            Self::ForeignSigner => f.write_str("the installed app of this name has another signer: uninstall that first"),
        }
    }
}

fn beyond_ceiling(f: &mut fmt::Formatter<'_>, set: CapabilitySet) -> fmt::Result {
    f.write_str("the app's key may not grant")?;
    for bit in set.bit_numbers() {
        match akira_caps::name_of(bit, &[]) {
            Some(name) => write!(f, " {name}")?,
            None => write!(f, " vendor capability {bit}")?,
        }
    }
    Ok(())
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WasmHeader => f.write_str("the header of the module"),
            Self::SignatureSection => f.write_str("the signature of wasmsign2"),
            Self::ImageSize => f.write_str("a size in the MCUboot header"),
            Self::ImageFlags => f.write_str("a flag in the MCUboot header"),
            Self::Payload => f.write_str("the MCUboot container's payload, which is not a module,"),
            Self::TlvArea => f.write_str("an area after the payload"),
            Self::Tlv(kind) => write!(f, "the entry of type {kind:#06x}"),
        }
    }
}

impl core::error::Error for Error {}
