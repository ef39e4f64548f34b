use alloc::rc::{Rc, Weak};
use alloc::vec::Vec;
use core::fmt;

/// The WebAssembly module of an installed app, as bytes that stay unchanged while the app is
/// installed.
#[derive(Clone)]
pub enum Image {
    /// The bytes are part of the firmware.
    Static(&'static [u8]),
    /// The bytes are read in place from memory-mapped flash.
    Mapped(MappedImage),
    /// The bytes are in RAM.
    Shared(Rc<[u8]>),
}

/// Bytes in memory-mapped flash. The owner of the flash must not write there while a clone of this
/// value exists.
#[derive(Clone)]
pub struct MappedImage {
    bytes: &'static [u8],
    lent: Rc<()>,
}

impl Image {
    /// Creates an image from bytes in memory-mapped flash that stay unchanged while a clone of the
    /// image exists. The returned `Weak` tells the owner of the flash when it may write there: once
    /// the [strong count](Weak::strong_count) is 0, the last clone is dropped.
    pub fn mapped(bytes: &'static [u8]) -> (Self, Weak<()>) {
        let lent = Rc::new(());
        let owners = Rc::downgrade(&lent);
        (Self::Mapped(MappedImage { bytes, lent }), owners)
    }

    /// Returns the bytes of the WebAssembly module.
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Static(bytes) => bytes,
            Self::Mapped(image) => image.bytes,
            Self::Shared(bytes) => bytes,
        }
    }
}

impl From<&'static [u8]> for Image {
    fn from(bytes: &'static [u8]) -> Self {
        Self::Static(bytes)
    }
}

impl From<Vec<u8>> for Image {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Shared(bytes.into())
    }
}

impl From<Rc<[u8]>> for Image {
    fn from(bytes: Rc<[u8]>) -> Self {
        Self::Shared(bytes)
    }
}

impl fmt::Debug for Image {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Image({} bytes)", self.bytes().len())
    }
}

impl fmt::Debug for MappedImage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MappedImage")
            .field("bytes", &self.bytes.len())
            .field("owners", &Rc::strong_count(&self.lent))
            .finish()
    }
}
