use core::fmt;

use akira_caps::{CapabilitySet, Text};

use crate::KeyId;

/// Reason why a package is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// The package begins neither as a module nor as an MCUboot container.
    NotAPackage,
    /// The package is in WAMR's ahead-of-time format: install the module that it was compiled from.
    Aot,
    /// The package has no signature, and the device is not in developer mode: sign it.
    NotSigned,
    /// The key that signed it is not trusted or, if the signature names no key, none of the trusted keys made it.
    UnknownKey,
    /// The key was revoked: sign the package with another key.
    Revoked(KeyId),
    /// The key is retired: sign the package with its successor.
    Retired(KeyId),
    /// The key has expired: sign the package with another key, or update the trust store.
    Expired {
        /// Id of the key.
        key: KeyId,
        /// Last epoch of the key.
        last_epoch: u32,
        /// Epoch of the trust store.
        epoch: u32,
    },
    /// The signature does not match the key that it names: the package was changed, or signed incorrectly.
    BadSignature,
    /// The bytes do not match the hash: transfer the package again.
    HashMismatch,
    /// The package ends too early: transfer it again.
    Truncated,
    /// Bytes follow the end of the package: an image that `imgtool` padded to a slot, or two files in one.
    TrailingBytes,
    /// The package is larger than this device accepts.
    TooLarge {
        /// Size in bytes, as far as it is known.
        size: u32,
        /// Maximum size in bytes.
        limit: u32,
    },
    /// This part of the container violates its format.
    Malformed(Field),
    /// The package is a component; devices accept core modules only.
    Component,
    /// The package requires a feature that is not supported: make it without that feature.
    Unsupported(Field),
    /// A detached signature accompanies a container that has its own: omit it.
    TwoSignatures,
    /// The key may not sign an app of this name.
    ForeignApp,
    /// The app asks for these capabilities, which its key may not grant: ask for fewer, or sign it with another key.
    BeyondCeiling(CapabilitySet),
    /// The app asks for a larger quota than its key may give.
    BeyondQuota {
        /// Field of the manifest.
        field: &'static str,
        /// Requested amount.
        asked: u32,
        /// Maximum that the key may give.
        limit: u32,
    },
    /// A newer version is installed: uninstall that first, with its data.
    Downgrade {
        /// Installed version.
        installed: Text<15>,
        /// Offered version.
        offered: Text<15>,
    },
    /// The security counter is below that of the installed version, so the older version is never accepted again.
    SecurityCounter {
        /// Counter of the installed version.
        installed: u32,
        /// Counter of the offered version.
        offered: u32,
    },
    /// The installed app of this name has another signer: uninstall that first, with its data.
    ForeignSigner,
}

/// A part of a container.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Field {
    /// The first eight bytes of a module.
    WasmHeader,
    /// The signature section of wasmsign2, or the detached signature.
    SignatureSection,
    /// The sizes in MCUboot's header.
    ImageSize,
    /// The flags in MCUboot's header: encrypted, compressed or to be loaded to an address.
    ImageFlags,
    /// The payload of an MCUboot container that is no module.
    Payload,
    /// An area of type-length-value entries after the payload.
    TlvArea,
    /// One of those entries, with this type.
    Tlv(u16),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::NotAPackage => f.write_str("this is no app: neither a module nor an MCUboot container"),
            Self::Aot => f.write_str("this is ahead-of-time compiled: install the .wasm that it was made from"),
            Self::NotSigned => f.write_str("the app is not signed: sign it with imgtool or wasmsign2, or turn developer mode on"),
            Self::UnknownKey => f.write_str("the app is signed by a key that this device does not trust: have it signed by one that it does"),
            Self::Revoked(key) => write!(f, "key {key} was revoked: have the app signed by another"),
            Self::Retired(key) => write!(f, "key {key} is retired: have the app signed by its successor"),
            Self::Expired { key, last_epoch, epoch } => write!(
                f,
                "key {key} was good until epoch {last_epoch}, and this is {epoch}: have the app signed by another"
            ),
            Self::BadSignature => f.write_str("the signature is wrong: the app was changed after it was signed"),
            Self::HashMismatch => f.write_str("the bytes are not those that were signed: transfer the app again"),
            Self::Truncated => f.write_str("the package ends too early: transfer it again"),
            Self::TrailingBytes => f.write_str("bytes follow the end of the package: do not pad it"),
            Self::TooLarge { size, limit } => write!(f, "the package has {size} bytes, this device takes {limit}"),
            Self::Malformed(field) => write!(f, "{field} is malformed: make the package again"),
            Self::Component => f.write_str("this is a component, and this device takes modules: build for wasm32-unknown-unknown"),
            Self::Unsupported(field) => write!(f, "{field} asks for what this device does not do: make the package without"),
            Self::TwoSignatures => f.write_str("the container has a signature of its own: leave the detached one out"),
            Self::ForeignApp => f.write_str("the key may not sign an app of this name"),
            Self::BeyondCeiling(set) => beyond_ceiling(f, set),
            Self::BeyondQuota { field, asked, limit } => {
                write!(f, "\"{field}\" asks for {asked}, but the app's key may give at most {limit}")
            }
            Self::Downgrade { installed, offered } => write!(
                f,
                "version {offered} is older than {installed}, which is installed: uninstall that first"
            ),
            Self::SecurityCounter { installed, offered } => write!(
                f,
                "security counter {offered} is below {installed} of what is installed: sign it with a higher one"
            ),
            Self::ForeignSigner => f.write_str("the app that is installed under this name is somebody else's: uninstall that first"),
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
            Self::Payload => {
                f.write_str("the payload of the MCUboot container, which is no module,")
            }
            Self::TlvArea => f.write_str("an area after the payload"),
            Self::Tlv(kind) => write!(f, "the entry of type {kind:#06x}"),
        }
    }
}

impl core::error::Error for Error {}
