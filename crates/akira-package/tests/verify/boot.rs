//! MCUboot containers made by `imgtool`.

use akira_caps::CapabilitySet;
use akira_package::{
    Container, Error, Field, ImageVersion, KeyId, KeyState, Options, Purpose, Trust, TrustedKey,
    Untrusted,
};

use crate::support::{SIGNED, TINY, developer, imgtool_key, key, verify, verify_with};

const FULL_KEY: &[u8] = include_bytes!("../data/full_key.bin");
const UNSIGNED: &[u8] = include_bytes!("../data/unsigned.bin");
const HASH: &[u8; 32] = include_bytes!("../data/hash.bin");

#[test]
fn a_container_says_what_it_is() {
    let package = verify(&[key(1), imgtool_key()], SIGNED).expect("it is signed");
    assert_eq!(package.container, Container::Boot);
    assert_eq!(package.module(SIGNED), Some(TINY));
    assert_eq!(package.payload, 32..32 + TINY.len() as u32);
    assert_eq!(package.trust, Trust::Key(KeyId(*HASH)));
    let version = package.version.expect("it has one");
    assert_eq!(version.to_string(), "1.2.0+7");
    assert!(
        version
            > ImageVersion {
                build: 6,
                ..version
            }
    );
    assert_eq!(package.security_counter, Some(5));
    assert_eq!(package.size as usize, SIGNED.len());
    assert_eq!(
        package.signed_hash.as_ref(),
        SIGNED.get(0x77..0x97).and_then(|it| it.try_into().ok())
    );
}

#[test]
fn key_ids_are_those_of_imgtool() {
    assert_eq!(imgtool_key().id(), KeyId(*HASH));
}

#[test]
fn a_container_with_the_whole_key_and_a_longer_header_is_read() {
    let package = verify(&[imgtool_key()], FULL_KEY).expect("it is signed");
    assert_eq!(package.module(FULL_KEY), Some(TINY));
    assert_eq!(package.payload.start, 0x40);
    assert_eq!(package.security_counter, None);
}

#[test]
fn an_app_may_say_that_it_is_not_to_be_booted() {
    let package = verify(&[imgtool_key()], include_bytes!("../data/non_bootable.bin"));
    assert!(package.is_ok(), "{package:?}");
}

#[test]
fn what_it_asks_and_nobody_here_does_is_refused() {
    let refused: [(&[u8], Error); 5] = [
        (
            include_bytes!("../data/pure.bin"),
            Error::Unsupported(Field::Tlv(0x12)),
        ),
        (
            include_bytes!("../data/sha512.bin"),
            Error::Unsupported(Field::Tlv(0x12)),
        ),
        (
            include_bytes!("../data/dependent.bin"),
            Error::Unsupported(Field::Tlv(0x40)),
        ),
        (
            include_bytes!("../data/encrypted.bin"),
            Error::Unsupported(Field::ImageFlags),
        ),
        (
            include_bytes!("../data/firmware.bin"),
            Error::Malformed(Field::Payload),
        ),
    ];
    for (package, error) in refused {
        assert_eq!(verify(&[imgtool_key()], package), Err(error));
    }
}

#[test]
fn a_key_that_is_not_good_for_it_is_told_apart() {
    let id = imgtool_key().id();
    let with = |state, last_epoch| TrustedKey {
        state,
        last_epoch,
        ..imgtool_key()
    };
    let expired = Error::Expired {
        key: id,
        last_epoch: 1,
        epoch: 2,
    };
    let cases = [
        (
            with(KeyState::Revoked, u32::MAX),
            Err(Error::Revoked(id)),
            Err(Error::Revoked(id)),
        ),
        (
            with(KeyState::Retired, u32::MAX),
            Err(Error::Retired(id)),
            Ok(()),
        ),
        (with(KeyState::Active, 1), Err(expired), Ok(())),
        (with(KeyState::Active, 2), Ok(()), Ok(())),
        (key(9), Err(Error::UnknownKey), Err(Error::UnknownKey)),
    ];
    let start = Options {
        purpose: Purpose::Start,
        ..Options::default()
    };
    for (key, to_install, to_start) in cases {
        assert_eq!(verify(&[key], SIGNED).map(drop), to_install);
        assert_eq!(verify_with(&[key], start, SIGNED).map(drop), to_start);
    }
}

#[test]
fn developer_mode_waives_trust_and_says_so() {
    let cases = [
        (UNSIGNED, Untrusted::NotSigned),
        (SIGNED, Untrusted::UnknownKey),
    ];
    for (package, why) in cases {
        let ceiling = CapabilitySet::ALL;
        let found = verify_with(&[key(1)], developer(), package).expect("developer mode is on");
        assert_eq!(found.trust, Trust::Developer { why, ceiling });
        assert_eq!(found.signer(), None);
    }
    assert_eq!(verify(&[key(1)], UNSIGNED), Err(Error::NotSigned));
}

#[test]
fn developer_mode_waives_no_integrity() {
    let mut package = SIGNED.to_vec();
    package[50] ^= 1;
    let found = verify_with(&[], developer(), &package);
    assert_eq!(found, Err(Error::HashMismatch));
    let revoked = TrustedKey {
        state: KeyState::Revoked,
        ..imgtool_key()
    };
    let found = verify_with(&[revoked], developer(), SIGNED);
    assert_eq!(found, Err(Error::Revoked(revoked.id())));
}

#[test]
fn a_detached_signature_has_no_business_here() {
    let options = Options {
        signature: Some(&[]),
        ..Options::default()
    };
    assert_eq!(
        verify_with(&[imgtool_key()], options, SIGNED),
        Err(Error::TwoSignatures)
    );
}

#[test]
fn what_follows_is_refused() {
    let padded = [SIGNED, &[0xFF]].concat();
    assert_eq!(verify(&[imgtool_key()], &padded), Err(Error::TrailingBytes));
}

#[test]
fn its_size_is_known_from_its_header() {
    let mut package = SIGNED[..32].to_vec();
    package[12..16].copy_from_slice(&0x0100_0000_u32.to_le_bytes());
    let error = verify(&[imgtool_key()], &package);
    assert!(
        matches!(
            error,
            Err(Error::TooLarge {
                size: 0x0100_0034,
                ..
            })
        ),
        "{error:?}"
    );
    package[12..16].copy_from_slice(&u32::MAX.to_le_bytes());
    let error = verify(&[imgtool_key()], &package);
    assert!(
        matches!(error, Err(Error::TooLarge { size: u32::MAX, .. })),
        "{error:?}"
    );
}
