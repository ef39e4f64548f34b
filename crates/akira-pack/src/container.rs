use akira_package::ImageVersion;
use sha2::{Digest, Sha256};

use crate::sections::sections;
use crate::{Error, SigningKey};

const MAGIC: u32 = 0x96f3_b83d;
/// Flag that stops a boot loader from accepting an app as firmware, even if the same key signed
/// both.
const NON_BOOTABLE: u32 = 0x10;

/// Options for [`pack_container`]: the fields of an MCUboot container that do not follow from its
/// payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ContainerOptions {
    /// Version of the app, written to the header.
    pub version: ImageVersion,
    /// Security counter, or `None` to write none. A device refuses an update with a lower counter
    /// than the installed version's.
    pub security_counter: Option<u32>,
    /// Size of the header in bytes, at least 32, which is also the offset of the payload. Choose a
    /// larger size for an engine that needs its module at an aligned address.
    pub header_size: u16,
}

impl ContainerOptions {
    /// Creates options with a header of 32 bytes and no security counter.
    pub const fn new(version: ImageVersion) -> Self {
        Self {
            version,
            security_counter: None,
            header_size: 32,
        }
    }
}

/// Packs a module into an MCUboot container and signs it, as
/// `imgtool sign -H 0x20 --pad-header --non-bootable` does. Returns the bytes of the container.
///
/// # Errors
///
/// [`Error::NotAModule`] or [`Error::Component`] if the input is no core module,
/// [`Error::TooLarge`] if the module exceeds the format, [`Error::HeaderSize`] if the header size
/// is less than 32.
pub fn pack_container(
    module: &[u8],
    options: &ContainerOptions,
    key: &SigningKey,
) -> Result<Vec<u8>, Error> {
    sections(module)?;
    let protected = protected_area(options);
    let mut out = header(module.len(), protected.len(), options)?;
    out.extend_from_slice(module);
    out.extend_from_slice(&protected);
    let hash = Sha256::digest(&out);
    let entries = [
        entry(0x10, &hash),
        entry(0x01, &key.public().id().0),
        entry(0x24, &key.sign(&hash)),
    ];
    out.extend(area(0x6907, &entries.concat()));
    Ok(out)
}

fn header(size: usize, protected: usize, options: &ContainerOptions) -> Result<Vec<u8>, Error> {
    let header_size = options.header_size;
    if header_size < 32 {
        return Err(Error::HeaderSize(header_size));
    }
    let image_size = u32::try_from(size).map_err(|_| Error::TooLarge(size))?;
    let version = options.version;
    let mut out = Vec::with_capacity(usize::from(header_size) + size + 256);
    out.extend(MAGIC.to_le_bytes());
    // Load address, which an app does not use.
    out.extend([0; 4]);
    out.extend(header_size.to_le_bytes());
    out.extend((protected as u16).to_le_bytes());
    out.extend(image_size.to_le_bytes());
    out.extend(NON_BOOTABLE.to_le_bytes());
    out.extend([version.major, version.minor]);
    out.extend(version.revision.to_le_bytes());
    out.extend(version.build.to_le_bytes());
    out.resize(usize::from(header_size), 0);
    Ok(out)
}

/// Returns the TLV area after the payload that the hash covers, or no bytes if the area has no
/// entries.
fn protected_area(options: &ContainerOptions) -> Vec<u8> {
    let counter = options.security_counter;
    counter.map_or(Vec::new(), |counter| {
        area(0x6908, &entry(0x50, &counter.to_le_bytes()))
    })
}

/// Encodes a TLV area. Its entries have a few hundred bytes at most, so the size fits into 16 bits.
fn area(magic: u16, entries: &[u8]) -> Vec<u8> {
    let size = entries.len() as u16 + 4;
    [&magic.to_le_bytes()[..], &size.to_le_bytes(), entries].concat()
}

fn entry(kind: u16, value: &[u8]) -> Vec<u8> {
    let size = value.len() as u16;
    [&kind.to_le_bytes()[..], &size.to_le_bytes(), value].concat()
}
