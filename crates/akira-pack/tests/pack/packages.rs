//! Packages and trust documents, verified by the device's code and by wasmsign2's.

use akira_pack::{
    ContainerOptions, Error, PublicKey, SigningKey, embed_manifest, pack_container, seal,
    sign_detached, sign_module,
};
use akira_package::{
    Container, DocumentError, ImageVersion, Options, Package, Trust, TrustStore, TrustedKey, verify,
};
use proptest::prelude::*;

const VERSION: ImageVersion = ImageVersion {
    major: 1,
    minor: 2,
    revision: 3,
    build: 4,
};

fn app() -> Vec<u8> {
    embed_manifest(b"\0asm\x01\0\0\0", br#"{"name":"tiny"}"#).expect("a module")
}

fn key() -> SigningKey {
    SigningKey::from_seed(&[7; 32])
}

fn trust(key: PublicKey) -> TrustStore {
    let key = TrustedKey {
        may_rotate: true,
        ..TrustedKey::new("test", key.0, 1).expect("short")
    };
    TrustStore::new(1, 1).with_key(key).expect("there is room")
}

fn verified(options: Options<'_>, package: &[u8]) -> Package {
    verify(&trust(key().public()), options, package).expect("it is signed")
}

fn wasmsign2_key() -> wasmsign2::PublicKey {
    wasmsign2::PublicKey::from_bytes(&key().public().to_wasmsign()).expect("it is a key")
}

#[test]
fn a_signed_module_verifies_here_and_there() {
    let package = sign_module(&app(), &key()).expect("a module");
    assert_eq!(
        verified(Options::default(), &package).container,
        Container::Wasmsign
    );
    assert!(wasmsign2_key().verify(&mut &package[..], None).is_ok());
    // Signed again, it has the one signature.
    assert_eq!(sign_module(&package, &key()).expect("a module"), package);
}

#[test]
fn a_detached_signature_verifies_here_and_there() {
    let signature = sign_detached(&app(), &key()).expect("a module");
    let options = Options {
        signature: Some(&signature),
        ..Options::default()
    };
    assert_eq!(verified(options, &app()).container, Container::Detached);
    assert!(
        wasmsign2_key()
            .verify(&mut &app()[..], Some(&signature))
            .is_ok()
    );
}

#[test]
fn what_wasmsign2_signed_is_the_same_but_for_its_key_id() {
    let secret = wasmsign2::SecretKey::from_bytes(&key().to_wasmsign()).expect("it is a key");
    let module = wasmsign2::Module::deserialize(&mut &app()[..]).expect("a module");
    let mut theirs = Vec::new();
    let signed = secret.sign(module, None).expect("it signs");
    signed.serialize(&mut theirs).expect("memory takes it");
    assert_eq!(theirs, sign_module(&app(), &key()).expect("a module"));
}

#[test]
fn a_container_verifies() {
    let plain = ContainerOptions::new(VERSION);
    let rich = ContainerOptions {
        security_counter: Some(9),
        header_size: 512,
        ..plain
    };
    for options in [plain, rich] {
        let bytes = pack_container(&app(), &options, &key()).expect("a module");
        let package = verified(Options::default(), &bytes);
        assert_eq!(package.container, Container::Boot);
        assert_eq!(package.module(&bytes), Some(&app()[..]));
        assert_eq!(package.version, Some(VERSION));
        assert_eq!(package.security_counter, options.security_counter);
        assert_eq!(package.payload.start, u32::from(options.header_size));
        assert_eq!(package.trust, Trust::Key(key().public().id()));
    }
}

#[test]
fn every_flipped_bit_and_every_cut_is_refused() {
    let options = ContainerOptions {
        security_counter: Some(9),
        ..ContainerOptions::new(VERSION)
    };
    let packages = [
        sign_module(&app(), &key()).expect("a module"),
        pack_container(&app(), &options, &key()).expect("a module"),
    ];
    let trust = trust(key().public());
    for package in packages {
        for bit in 0..8 * package.len() {
            let mut changed = package.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(
                verify(&trust, Options::default(), &changed).is_err(),
                "bit {bit}"
            );
        }
        for size in 0..package.len() {
            let cut = &package[..size];
            assert!(
                verify(&trust, Options::default(), cut).is_err(),
                "of {size} bytes"
            );
        }
    }
}

#[test]
fn what_is_no_module_is_not_packed() {
    let options = ContainerOptions::new(VERSION);
    let short = ContainerOptions {
        header_size: 31,
        ..options
    };
    assert!(matches!(
        pack_container(b"firmware", &options, &key()),
        Err(Error::NotAModule(_))
    ));
    assert!(matches!(
        pack_container(&app(), &short, &key()),
        Err(Error::HeaderSize(31))
    ));
    assert!(matches!(
        sign_module(b"firmware", &key()),
        Err(Error::NotAModule(_))
    ));
    assert!(matches!(
        sign_detached(b"firmware", &key()),
        Err(Error::NotAModule(_))
    ));
}

#[test]
fn a_sealed_trust_store_is_taken() {
    let next = SigningKey::from_seed(&[8; 32]);
    let successor = TrustedKey {
        may_rotate: true,
        ..TrustedKey::new("next", next.public().0, 1).expect("short")
    };
    let new = TrustStore::new(2, 1)
        .with_key(successor)
        .expect("there is room");
    let old = trust(key().public());
    assert_eq!(old.update(&seal(&new, &key())), Ok(new));
    let foreign = old.update(&seal(&new, &next));
    assert_eq!(foreign, Err(DocumentError::NotAllowed(next.public().id())));
}

proptest! {
    #[test]
    fn any_manifest_and_any_key_verify(seed: [u8; 32], name in "[a-z]{1,31}", header_size in 32..600_u16) {
        let key = SigningKey::from_seed(&seed);
        let app = embed_manifest(b"\0asm\x01\0\0\0", format!("{{\"name\":\"{name}\"}}").as_bytes());
        let app = app.expect("a module");
        let options = ContainerOptions { header_size, ..ContainerOptions::new(VERSION) };
        let trust = trust(key.public());
        for package in [sign_module(&app, &key), pack_container(&app, &options, &key)] {
            let package = package.expect("a module");
            prop_assert!(verify(&trust, Options::default(), &package).is_ok());
        }
    }
}
