use core::fmt;

use akira_caps::{CapabilitySet, Text};

use crate::KeyId;

/// Why a package is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// It is no package: it begins neither as a module nor as an MCUboot container.
    NotAPackage,
    /// It is WAMR's ahead-of-time format: install the module that it was made from.
    Aot,
    /// It has no signature, and the device is not in developer mode: sign it.
    NotSigned,
    /// The key that signed it is not trusted, or, of a signature that names no key, none of those trusted made it.
    UnknownKey,
    /// Its key was revoked: have it signed by another.
    Revoked(KeyId),
    /// Its key is retired: have it signed by its successor.
    Retired(KeyId),
    /// Its key was good until an epoch that is past: have it signed by another, or update the trust store.
    Expired {
        /// The key.
        key: KeyId,
        /// Its last epoch.
        last_epoch: u32,
        /// The trust store's.
        epoch: u32,
    },
    /// The signature is not that of the key which it names: the package was changed, or signed wrongly.
    BadSignature,
    /// Its bytes are not those that were hashed: transfer it again.
    HashMismatch,
    /// It ends too early: transfer it again.
    Truncated,
    /// Something follows its end: an image that `imgtool` padded to a slot, or two files in one.
    TrailingBytes,
    /// It is larger than this device takes.
    TooLarge {
        /// Its bytes, as far as is known.
        size: u32,
        /// The most that is taken.
        limit: u32,
    },
    /// Its container is not as its format wants it.
    Malformed(Field),
    /// It is a component, and devices take modules.
    Component,
    /// It asks for something that nothing here does: make it without.
    Unsupported(Field),
    /// A detached signature came with a container that has its own: leave it out.
    TwoSignatures,
    /// Its key may not sign an app of this name.
    ForeignApp,
    /// It asks for capabilities that its key may not grant: ask for fewer, or have it signed by another key.
    BeyondCeiling(CapabilitySet),
    /// It asks for more than its key may give.
    BeyondQuota {
        /// The field of the manifest.
        field: &'static str,
        /// What it asks for.
        asked: u32,
        /// The most that its key may give.
        limit: u32,
    },
    /// A newer version is installed: uninstall that first, with its data.
    Downgrade {
        /// The version that is installed.
        installed: Text<15>,
        /// The one that was offered.
        offered: Text<15>,
    },
    /// Its security counter is below that of what is installed: no older version can come back.
    SecurityCounter {
        /// The counter of what is installed.
        installed: u32,
        /// The one that was offered.
        offered: u32,
    },
    /// An app of this name is installed that has another signer: uninstall that first, with its data.
    ForeignSigner,
}

/// A part of a container.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Field {
    /// The first eight bytes of a module.
    WasmHeader,
    /// wasmsign2's signature section, or the detached signature.
    SignatureSection,
    /// The sizes in MCUboot's header.
    ImageSize,
    /// The flags in MCUboot's header: encrypted, compressed or to be loaded to an address.
    ImageFlags,
    /// The payload of an MCUboot container, which is not a module.
    Payload,
    /// An area of type-length-value entries after the payload.
    TlvArea,
    /// One of those entries, of this type.
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
