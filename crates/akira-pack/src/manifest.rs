use akira_caps::Manifest;

use crate::Error;
use crate::sections::{self, HEADER};

/// Name of the custom section in which AkiraOS's tools put the manifest, and two alternative names,
/// in order of precedence.
const SECTIONS: [&str; 3] = [".akira.manifest", "akira.manifest", "akira-manifest"];

/// Returns the module with the manifest embedded in a custom section. The manifest replaces any
/// existing one.
///
/// # Errors
///
/// [`Error::Manifest`] if a device would refuse the manifest, [`Error::NotAModule`] or
/// [`Error::Component`] if the input is no core module.
pub fn embed_manifest(module: &[u8], manifest: &[u8]) -> Result<Vec<u8>, Error> {
    Manifest::parse(manifest).map_err(Error::Manifest)?;
    let mut out = without(module, &SECTIONS)?;
    let [name, ..] = SECTIONS;
    out.extend(sections::custom(name, manifest)?);
    Ok(out)
}

/// Returns the manifest embedded in a module, or `None` if the module has none. If several sections
/// hold a manifest, the section name decides first, then the order, as on a device.
///
/// # Errors
///
/// [`Error::NotAModule`] or [`Error::Component`] if the input is no core module.
pub fn embedded_manifest(module: &[u8]) -> Result<Option<&[u8]>, Error> {
    let sections = sections::sections(module)?;
    let of = |name: &&str| sections.iter().find(|section| section.is_named(&[name]));
    let found = SECTIONS.iter().find_map(of);
    Ok(found
        .and_then(|section| section.custom)
        .map(|(_, contents)| contents))
}

/// Returns the module without custom sections of these names.
pub(crate) fn without(module: &[u8], names: &[&str]) -> Result<Vec<u8>, Error> {
    let sections = sections::sections(module)?;
    let kept = sections.iter().filter(|section| !section.is_named(names));
    let mut out = module.get(HEADER).unwrap_or_default().to_vec();
    kept.for_each(|section| out.extend_from_slice(section.bytes));
    Ok(out)
}
