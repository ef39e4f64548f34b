//! Key files of wasmsign2 and imgtool.

use akira_pack::{Error, PublicKey, SigningKey};

/// From `imgtool keygen -t ed25519` 2.5.0, and what its `getpub -e pem` and `getpubhash -e raw` say.
const IMGTOOL_SECRET: &[u8] = b"-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEICaMAdautsCZ+nefYE+pajX1kjm1nXG5YJZuoRXXhXRI
-----END PRIVATE KEY-----
";
const IMGTOOL_PUBLIC: &[u8] = b"-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAH7xRgSiPCMKycR4qamOwMFWzr8IMr/Gf0CE4LQbqNkI=
-----END PUBLIC KEY-----
";

#[test]
fn keys_of_imgtool_are_read_and_written_as_they_were() {
    let secret = SigningKey::read(IMGTOOL_SECRET).expect("it is a key");
    let public = PublicKey::read(IMGTOOL_PUBLIC).expect("it is a key");
    assert_eq!(secret.public(), public);
    assert_eq!(
        secret.to_pem().expect("it is a key").as_bytes(),
        IMGTOOL_SECRET
    );
    assert_eq!(
        public.to_pem().expect("it is a key").as_bytes(),
        IMGTOOL_PUBLIC
    );
}

#[test]
fn keys_of_wasmsign2_are_read_and_written_as_they_were() {
    let theirs = wasmsign2::KeyPair::generate();
    let secret = SigningKey::read(&theirs.sk.to_bytes()).expect("it is a key");
    let public = PublicKey::read(&theirs.pk.to_bytes()).expect("it is a key");
    assert_eq!(secret.public(), public);
    assert_eq!(*secret.to_wasmsign(), theirs.sk.to_bytes());
    assert_eq!(public.to_wasmsign(), theirs.pk.to_bytes());
}

#[test]
fn pem_of_wasmsign2_is_read() {
    let theirs = wasmsign2::KeyPair::generate();
    let secret = SigningKey::read(theirs.sk.to_pem().as_bytes()).expect("it is a key");
    let public = PublicKey::read(theirs.pk.to_pem().as_bytes()).expect("it is a key");
    assert_eq!(secret.public(), public);
    assert_eq!(public.to_wasmsign(), theirs.pk.to_bytes());
}

#[test]
fn generated_keys_differ_and_show_nothing() {
    let keys = [(); 2].map(|()| SigningKey::generate().expect("there is randomness"));
    assert_ne!(keys[0].public(), keys[1].public());
    assert_eq!(
        format!("{:?}", keys[0]),
        format!("SigningKey({})", keys[0].public().id())
    );
}

#[test]
fn the_other_half_and_what_is_no_key_are_told_apart() {
    let secret = SigningKey::read(IMGTOOL_SECRET).expect("it is a key");
    for half in [IMGTOOL_PUBLIC, &secret.public().to_wasmsign()] {
        assert!(matches!(
            SigningKey::read(half),
            Err(Error::WrongHalf | Error::NotAKey)
        ));
    }
    for half in [IMGTOOL_SECRET, &secret.to_wasmsign()] {
        assert!(matches!(PublicKey::read(half), Err(Error::WrongHalf)));
    }
    let encrypted =
        b"-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIGj\n-----END ENCRYPTED PRIVATE KEY-----\n";
    assert!(matches!(
        SigningKey::read(encrypted),
        Err(Error::EncryptedKey)
    ));
    let mut mixed = secret.to_wasmsign().to_vec();
    mixed[64] ^= 1;
    for file in [&b""[..], b"\x81", &[1; 40], b"ssh-ed25519 AAAA", &mixed] {
        assert!(
            matches!(SigningKey::read(file), Err(Error::NotAKey)),
            "{file:?}"
        );
        assert!(
            matches!(PublicKey::read(file), Err(Error::NotAKey)),
            "{file:?}"
        );
    }
}
