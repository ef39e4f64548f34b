use sha2::{Digest, Sha256};

use crate::manifest::without;
use crate::sections::{self, HEADER};
use crate::{Error, SigningKey};

/// Name of wasmsign2's signature section.
const SECTION: &str = "signature";

/// Start of the signed message: a domain; then follow specification version 1, module, SHA-256 and the hash of all
/// bytes after the header and the signature section.
const DOMAIN: &[u8] = b"wasmsig";
const KIND: &[u8] = &[1, 1, 1];

/// Signs a module as `wasmsign2 sign` does: the signature becomes its first section and replaces any existing one.
///
/// # Errors
///
/// [`Error::NotAModule`], [`Error::Component`].
pub fn sign_module(module: &[u8], key: &SigningKey) -> Result<Vec<u8>, Error> {
    let module = without(module, &[SECTION])?;
    let (header, rest) = module.split_at(HEADER.end);
    let section = sections::custom(SECTION, &claim(rest, key))?;
    Ok([header, &section, rest].concat())
}

/// Signs a module as `wasmsign2 sign -S` does, and returns the detached signature, which accompanies the module to the
/// device.
///
/// # Errors
///
/// [`Error::NotAModule`], [`Error::Component`].
pub fn sign_detached(module: &[u8], key: &SigningKey) -> Result<Vec<u8>, Error> {
    sections::sections(module)?;
    let rest = module.get(HEADER.end..).unwrap_or_default();
    Ok(claim(rest, key))
}

/// Returns whether a module has a signature inside, of whatever key. It is not verified.
///
/// # Errors
///
/// [`Error::NotAModule`], [`Error::Component`].
pub fn is_signed(module: &[u8]) -> Result<bool, Error> {
    let sections = sections::sections(module)?;
    Ok(sections.iter().any(|section| section.is_named(&[SECTION])))
}

/// Encodes a signature of these bytes: one set, of one hash, with one signature.
fn claim(bytes: &[u8], key: &SigningKey) -> Vec<u8> {
    const ED25519: u8 = 1;
    let hash = Sha256::digest(bytes);
    let signature = key.sign(&[DOMAIN, KIND, &hash].concat());
    // The key id is omitted: a device tries the few keys that it trusts.
    let signature = [&[0, ED25519, 64][..], &signature].concat();
    let set = [&[1][..], &hash, &[1, signature.len() as u8], &signature].concat();
    [KIND, &[1, set.len() as u8], &set].concat()
}
