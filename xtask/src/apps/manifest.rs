use std::path::Path;

use akira_caps::{Manifest, VendorCapability};
use anyhow::{Context, Result, anyhow, bail};

/// Capabilities that the vendor module's example has registered.
const VENDORS: &[VendorCapability] =
    &[VendorCapability::new("acme.valve", 48, true).expect("a vendor's name and bit")];

/// Reads a manifest. Faults for which the runtime only warns are errors here.
pub(super) fn read(path: &Path, name: &str) -> Result<Vec<u8>> {
    let text =
        std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let text = text.trim_end();
    let manifest =
        Manifest::parse(text.as_bytes()).map_err(|e| anyhow!("{}: {e}", path.display()))?;
    let named = manifest.name.as_ref().map(|name| name.as_str());
    // An app that is installed under several names has no name in its manifest.
    if named.is_some_and(|named| named != name) {
        bail!(
            "{}: the manifest names the app {named:?}, the folder is {name:?}",
            path.display()
        );
    }
    if let Some(warning) = manifest.warnings().next() {
        bail!("{}: {warning:?}", path.display());
    }
    for asked in &manifest.capabilities {
        let asked = asked.to_string();
        akira_caps::resolve(&asked, VENDORS)
            .with_context(|| format!("{}: unknown capability {asked:?}", path.display()))?;
    }
    Ok(text.as_bytes().to_vec())
}
