use core::ops::Range;

use wasmparser::{Encoding, Parser, Payload};

use crate::Error;

/// Byte range of the magic and the version.
pub(crate) const HEADER: Range<usize> = 0..8;

/// A section of a module.
pub(crate) struct Section<'a> {
    /// The whole section, with its id and size.
    pub(crate) bytes: &'a [u8],
    /// Name and contents if the section is a custom section.
    pub(crate) custom: Option<(&'a str, &'a [u8])>,
}

/// Returns the sections of a module, in order.
pub(crate) fn sections(module: &[u8]) -> Result<Vec<Section<'_>>, Error> {
    let mut sections = Vec::new();
    let mut start = HEADER.end;
    for payload in Parser::new(0).parse_all(module) {
        let payload = payload.map_err(Error::NotAModule)?;
        if let Payload::Version {
            encoding: Encoding::Component,
            ..
        } = payload
        {
            return Err(Error::Component);
        }
        let Some((_, contents)) = payload.as_section() else {
            continue;
        };
        let custom = match payload {
            Payload::CustomSection(custom) => Some((custom.name(), custom.data())),
            _ => None,
        };
        // The value is an offset into a slice, so it fits.
        let end = usize::try_from(contents.end).unwrap_or(usize::MAX);
        let bytes = module.get(start..end).unwrap_or_default();
        sections.push(Section { bytes, custom });
        start = end;
    }
    Ok(sections)
}

impl Section<'_> {
    /// Returns whether the section is a custom section of one of these names.
    pub(crate) fn is_named(&self, names: &[&str]) -> bool {
        self.custom.is_some_and(|(name, _)| names.contains(&name))
    }
}

/// Encodes a custom section.
pub(crate) fn custom(name: &str, contents: &[u8]) -> Result<Vec<u8>, Error> {
    let mut body = leb128(name.len())?;
    body.extend_from_slice(name.as_bytes());
    body.extend_from_slice(contents);
    let mut section = vec![0];
    section.extend(leb128(body.len())?);
    section.extend(body);
    Ok(section)
}

fn leb128(number: usize) -> Result<Vec<u8>, Error> {
    let mut left = u32::try_from(number).map_err(|_| Error::TooLarge(number))?;
    let mut bytes = Vec::with_capacity(5);
    while left > 0x7F {
        bytes.push(left as u8 | 0x80);
        left >>= 7;
    }
    bytes.push(left as u8);
    Ok(bytes)
}
