use alloc::rc::{Rc, Weak};
use alloc::vec::Vec;
use core::fmt;

/// The bytes of an installed app.
#[derive(Clone)]
pub enum Image {
    /// Part of the firmware.
    Static(&'static [u8]),
    /// Read in place from memory-mapped flash.
    Mapped(MappedImage),
    /// In RAM.
    Shared(Rc<[u8]>),
}

/// Bytes in memory-mapped flash. They are borrowed only as long as a clone of this value exists, so that the owner of
/// the flash knows when it may write there.
#[derive(Clone)]
pub struct MappedImage {
    bytes: &'static [u8],
    lent: Rc<()>,
}

impl Image {
    /// Creates an image of bytes that stay unchanged as long as a clone of it exists. Keep the returned `Weak`: its
    /// [strong count](Weak::strong_count) is above zero until the last clone is dropped.
    pub fn mapped(bytes: &'static [u8]) -> (Self, Weak<()>) {
        let lent = Rc::new(());
        let owners = Rc::downgrade(&lent);
        (Self::Mapped(MappedImage { bytes, lent }), owners)
    }

    /// Returns the bytes.
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
