use std::path::PathBuf;

use akira::abi::caps::CapabilitySet;
use akira_pack::PublicKey;
use akira_package::{DocumentError, TrustStore, TrustedKey};
use anyhow::{Context, anyhow, ensure};
use clap::Args;

use crate::keep::Trust;

/// What an encoded trust store begins with.
const DOCUMENT: &[u8] = b"AKTS";

/// The bytes of the seal behind one: a key's id and a signature.
const SEAL_BYTES: usize = 32 + 64;

/// Whose apps the console takes.
#[derive(Debug, Args)]
pub(super) struct TrustArgs {
    /// Take only apps that this key has signed; several keys may be given.
    ///
    /// The file is a public key, of wasmsign2 or in PEM, which is named after it and may grant all there is; or a trust store,
    /// which also says what its keys may grant and which were revoked.
    #[arg(long, value_name = "FILE")]
    trust: Vec<PathBuf>,
    /// Developer mode: accept unsigned apps, too. Without --trust it is on.
    #[arg(long)]
    dev: bool,
}

impl TrustArgs {
    /// Reads the keys.
    pub(super) fn read(&self) -> anyhow::Result<Trust> {
        if self.trust.is_empty() {
            return Ok(Trust::DEVELOPER);
        }
        Ok(Trust {
            // Once for each start of the program: the console needs it as long as it runs.
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
                "{name} is a trust store, which has all keys: give no other --trust"
            );
            return document(&bytes).with_context(|| format!("{name} is not taken"));
        }
        let key = PublicKey::read(&bytes).with_context(|| format!("{name} is no public key"))?;
        let stem = file.file_stem().unwrap_or_default().to_string_lossy();
        let named = TrustedKey::new(&stem, key.0, owner);
        let named = named.with_context(|| {
            format!("{name}: a key is named after its file, with at most 31 bytes: rename the file")
        })?;
        let ceiling = CapabilitySet::from_bits(u64::MAX);
        let key = TrustedKey { ceiling, ..named };
        let full = || anyhow!("{name} is one key too many, or there twice");
        store = store.with_key(key).ok_or_else(full)?;
    }
    Ok(store)
}

/// Reads a trust store, with or without its seal: whoever names it trusts it.
fn document(bytes: &[u8]) -> Result<TrustStore, DocumentError> {
    let sealed = bytes.len().checked_sub(SEAL_BYTES);
    let unsealed = sealed.and_then(|end| bytes.get(..end)).unwrap_or_default();
    TrustStore::decode(bytes).or_else(|error| TrustStore::decode(unsealed).map_err(|_| error))
}
