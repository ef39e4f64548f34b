//! Manifests in modules.

use akira_pack::{Error, embed_manifest, embedded_manifest};

const EMPTY: &[u8] = b"\0asm\x01\0\0\0";
const MANIFEST: &[u8] = br#"{"name":"snake","capabilities":["display.write"]}"#;

#[test]
fn a_manifest_is_found_again() {
    let module = embed_manifest(EMPTY, MANIFEST).expect("a module and a manifest");
    assert_eq!(
        embedded_manifest(&module).expect("a module"),
        Some(MANIFEST)
    );
    assert_eq!(embedded_manifest(EMPTY).expect("a module"), None);
}

#[test]
fn an_older_one_goes_and_the_rest_stays() {
    let other = b"\0\x05\x04name";
    let old = b"\0\x11\x0Eakira-manifest{}";
    let older = embed_manifest(&[EMPTY, other, old].concat(), b"{}").expect("a module");
    let module = embed_manifest(&older, MANIFEST).expect("a module");
    assert_eq!(
        embedded_manifest(&module).expect("a module"),
        Some(MANIFEST)
    );
    assert_eq!(
        module,
        embed_manifest(&[EMPTY, &other[..]].concat(), MANIFEST).expect("a module")
    );
}

#[test]
fn a_section_keeps_its_bytes_however_its_size_is_written() {
    let types = [1, 0x84, 0x80, 0, 1, 0x60, 0, 0];
    let module = embed_manifest(&[EMPTY, &types].concat(), MANIFEST).expect("a module");
    assert_eq!(module.get(8..16), Some(&types[..]));
}

#[test]
fn what_a_device_would_refuse_is_refused() {
    assert!(matches!(
        embed_manifest(EMPTY, b"[]"),
        Err(Error::Manifest(_))
    ));
    assert!(matches!(
        embed_manifest(b"\0asm\x0D\0\x01\0", MANIFEST),
        Err(Error::Component)
    ));
    for module in [&b"MZ"[..], b"", b"\0asm\x01\0\0\0\x01"] {
        assert!(
            matches!(embed_manifest(module, MANIFEST), Err(Error::NotAModule(_))),
            "{module:?}"
        );
    }
}
