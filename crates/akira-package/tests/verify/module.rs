//! Modules, with and without wasmsign2's signature.

use akira_caps::CapabilitySet;
use akira_package::{Container, Error, Field, KeyState, Options, Trust, TrustedKey, Untrusted};

use crate::support::{TINY, developer, key, verify, verify_with, wasmsign, wasmsign_detached};

/// A module with nothing in it.
const EMPTY: &[u8] = b"\0asm\x01\0\0\0";

#[test]
fn an_embedded_signature_is_found() {
    for (module, with_id) in [(TINY, true), (TINY, false), (EMPTY, true), (EMPTY, false)] {
        let signed = wasmsign(module, 1, with_id);
        let package = verify(&[key(2), key(1)], &signed).expect("it is signed");
        assert_eq!(package.container, Container::Wasmsign);
        assert_eq!(package.trust, Trust::Key(key(1).id()));
        assert_eq!(package.module(&signed), Some(&signed[..]));
        assert_eq!(package.version, None);
    }
}

#[test]
fn a_detached_signature_is_found() {
    let signature = wasmsign_detached(TINY, 1);
    let options = Options {
        signature: Some(&signature),
        ..Options::default()
    };
    let package = verify_with(&[key(1)], options, TINY).expect("it is signed");
    assert_eq!(package.container, Container::Detached);
    assert_eq!(package.signer(), Some(key(1).id()));
    assert_eq!(package.payload, 0..TINY.len() as u32);
    let mut changed = TINY.to_vec();
    changed[40] ^= 1;
    assert_eq!(
        verify_with(&[key(1)], options, &changed),
        Err(Error::HashMismatch)
    );
}

#[test]
fn a_signature_that_came_beside_it_goes_before_one_inside() {
    let inside = wasmsign(TINY, 1, true);
    let signature = wasmsign_detached(TINY, 2);
    let options = Options {
        signature: Some(&signature),
        ..Options::default()
    };
    assert_eq!(
        verify_with(&[key(1), key(2)], options, &inside),
        Err(Error::HashMismatch)
    );
}

#[test]
fn the_wrong_key_is_told_apart_from_a_wrong_signature() {
    let mut signed = wasmsign(TINY, 1, true);
    assert_eq!(verify(&[key(2)], &signed), Err(Error::UnknownKey));
    let end_of_signature = 8 + 2 + 10 + 118;
    signed[end_of_signature - 40] ^= 1;
    assert_eq!(verify(&[key(1)], &signed), Err(Error::BadSignature));
}

#[test]
fn it_is_refused_before_it_is_whole() {
    let signed = wasmsign(TINY, 1, true);
    let revoked = TrustedKey {
        state: KeyState::Revoked,
        ..key(1)
    };
    assert_eq!(
        verify(&[revoked], &signed[..140]),
        Err(Error::Revoked(revoked.id()))
    );
    assert_eq!(
        verify(&[key(1)], &TINY[..9 + 1 + 10]),
        Err(Error::NotSigned)
    );
}

#[test]
fn a_module_without_a_signature_is_for_developers() {
    for module in [TINY, EMPTY] {
        assert_eq!(verify(&[key(1)], module), Err(Error::NotSigned));
        let package = verify_with(&[key(1)], developer(), module).expect("developer mode is on");
        assert_eq!(package.container, Container::Bare);
        let (why, ceiling) = (Untrusted::NotSigned, CapabilitySet::ALL);
        assert_eq!(package.trust, Trust::Developer { why, ceiling });
        assert!(package.trust.to_string().contains("developer mode"));
    }
}

#[test]
fn other_sections_are_no_signatures() {
    let sections: [&[u8]; 6] = [
        &[1, 4, 1, 0x60, 0, 0],
        &[0, 3, 2, b'h', b'i'],
        &[
            0, 11, 9, b's', b'i', b'g', b'n', b'a', b't', b'u', b'r', b'f', 0,
        ],
        // Sizes in more bytes than they need, and than they can have.
        &[0, 0x83, 0x80, 0, 2, b'h', b'i'],
        &[0, 0x80, 0x80, 0x80, 0x80, 0x80, 1],
        &[
            0, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 2, b'h', b'i', 0, 0, 0, 0, 0, 0, 0,
        ],
    ];
    for section in sections {
        let module = [EMPTY, section].concat();
        assert_eq!(
            verify(&[key(1)], &module),
            Err(Error::NotSigned),
            "{section:?}"
        );
        assert!(
            verify_with(&[], developer(), &module).is_ok(),
            "{section:?}"
        );
    }
}

#[test]
fn a_signature_section_has_one_form() {
    let signed = wasmsign(TINY, 1, false);
    let malformed = Err(Error::Malformed(Field::SignatureSection));
    let (size, contents) = (signed[9], &signed[10..10 + 117]);
    let rest = &signed[10 + 117..];
    let longer = [EMPTY, &[0, size | 0x80, 0], contents, rest].concat();
    let other_hash = [
        EMPTY,
        &[0, size],
        &contents[..12],
        &[2],
        &contents[13..],
        rest,
    ]
    .concat();
    let more = [EMPTY, &[0, size + 1], contents, &[0], rest].concat();
    let huge = [EMPTY, &[0, 0xFF, 0x7F], contents, rest].concat();
    for package in [longer, other_hash, more, huge] {
        assert_eq!(verify(&[key(1)], &package), malformed);
    }
}

#[test]
fn what_is_no_app_is_told_apart() {
    let cases: [(&[u8], Error); 7] = [
        (b"", Error::Truncated),
        (b"\0as", Error::Truncated),
        (b"\0aot\x03\0\0\0", Error::Aot),
        (b"PK\x03\x04 a zip", Error::NotAPackage),
        (b"\x1F\x8B\x08\0 an akpkg", Error::NotAPackage),
        (b"\0asm\x0D\0\x01\0", Error::Component),
        (b"\0asm\x02\0\0\0", Error::Malformed(Field::WasmHeader)),
    ];
    for (package, error) in cases {
        assert_eq!(verify(&[key(1)], package), Err(error));
    }
}

#[test]
fn a_detached_signature_that_is_none_is_refused() {
    let options = Options {
        signature: Some(b"-----BEGIN"),
        ..developer()
    };
    let error = Err(Error::Malformed(Field::SignatureSection));
    assert_eq!(verify_with(&[key(1)], options, TINY), error);
}

#[test]
fn the_announced_size_is_held() {
    let signed = wasmsign(TINY, 1, true);
    let size = signed.len() as u32;
    let announced = |size| Options {
        size: Some(size),
        ..Options::default()
    };
    assert!(verify_with(&[key(1)], announced(size), &signed).is_ok());
    assert_eq!(
        verify_with(&[key(1)], announced(size + 1), &signed),
        Err(Error::Truncated)
    );
    assert_eq!(
        verify_with(&[key(1)], announced(size - 1), &signed),
        Err(Error::TrailingBytes)
    );
}

#[test]
fn a_large_package_is_refused_before_a_byte_of_it() {
    let limit = 100;
    let options = |size| Options {
        size,
        max_size: limit,
        ..developer()
    };
    let announced = verify_with(&[], options(Some(101)), b"");
    assert_eq!(announced, Err(Error::TooLarge { size: 101, limit }));
    let module = [TINY, &[0; 100]].concat();
    let size = module.len() as u32;
    assert_eq!(
        verify_with(&[], options(None), &module),
        Err(Error::TooLarge { size, limit })
    );
}
