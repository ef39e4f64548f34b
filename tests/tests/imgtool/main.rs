//! Tests that devices verify imgtool's output, and that imgtool verifies the output of
//! `akira-pack`.

mod tool;

use akira_pack::{ContainerOptions, PublicKey, SigningKey, embed_manifest, pack_container};
use akira_package::{Error, ImageVersion, Options, TrustStore, TrustedKey, verify};

use tool::Imgtool;

fn app() -> Vec<u8> {
    embed_manifest(b"\0asm\x01\0\0\0", br#"{"name":"tiny","version":"1.2.3"}"#).expect("a module")
}

fn trust(key: PublicKey) -> TrustStore {
    let key = TrustedKey::new("test", key.0, 1).expect("the name is short");
    TrustStore::new(1, 1).with_key(key).expect("there is room")
}

fn container(key: &SigningKey) -> Vec<u8> {
    let version = ImageVersion {
        major: 1,
        minor: 2,
        revision: 3,
        build: 4,
    };
    let options = ContainerOptions {
        security_counter: Some(6),
        ..ContainerOptions::new(version)
    };
    pack_container(&app(), &options, key).expect("a module")
}

#[test]
fn what_imgtool_signs_verifies() {
    let tool = Imgtool::new();
    tool.run(&["keygen", "-k", "key.pem", "-t", "ed25519"]);
    let key = SigningKey::read(&tool.read("key.pem")).expect("it made a key");
    tool.write("app.wasm", &app());
    let kinds: [&[&str]; 4] = [
        &[],
        &["-s", "auto", "--custom-tlv", "0x00a0", "acme"],
        &["--public-key-format", "full", "--non-bootable"],
        &["-H", "0x200", "-s", "7"],
    ];
    for extra in kinds {
        tool.sign(extra);
        let package = tool.read("app.bin");
        let found = verify(&trust(key.public()), Options::default(), &package);
        let found = found.unwrap_or_else(|error| panic!("{extra:?}: {error}"));
        assert_eq!(found.module(&package), Some(&app()[..]));
        assert_eq!(
            found.version.map(|it| it.to_string()).as_deref(),
            Some("1.2.3+4")
        );
        let hash: String = found
            .signed_hash
            .iter()
            .flatten()
            .map(|b| format!("{b:02x}"))
            .collect();
        assert!(
            tool.run(&["verify", "-k", "key.pem", "app.bin"])
                .contains(&hash)
        );
        every_change_is_refused(&package, &key);
    }
}

fn every_change_is_refused(package: &[u8], key: &SigningKey) {
    let trust = trust(key.public());
    let mut changed = package.to_vec();
    for bit in 0..8 * package.len() {
        changed[bit / 8] ^= 1 << (bit % 8);
        assert!(
            verify(&trust, Options::default(), &changed).is_err(),
            "bit {bit}"
        );
        changed[bit / 8] = package[bit / 8];
    }
    for size in 0..package.len() {
        let cut = verify(&trust, Options::default(), &package[..size]);
        assert_eq!(cut, Err(Error::Truncated), "of {size} bytes");
    }
}

#[test]
fn what_it_padded_to_a_slot_is_refused() {
    let tool = Imgtool::new();
    tool.run(&["keygen", "-k", "key.pem", "-t", "ed25519"]);
    let key = SigningKey::read(&tool.read("key.pem")).expect("it made a key");
    tool.write("app.wasm", &app());
    tool.sign(&["--pad"]);
    let found = verify(
        &trust(key.public()),
        Options::default(),
        &tool.read("app.bin"),
    );
    assert_eq!(found, Err(Error::TrailingBytes));
}

#[test]
fn keys_are_named_as_imgtool_names_them() {
    let tool = Imgtool::new();
    let key = SigningKey::generate().expect("there is randomness");
    tool.write("key.pem", key.to_pem().expect("it is a key").as_bytes());
    tool.run(&["getpubhash", "-k", "key.pem", "-e", "raw", "-o", "hash"]);
    assert_eq!(tool.read("hash"), key.public().id().0);
    tool.run(&["getpub", "-k", "key.pem", "-e", "pem", "-o", "public.pem"]);
    assert_eq!(
        PublicKey::read(&tool.read("public.pem")).ok(),
        Some(key.public())
    );
}

#[test]
fn imgtool_verifies_what_we_sign() {
    let tool = Imgtool::new();
    let key = SigningKey::generate().expect("there is randomness");
    tool.write("key.pem", key.to_pem().expect("it is a key").as_bytes());
    tool.write("app.bin", &container(&key));
    let said = tool.run(&["verify", "-k", "key.pem", "app.bin"]);
    assert!(said.contains("Image version: 1.2.3+4"), "{said}");
    let info = tool.run(&["dumpinfo", "app.bin"]);
    for line in ["NON_BOOTABLE", "SEC_CNT", "KEYHASH", "ED25519"] {
        assert!(info.contains(line), "no {line} in {info}");
    }
}

#[test]
fn imgtool_verifies_no_more_than_we_do() {
    let tool = Imgtool::new();
    let [key, other] = [(); 2].map(|()| SigningKey::generate().expect("there is randomness"));
    tool.write("key.pem", key.to_pem().expect("it is a key").as_bytes());
    tool.write("app.bin", &container(&other));
    assert!(!tool.succeeds(&["verify", "-k", "key.pem", "app.bin"]));
    let mut changed = container(&key);
    changed[40] ^= 1;
    tool.write("app.bin", &changed);
    assert!(!tool.succeeds(&["verify", "-k", "key.pem", "app.bin"]));
}
