//! AkiraOS's packages, good and hostile.

use std::io::Write;

use akira_pack::{AkpkgError, Error, MAX_AKPKG, MAX_FILES, embedded_manifest, read_akpkg};
use flate2::{Compression, GzBuilder};
use proptest::prelude::*;
use tar::{Builder, EntryType, Header};

const MODULE: &[u8] = b"\0asm\x01\0\0\0";
const MANIFEST: &[u8] = br#"{"name":"snake",}"#;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut gzip = GzBuilder::new().write(Vec::new(), Compression::best());
    gzip.write_all(bytes).expect("memory takes it");
    gzip.finish().expect("memory takes it")
}

fn header(kind: EntryType, size: usize) -> Header {
    let mut header = Header::new_ustar();
    header.set_entry_type(kind);
    header.set_size(size as u64);
    header.set_mode(0o644);
    header
}

/// A tar whose names go in as they are.
fn tar_of(files: &[(&str, EntryType, &[u8])]) -> Vec<u8> {
    let mut tar = Builder::new(Vec::new());
    for (name, kind, contents) in files {
        let mut header = header(*kind, contents.len());
        let field = &mut header.as_mut_bytes()[..name.len()];
        field.copy_from_slice(name.as_bytes());
        header.set_cksum();
        tar.append(&header, *contents).expect("memory takes it");
    }
    tar.into_inner().expect("memory takes it")
}

fn akpkg(files: &[(&str, &[u8])]) -> Vec<u8> {
    let plain = |(name, contents): &(_, _)| (*name, EntryType::Regular, *contents);
    let files: Vec<_> = files.iter().map(plain).collect();
    gzip(&tar_of(&files))
}

fn refusal(bytes: &[u8]) -> AkpkgError {
    match read_akpkg(bytes) {
        Err(Error::Akpkg(error)) => error,
        other => panic!("it should be refused: {other:?}"),
    }
}

#[test]
fn the_files_of_a_package_are_found() {
    let bytes = akpkg(&[
        ("manifest.json", MANIFEST),
        ("./app.wasm", MODULE),
        ("icon_32.bmp", b"BM"),
        ("model.tflite", b"TFL3"),
        ("signature.bin", b"dilithium"),
    ]);
    let package = read_akpkg(&bytes).expect("it is good");
    assert_eq!(
        (&package.module[..], package.manifest.as_deref()),
        (MODULE, Some(MANIFEST))
    );
    assert_eq!(
        (package.icon.as_deref(), package.model.as_deref()),
        (Some(&b"BM"[..]), Some(&b"TFL3"[..]))
    );
    assert_eq!(package.others, ["signature.bin"]);
    let module = package.into_module().expect("a module and a manifest");
    assert_eq!(
        embedded_manifest(&module).expect("a module"),
        Some(MANIFEST)
    );
}

#[test]
fn the_manifest_in_the_module_goes_before_the_one_beside_it() {
    let inside = akira_pack::embed_manifest(MODULE, b"{}").expect("a module");
    let bytes = akpkg(&[("app.wasm", &inside), ("manifest.json", MANIFEST)]);
    let module = read_akpkg(&bytes).and_then(akira_pack::Akpkg::into_module);
    assert_eq!(module.expect("it is good"), inside);
}

#[test]
fn a_folder_of_its_own_is_what_tar_makes() {
    let files = [
        ("./", EntryType::Directory, &[][..]),
        ("./app.wasm", EntryType::Regular, MODULE),
    ];
    assert!(read_akpkg(&gzip(&tar_of(&files))).is_ok());
}

#[test]
fn a_bomb_that_says_so_is_not_unpacked() {
    let bomb = gzip(&vec![0; MAX_AKPKG as usize + 1]);
    assert!(bomb.len() < 8_192);
    let size = u64::from(MAX_AKPKG) + 1;
    assert!(matches!(refusal(&bomb), AkpkgError::TooLarge { size: it, .. } if it == size));
}

#[test]
fn a_bomb_that_lies_is_given_up() {
    let mut bomb = gzip(&vec![0; 16 * MAX_AKPKG as usize]);
    let end = bomb.len() - 4;
    bomb[end..].copy_from_slice(&10_240_u32.to_le_bytes());
    let size = u64::from(MAX_AKPKG) + 1;
    assert!(matches!(refusal(&bomb), AkpkgError::TooLarge { size: it, .. } if it == size));
}

#[test]
fn names_lead_nowhere_else() {
    for name in [
        "../app.wasm",
        "/app.wasm",
        "x/app.wasm",
        "..",
        "a\\b",
        "a\nb",
        "./x/y",
    ] {
        let bytes = akpkg(&[("app.wasm", MODULE), (name, b"x")]);
        assert!(
            matches!(refusal(&bytes), AkpkgError::NotAFile(it) if it == name),
            "{name:?}"
        );
    }
    for kind in [
        EntryType::Symlink,
        EntryType::Link,
        EntryType::Char,
        EntryType::Fifo,
        EntryType::Directory,
    ] {
        let bytes = gzip(&tar_of(&[("app.wasm", kind, b"")]));
        assert!(
            matches!(refusal(&bytes), AkpkgError::NotAFile(_)),
            "{kind:?}"
        );
    }
}

#[test]
fn a_name_that_is_there_twice_is_refused() {
    let bytes = akpkg(&[("app.wasm", MODULE), ("./app.wasm", MODULE)]);
    assert!(matches!(refusal(&bytes), AkpkgError::Duplicate(_)));
}

#[test]
fn so_are_too_many_files_and_a_long_manifest() {
    let names: Vec<String> = (0..=MAX_FILES).map(|i| i.to_string()).collect();
    let files: Vec<(&str, &[u8])> = names
        .iter()
        .map(|name| (name.as_str(), &b"x"[..]))
        .collect();
    assert!(matches!(
        refusal(&akpkg(&files)),
        AkpkgError::TooManyFiles(MAX_FILES)
    ));
    let long = akpkg(&[("app.wasm", MODULE), ("manifest.json", &[b' '; 4_096])]);
    assert!(matches!(
        refusal(&long),
        AkpkgError::FileTooLarge {
            size: 4_096,
            limit: 4_095,
            ..
        }
    ));
}

#[test]
fn other_compressions_and_no_compression_are_refused() {
    let tar = tar_of(&[("app.wasm", EntryType::Regular, MODULE)]);
    let zip = b"PK\x03\x04".to_vec();
    let xz = b"\xFD7zXZ\0".to_vec();
    let other_method = [0x1F, 0x8B, 9, 0].to_vec();
    for bytes in [tar, zip, xz, other_method, Vec::new()] {
        assert!(matches!(refusal(&bytes), AkpkgError::Compression));
    }
}

#[test]
fn a_package_without_a_module_is_refused() {
    assert!(matches!(
        refusal(&akpkg(&[("app.aot", b"\0aot")])),
        AkpkgError::Aot
    ));
    assert!(matches!(
        refusal(&akpkg(&[("manifest.json", MANIFEST)])),
        AkpkgError::NoApp
    ));
    assert!(matches!(refusal(&gzip(b"")), AkpkgError::NoApp));
}

#[test]
fn what_follows_is_refused() {
    let twice = [
        akpkg(&[("app.wasm", MODULE)]),
        akpkg(&[("app.wasm", MODULE)]),
    ]
    .concat();
    assert!(matches!(refusal(&twice), AkpkgError::Size));
}

#[test]
fn every_cut_is_refused_and_no_flipped_bit_gives_other_files() {
    let bytes = akpkg(&[("app.wasm", MODULE), ("manifest.json", MANIFEST)]);
    for size in 0..bytes.len() {
        assert!(read_akpkg(&bytes[..size]).is_err(), "of {size} bytes");
    }
    // gzip's checksum leaves out its own header, with a time and a system, and the bits that fill the last byte.
    let good = read_akpkg(&bytes).expect("it is good");
    for bit in 0..8 * bytes.len() {
        let mut changed = bytes.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        let is_same = read_akpkg(&changed).map_or(true, |package| package == good);
        assert!(is_same, "bit {bit}");
    }
}

proptest! {
    #[test]
    fn any_tar_is_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..2_000), at in 0..600_usize) {
        prop_assert!(read_akpkg(&gzip(&bytes)).is_err());
        let mut tar = tar_of(&[("app.wasm", EntryType::Regular, MODULE)]);
        let end = tar.len().min(at + bytes.len().min(8));
        let (changed, _) = bytes.split_at(end - at);
        tar[at..end].copy_from_slice(changed);
        if let Ok(package) = read_akpkg(&gzip(&tar)) {
            prop_assert!(package.module.len() <= tar.len());
        }
    }
}
