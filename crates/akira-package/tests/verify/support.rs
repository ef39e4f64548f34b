//! Keys, trust stores and packages.

use akira_caps::{Capability, CapabilitySet};
use akira_package::{DeveloperMode, Error, Options, Package, TrustStore, TrustedKey};
use ed25519_dalek::SigningKey;
use wasmsign2::{Module, SecretKey};

pub(crate) const TINY: &[u8] = include_bytes!("../data/tiny.wasm");
/// What `imgtool` made with every extra.
pub(crate) const SIGNED: &[u8] = include_bytes!("../data/signed.bin");
const IMGTOOL_PUBLIC: &[u8] = include_bytes!("../data/public.bin");

/// The key of which `seed` is every byte.
pub(crate) fn signing_key(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32])
}

/// The trusted key that belongs to it.
pub(crate) fn key(seed: u8) -> TrustedKey {
    trusted(signing_key(seed).verifying_key().to_bytes())
}

/// The key that `imgtool` signed with.
pub(crate) fn imgtool_key() -> TrustedKey {
    trusted(*IMGTOOL_PUBLIC.last_chunk().expect("32 bytes of key"))
}

fn trusted(public: [u8; 32]) -> TrustedKey {
    TrustedKey {
        ceiling: CapabilitySet::of(&[Capability::DisplayWrite, Capability::GpioRead]),
        ..TrustedKey::new("test", public, 1).expect("the name is short")
    }
}

/// A store of these keys.
pub(crate) fn trust(keys: &[TrustedKey]) -> TrustStore {
    keys.iter().fold(TrustStore::new(3, 2), |store, key| {
        store.with_key(*key).expect("there is room for it")
    })
}

/// What `wasmsign2 sign` makes of a module, with or without its key's id.
pub(crate) fn wasmsign(module: &[u8], seed: u8, with_id: bool) -> Vec<u8> {
    let (secret, id) = wasmsign_keys(seed);
    let module = Module::deserialize(&mut &module[..]).expect("it is a module");
    let signed = secret.sign(module, id.as_ref().filter(|_| with_id));
    let mut bytes = Vec::new();
    let signed = signed.expect("it signs");
    signed
        .serialize(&mut bytes)
        .expect("memory takes everything");
    bytes
}

/// What `wasmsign2 sign -S` writes beside a module.
pub(crate) fn wasmsign_detached(module: &[u8], seed: u8) -> Vec<u8> {
    let (secret, id) = wasmsign_keys(seed);
    let module = Module::deserialize(&mut &module[..]).expect("it is a module");
    let signed = secret.sign_multi(module, id.as_ref(), true, false);
    signed.expect("it signs").1
}

fn wasmsign_keys(seed: u8) -> (SecretKey, Option<Vec<u8>>) {
    let key = signing_key(seed);
    let secret = SecretKey::from_bytes(&[&[0x81][..], &key.to_keypair_bytes()].concat());
    let public = [&[1][..], key.verifying_key().as_bytes()].concat();
    let public = wasmsign2::PublicKey::from_bytes(&public).expect("a public key");
    let id = public.attach_default_key_id().key_id().cloned();
    (secret.expect("a secret key"), id)
}

pub(crate) fn verify(keys: &[TrustedKey], package: &[u8]) -> Result<Package, Error> {
    verify_with(keys, Options::default(), package)
}

pub(crate) fn verify_with(
    keys: &[TrustedKey],
    options: Options<'_>,
    package: &[u8],
) -> Result<Package, Error> {
    akira_package::verify(&trust(keys), options, package)
}

/// Developer mode, with everything for everyone.
pub(crate) fn developer() -> Options<'static> {
    Options {
        developer: DeveloperMode::On {
            ceiling: CapabilitySet::ALL,
        },
        ..Options::default()
    }
}
