use crate::crc::Crc32;
use akira_runtime::abi::caps::AppName;
use alloc::rc::Rc;
use alloc::vec::Vec;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use core::fmt;

/// The most characters of a line of base64, as in MIME (RFC 2045, section 6.8).
const MAX_LINE: usize = 76;

/// The bytes that such a line can hold.
const LINE_BYTES: usize = MAX_LINE / 4 * 3;

/// What is to come: the name, the size and the CRC-32 of an app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Parcel {
    pub(crate) name: AppName,
    pub(crate) size: usize,
    pub(crate) crc: Option<u32>,
}

/// An app that is coming, line by line.
#[derive(Debug)]
pub(crate) struct Upload {
    pub(crate) parcel: Parcel,
    bytes: Rc<[u8]>,
    received: usize,
    crc: Crc32,
}

/// Why a line was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LineError {
    TooLong,
    NotBase64,
    TooMuch { size: usize },
}

/// Why an upload that has ended is not an app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UploadError {
    Short { received: usize, size: usize },
    Crc { received: u32, asked: u32 },
}

impl Upload {
    /// Makes room for an app, if there is.
    pub(crate) fn new(parcel: Parcel) -> Option<Self> {
        Some(Self {
            bytes: zeroes(parcel.size)?,
            parcel,
            received: 0,
            crc: Crc32::new(),
        })
    }

    /// Tells whether this can go on after the link was lost: without a CRC, what comes then may be another app.
    pub(crate) fn is_resumable(&self) -> bool {
        self.parcel.crc.is_some()
    }

    /// Returns how many bytes have come.
    pub(crate) fn received(&self) -> usize {
        self.received
    }

    /// Takes a line of base64; one that is refused changes nothing.
    pub(crate) fn take(&mut self, line: &str) -> Result<(), LineError> {
        if line.len() > MAX_LINE {
            return Err(LineError::TooLong);
        }
        let mut bytes = [0; LINE_BYTES];
        let count = STANDARD.decode_slice(line, &mut bytes);
        let bytes = count.ok().and_then(|count| bytes.get(..count));
        let bytes = bytes.ok_or(LineError::NotBase64)?;
        let end = self.received.saturating_add(bytes.len());
        // Nobody else has these bytes, so this copies nothing.
        let all = Rc::make_mut(&mut self.bytes);
        let place = all.get_mut(self.received..end);
        let size = self.parcel.size;
        place
            .ok_or(LineError::TooMuch { size })?
            .copy_from_slice(bytes);
        self.crc.update(bytes);
        self.received = end;
        Ok(())
    }

    /// Returns the bytes, if they are what was to come.
    pub(crate) fn finish(&self) -> Result<Rc<[u8]>, UploadError> {
        let (received, size) = (self.received, self.parcel.size);
        if received != size {
            return Err(UploadError::Short { received, size });
        }
        let received = self.crc.value();
        match self.parcel.crc {
            Some(asked) if asked != received => Err(UploadError::Crc { received, asked }),
            _ => Ok(self.bytes.clone()),
        }
    }
}

/// Makes shared zeroes in place, because an app is too large to have twice.
///
/// `Rc` cannot say that there is no room for it, so that is tried before with what can.
fn zeroes(size: usize) -> Option<Rc<[u8]>> {
    let with_counts = size.checked_add(4 * size_of::<usize>())?;
    let mut trial = Vec::<u8>::new();
    trial.try_reserve_exact(with_counts).ok()?;
    drop(trial);
    Some(core::iter::repeat_n(0, size).collect())
}

impl fmt::Display for LineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong => write!(f, "a line has at most {MAX_LINE} characters"),
            Self::NotBase64 => f.write_str("not base64 with its padding"),
            Self::TooMuch { size } => write!(f, "more than the {size} bytes that were to come"),
        }
    }
}

impl fmt::Display for UploadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Short { received, size } => write!(
                f,
                "the dot came after {received} of {size} bytes; send all of them first"
            ),
            Self::Crc { received, asked } => write!(
                f,
                "the CRC-32 is {received:08x}, not {asked:08x}; transfer it again"
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::zeroes;

    #[test]
    fn says_that_there_is_no_memory() {
        assert!(zeroes(usize::MAX).is_none());
        assert!(zeroes(isize::MAX as usize).is_none());
        assert_eq!(zeroes(3).as_deref(), Some([0; 3].as_slice()));
    }
}
