//! Parses arbitrary bytes as a package, a trust document or an `.akpkg`. Checks that they are
//! refused, or are exactly the signed bytes.

#![no_main]

use std::io::Write;
use std::sync::LazyLock;

use akira_caps::CapabilitySet;
use akira_pack::{ContainerOptions, MAX_AKPKG, SigningKey, embed_manifest, read_akpkg};
use akira_package::{
    DeveloperMode, Error, ImageVersion, MAX_DOCUMENT, Options, Package, TrustStore, TrustedKey,
    Verifier,
};
use flate2::Compression;
use flate2::write::GzEncoder;
use libfuzzer_sys::fuzz_target;

/// Packages and a trust document that are signed with the only trusted key.
static SIGNED: LazyLock<Signed> = LazyLock::new(Signed::new);

struct Signed {
    packages: [Vec<u8>; 2],
    trust: TrustStore,
    next: TrustStore,
    document: Vec<u8>,
}

impl Signed {
    fn new() -> Self {
        let key = SigningKey::from_seed(&[1; 32]);
        let app = embed_manifest(b"\0asm\x01\0\0\0", br#"{"name":"tiny"}"#).expect("a module");
        let version = ImageVersion {
            major: 1,
            minor: 2,
            revision: 3,
            build: 4,
        };
        let options = ContainerOptions {
            security_counter: Some(5),
            ..ContainerOptions::new(version)
        };
        let trusted = TrustedKey {
            may_rotate: true,
            ..TrustedKey::new("fuzz", key.public().0, 1).expect("the name is short")
        };
        let store = |serial| {
            TrustStore::new(serial, 1)
                .with_key(trusted)
                .expect("there is room")
        };
        let next = store(2);
        Self {
            packages: [
                akira_pack::sign_module(&app, &key).expect("a module"),
                akira_pack::pack_container(&app, &options, &key).expect("a module"),
            ],
            trust: store(1),
            next,
            document: akira_pack::seal(&next, &key),
        }
    }
}

fuzz_target!(|input: &[u8]| {
    let Some((&kind, bytes)) = input.split_first() else {
        return;
    };
    match kind % 4 {
        0 => package(bytes),
        1 => document(bytes),
        2 => akpkg(bytes),
        // gzip's checksum would reject nearly every mutated input before the tar parser.
        _ => akpkg(&gzip(bytes)),
    }
});

/// The first byte of the input is the size of the pieces.
fn package(input: &[u8]) {
    let Some((&piece, bytes)) = input.split_first() else {
        return;
    };
    let size = usize::from(piece).max(1);
    if let Ok(found) = in_pieces(bytes, size, Options::default()) {
        assert!(SIGNED.packages.iter().any(|signed| signed == bytes));
        assert!(found.signer().is_some());
    }
    let developer = Options {
        developer: DeveloperMode::On {
            ceiling: CapabilitySet::EMPTY,
        },
        max_size: 65_536,
        ..Options::default()
    };
    let found = in_pieces(bytes, size, developer);
    assert_eq!(in_pieces(bytes, usize::MAX, developer), found);
    if let Ok(found) = found {
        let module = found.module(bytes).expect("it lies in the package");
        assert!(module.starts_with(b"\0asm\x01\0\0\0"));
        assert_eq!(found.size as usize, bytes.len());
    }
    detached(bytes);
}

/// Parses the bytes as a detached signature of a module.
fn detached(bytes: &[u8]) {
    let options = Options {
        signature: Some(bytes),
        ..Options::default()
    };
    assert!(in_pieces(b"\0asm\x01\0\0\0", 8, options).is_err());
}

fn in_pieces(bytes: &[u8], size: usize, options: Options<'_>) -> Result<Package, Error> {
    let mut verifier = Verifier::new(&SIGNED.trust, options);
    for piece in bytes.chunks(size) {
        if let Err(error) = verifier.push(piece) {
            assert!(!error.to_string().is_empty());
            assert_eq!(verifier.finish(), Err(error));
            return Err(error);
        }
    }
    verifier.finish()
}

fn document(bytes: &[u8]) {
    if let Ok(store) = TrustStore::decode(bytes) {
        assert_eq!(store.encode(&mut [0; MAX_DOCUMENT]), bytes);
    }
    match SIGNED.trust.update(bytes) {
        Ok(store) => assert!(store == SIGNED.next && bytes == SIGNED.document),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

fn akpkg(bytes: &[u8]) {
    match read_akpkg(bytes) {
        Ok(package) => {
            assert!(package.module.len() < MAX_AKPKG as usize);
            let safe = |name: &String| !name.contains(['/', '\\', '\0']) && name != "..";
            assert!(package.others.iter().all(safe));
            let _ = package.into_module();
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(bytes).expect("memory takes it");
    gzip.finish().expect("memory takes it")
}
