//! Every bit of a package counts, and every byte has to be there.

use akira_package::{Error, Options, TrustedKey};

use crate::support::{SIGNED, TINY, imgtool_key, key, verify_with, wasmsign, wasmsign_detached};

/// A package with the key that signed it and the signature that lies beside it.
struct Case {
    package: Vec<u8>,
    key: TrustedKey,
    signature: Option<Vec<u8>>,
}

fn cases() -> Vec<Case> {
    let case = |package: &[u8], key, signature| Case {
        package: package.to_vec(),
        key,
        signature,
    };
    vec![
        case(SIGNED, imgtool_key(), None),
        case(include_bytes!("../data/full_key.bin"), imgtool_key(), None),
        case(&wasmsign(TINY, 1, true), key(1), None),
        case(&wasmsign(TINY, 1, false), key(1), None),
        case(TINY, key(1), Some(wasmsign_detached(TINY, 1))),
    ]
}

impl Case {
    fn refusal(&self, package: &[u8], signature: Option<&[u8]>) -> Option<Error> {
        let options = Options {
            signature,
            ..Options::default()
        };
        verify_with(&[self.key, key(7)], options, package).err()
    }
}

#[test]
fn every_flipped_bit_is_refused() {
    for case in cases() {
        let signature = case.signature.as_deref();
        assert_eq!(case.refusal(&case.package, signature), None);
        for bit in 0..8 * case.package.len() {
            let package = flip(&case.package, bit);
            assert!(
                case.refusal(&package, signature).is_some(),
                "bit {bit} of {package:x?}"
            );
        }
    }
}

#[test]
fn every_flipped_bit_of_a_detached_signature_is_refused() {
    let signature = wasmsign_detached(TINY, 1);
    for bit in 0..8 * signature.len() {
        let options = Options {
            signature: Some(&flip(&signature, bit)),
            ..Options::default()
        };
        assert!(verify_with(&[key(1)], options, TINY).is_err(), "bit {bit}");
    }
}

#[test]
fn every_changed_byte_of_a_container_is_refused() {
    let key = imgtool_key();
    // Its hashed bytes are one case as any other; those that nothing protects are tried with every value.
    let unprotected = SIGNED.len() - 0x90;
    for at in unprotected..SIGNED.len() {
        for value in (0..=255).filter(|&value| value != SIGNED[at]) {
            let mut package = SIGNED.to_vec();
            package[at] = value;
            let found = verify_with(&[key], Options::default(), &package);
            assert!(found.is_err(), "byte {at} as {value:#x}");
        }
    }
}

#[test]
fn every_truncation_is_refused() {
    for case in cases() {
        for size in 0..case.package.len() {
            let refusal = case.refusal(&case.package[..size], case.signature.as_deref());
            assert!(refusal.is_some(), "after {size} bytes");
        }
    }
}

#[test]
fn a_cut_container_is_told_apart_from_a_changed_one() {
    for size in 0..SIGNED.len() {
        let cut = verify_with(&[imgtool_key()], Options::default(), &SIGNED[..size]);
        assert_eq!(cut, Err(Error::Truncated), "after {size} bytes");
    }
    let signed = wasmsign(TINY, 1, true);
    let options = Options {
        size: Some(signed.len() as u32),
        ..Options::default()
    };
    for size in 0..signed.len() {
        let cut = verify_with(&[key(1)], options, &signed[..size]);
        assert_eq!(cut, Err(Error::Truncated), "after {size} bytes");
    }
}

fn flip(bytes: &[u8], bit: usize) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes[bit / 8] ^= 1 << (bit % 8);
    bytes
}
