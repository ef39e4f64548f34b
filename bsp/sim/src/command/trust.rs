use std::path::PathBuf;

use akira::abi::caps::CapabilitySet;
use akira_pack::PublicKey;
use akira_package::{DocumentError, TrustStore, TrustedKey};
use anyhow::{Context, anyhow, ensure};
use clap::Args;

use crate::keep::Trust;

/// Magic bytes of an encoded trust store.
const DOCUMENT: &[u8] = b"AKTS";

/// Size of the seal at the end of a trust store: a key id and a signature.
const SEAL_BYTES: usize = 32 + 64;

/// Options that decide which apps the console accepts.
#[derive(Debug, Args)]
pub(super) struct TrustArgs {
    /// Accept only apps that this key has signed; may be given several times.
    ///
    /// The file is a public key of wasmsign2 or in PEM, or a trust store. A public key is named
    /// after its file and may grant all capabilities. A trust store also contains what each key may
    /// grant, and which keys are revoked.
    #[arg(long, value_name = "FILE")]
    trust: Vec<PathBuf>,
    /// Developer mode: accept unsigned apps too. It is on without --trust.
    #[arg(long)]
    dev: bool,
}

impl TrustArgs {
    /// Reads the key files.
    pub(super) fn read(&self) -> anyhow::Result<Trust> {
        if self.trust.is_empty() {
            return Ok(Trust::DEVELOPER);
        }
        Ok(Trust {
            // Leaked once for each start of the program: the console uses the keys until the end.
            keys: Box::leak(Box::new(read(&self.trust)?)),
            developer: self.dev,
        })
    }
}

fn read(files: &[PathBuf]) -> anyhow::Result<TrustStore> {
    let mut store = TrustStore::new(1, 1);
    for (owner, file) in (1..).zip(files) {
        let name = file.display();
        let bytes = std::fs::read(file).with_context(|| format!("{name} cannot be read"))?;
        if bytes.starts_with(DOCUMENT) {
            ensure!(
                files.len() == 1,
                "{name} is a trust store, which contains all keys: omit the other --trust options"
            );
            return document(&bytes).with_context(|| format!("{name} is refused"));
        }
        let key = PublicKey::read(&bytes).with_context(|| format!("{name} is not a public key"))?;
        let stem = file.file_stem().unwrap_or_default().to_string_lossy();
        let named = TrustedKey::new(&stem, key.0, owner);
        let named = named.with_context(|| {
            format!("{name}: a key is named after its file, in at most 31 bytes: rename the file")
        })?;
        let ceiling = CapabilitySet::from_bits(u64::MAX);
        let key = TrustedKey { ceiling, ..named };
        let full = || anyhow!("{name} is one key too many, or is given twice");
        store = store.with_key(key).ok_or_else(full)?;
    }
    Ok(store)
}

/// Reads a trust store, with or without its seal. The seal is not checked: the operator trusts the
/// store by naming it on the command line.
fn document(bytes: &[u8]) -> Result<TrustStore, DocumentError> {
    let sealed = bytes.len().checked_sub(SEAL_BYTES);
    let unsealed = sealed.and_then(|end| bytes.get(..end)).unwrap_or_default();
    TrustStore::decode(bytes).or_else(|error| TrustStore::decode(unsealed).map_err(|_| error))
}
