//! Custom section that holds an app's manifest.

use std::ops::Range;

use anyhow::{Context, Result, bail};

/// Section name under which AkiraOS and this runtime look for the manifest.
pub(super) const NAME: &str = ".akira.manifest";

/// Returns the module with `manifest` as its last section. An older manifest is removed.
pub(crate) fn with_manifest(module: &[u8], manifest: &[u8]) -> Result<Vec<u8>> {
    let mut result = module.get(..8).context("shorter than a header")?.to_vec();
    for section in sections(module)? {
        if section.custom_name(module) != Some(NAME.as_bytes()) {
            result.extend_from_slice(&module[section.all]);
        }
    }
    result.extend(custom(NAME, manifest));
    Ok(result)
}

/// Returns the manifest in the module.
pub(super) fn manifest(module: &[u8]) -> Result<Option<&[u8]>> {
    let sections = sections(module)?;
    let found = sections
        .into_iter()
        .find(|s| s.custom_name(module) == Some(NAME.as_bytes()));
    Ok(found.map(|section| &module[section.body.start + 1 + NAME.len()..section.body.end]))
}

/// Returns an encoded custom section.
pub(super) fn custom(name: &str, data: &[u8]) -> Vec<u8> {
    let mut body = leb128(name.len());
    body.extend_from_slice(name.as_bytes());
    body.extend_from_slice(data);
    let mut section = vec![0];
    section.extend(leb128(body.len()));
    section.extend(body);
    section
}

/// Position of a section.
struct Section {
    all: Range<usize>,
    body: Range<usize>,
    id: u8,
}

impl Section {
    /// Returns the name of a custom section. The names used here are shorter than 128 bytes, so the
    /// length is one byte.
    fn custom_name<'a>(&self, module: &'a [u8]) -> Option<&'a [u8]> {
        let body = &module[self.body.clone()];
        let length = usize::from(*body.first()?);
        body.get(1..=length).filter(|_| self.id == 0)
    }
}

fn sections(module: &[u8]) -> Result<Vec<Section>> {
    let mut sections = Vec::new();
    let mut at = 8;
    while let Some(&id) = module.get(at) {
        let (size, body) = read_leb128(module, at + 1)?;
        let end = body + size;
        if end > module.len() {
            bail!("the section at {at} ends beyond the module");
        }
        sections.push(Section {
            all: at..end,
            body: body..end,
            id,
        });
        at = end;
    }
    Ok(sections)
}

fn leb128(mut value: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let low = (value & 0x7F) as u8;
        value >>= 7;
        if value == 0 {
            bytes.push(low);
            return bytes;
        }
        bytes.push(low | 0x80);
    }
}

/// Reads a number, and returns it with its end.
fn read_leb128(bytes: &[u8], start: usize) -> Result<(usize, usize)> {
    let mut value = 0;
    for (i, byte) in bytes.iter().skip(start).take(5).enumerate() {
        value |= usize::from(byte & 0x7F) << (7 * i);
        if byte & 0x80 == 0 {
            return Ok((value, start + i + 1));
        }
    }
    bail!("no number at {start}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const EMPTY: &[u8] = b"\0asm\x01\0\0\0";

    #[test]
    fn the_manifest_comes_back() {
        let module = with_manifest(EMPTY, b"{}").expect("the module is sound");
        assert_eq!(
            manifest(&module).expect("the module is sound"),
            Some(&b"{}"[..])
        );
        wasmparser::validate(&module).expect("the module is valid");
    }

    #[test]
    fn a_new_manifest_replaces_the_old_one_and_nothing_else() {
        let other = [EMPTY, &custom("name", b"kept")].concat();
        let old = with_manifest(&other, &[b' '; 300]).expect("the module is sound");
        let new = with_manifest(&old, b"{}").expect("the module is sound");
        assert_eq!(
            new,
            with_manifest(&other, b"{}").expect("the module is sound")
        );
    }

    #[test]
    fn a_section_that_ends_beyond_the_module_is_refused() {
        let broken = [EMPTY, &[0, 9, 1]].concat();
        assert!(with_manifest(&broken, b"{}").is_err());
        assert!(with_manifest(b"\0asm", b"{}").is_err());
        assert!(with_manifest(&[EMPTY, &[0, 0x80]].concat(), b"{}").is_err());
    }
}
