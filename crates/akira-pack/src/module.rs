use sha2::{Digest, Sha256};

use crate::manifest::without;
use crate::sections::{self, HEADER};
use crate::{Error, SigningKey};

/// Name of wasmsign2's signature section.
const SECTION: &str = "signature";

/// Prefix of the signed message. After it follow specification version 1, content type module,
/// SHA-256 and the hash of all bytes after the header and the signature section.
const DOMAIN: &[u8] = b"wasmsig";
const KIND: &[u8] = &[1, 1, 1];

/// Signs a module as `wasmsign2 sign` does. Returns the module with the signature as its first
/// section, in place of any existing signature.
///
/// # Errors
///
/// [`Error::NotAModule`] or [`Error::Component`] if the input is no core module.
pub fn sign_module(module: &[u8], key: &SigningKey) -> Result<Vec<u8>, Error> {
    let module = without(module, &[SECTION])?;
    let (header, rest) = module.split_at(HEADER.end);
    let section = sections::custom(SECTION, &claim(rest, key))?;
    Ok([header, &section, rest].concat())
}

/// Signs a module as `wasmsign2 sign -S` does. Returns the detached signature, which is transferred
/// to the device together with the module.
///
/// # Errors
///
/// [`Error::NotAModule`] or [`Error::Component`] if the input is no core module.
pub fn sign_detached(module: &[u8], key: &SigningKey) -> Result<Vec<u8>, Error> {
    sections::sections(module)?;
    let rest = module.get(HEADER.end..).unwrap_or_default();
    Ok(claim(rest, key))
}

/// Returns whether a module contains a signature, by any key. The signature is not verified.
///
/// # Errors
///
/// [`Error::NotAModule`] or [`Error::Component`] if the input is no core module.
pub fn is_signed(module: &[u8]) -> Result<bool, Error> {
    let sections = sections::sections(module)?;
    Ok(sections.iter().any(|section| section.is_named(&[SECTION])))
}

/// Encodes the signature data of these bytes: one set with one hash and one signature.
fn claim(bytes: &[u8], key: &SigningKey) -> Vec<u8> {
    const ED25519: u8 = 1;
    let hash = Sha256::digest(bytes);
    let signature = key.sign(&[DOMAIN, KIND, &hash].concat());
    // The key id is omitted: a device tries the few keys that it trusts.
    let signature = [&[0, ED25519, 64][..], &signature].concat();
    let set = [&[1][..], &hash, &[1, signature.len() as u8], &signature].concat();
    [KIND, &[1, set.len() as u8], &set].concat()
}
