use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use core::fmt;
use heapless::Vec;

/// Maximum length of a line of base64, as in MIME (RFC 2045, section 6.8).
const MAX_LINE: usize = 76;

/// Number of bytes that such a line can encode.
pub(crate) const LINE_BYTES: usize = MAX_LINE / 4 * 3;

/// Reason why a line was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LineError {
    TooLong,
    NotBase64,
}

/// Decodes a line of base64.
pub(crate) fn decode(line: &str) -> Result<Vec<u8, LINE_BYTES>, LineError> {
    if line.len() > MAX_LINE {
        return Err(LineError::TooLong);
    }
    let mut bytes = [0; LINE_BYTES];
    let count = STANDARD.decode_slice(line, &mut bytes);
    let count = count.map_err(|_| LineError::NotBase64)?;
    let bytes = bytes.get(..count).ok_or(LineError::NotBase64)?;
    Vec::from_slice(bytes).map_err(|_| LineError::NotBase64)
}

impl fmt::Display for LineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong => write!(f, "a line has at most {MAX_LINE} characters"),
            Self::NotBase64 => f.write_str("not base64 with its padding"),
        }
    }
}
