use alloc::rc::Rc;
use core::fmt;

/// The bytes of an installed app.
#[derive(Clone)]
pub enum Image {
    /// Part of the firmware, or read in place from memory-mapped flash.
    Static(&'static [u8]),
    /// In RAM.
    Shared(Rc<[u8]>),
}

impl Image {
    /// Returns the bytes.
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Static(bytes) => bytes,
            Self::Shared(bytes) => bytes,
        }
    }
}

impl From<&'static [u8]> for Image {
    fn from(bytes: &'static [u8]) -> Self {
        Self::Static(bytes)
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
