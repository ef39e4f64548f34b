//! Hashes, ciphers, signatures and random numbers. The app is charged for the work.

#![expect(missing_docs, reason = "each row says in `does` what it does")]

use akira_caps::Capability;

use crate::{NativeCall, Param};

/// Rows of the native module `crypto`.
pub static CALLS: &[&NativeCall] = &[
    &CRYPTO_SHA256,
    &CRYPTO_AES256_ENCRYPT,
    &CRYPTO_AES256_DECRYPT,
    &CRYPTO_AES256_CTR,
    &CRYPTO_HMAC_SHA256,
    &CRYPTO_RANDOM,
    &CRYPTO_ED25519_KEYGEN,
    &CRYPTO_ED25519_SIGN,
    &CRYPTO_P256_KEYGEN,
    &CRYPTO_P256_SIGN,
    &CRYPTO_P256_KEYGEN_SE050,
    &CRYPTO_P256_SIGN_SE050,
];

pub static CRYPTO_SHA256: NativeCall = NativeCall::new("crypto_sha256")
    .takes(&[
        Param::bytes_in("data", 1),
        Param::len("length"),
        Param::fixed_out("digest", 32),
    ])
    .requires(Capability::Crypto)
    .planned()
    .does(
        "Writes the SHA-256 of `data`, 32 bytes. Returns `-EMSGSIZE` if `data` has more than \
         64 KiB.",
    );

pub static CRYPTO_AES256_ENCRYPT: NativeCall = NativeCall::new("crypto_aes256_encrypt")
    .takes(&[
        Param::fixed_in("key", 32),
        Param::fixed_in("iv", 16),
        Param::bytes_in("input", 3),
        Param::len("length"),
        Param::bytes_out("output", 3).or_efault(),
    ])
    .requires(Capability::Crypto)
    .planned()
    .does(
        "Encrypts `length` bytes with AES-256 in CBC mode. Returns `-EINVAL` if `length` is \
         not a multiple of 16.",
    );

pub static CRYPTO_AES256_DECRYPT: NativeCall = NativeCall::new("crypto_aes256_decrypt")
    .takes(&[
        Param::fixed_in("key", 32),
        Param::fixed_in("iv", 16),
        Param::bytes_in("input", 3),
        Param::len("length"),
        Param::bytes_out("output", 3).or_efault(),
    ])
    .requires(Capability::Crypto)
    .planned()
    .does(
        "Decrypts `length` bytes with AES-256 in CBC mode. Returns `-EINVAL` if `length` is \
         not a multiple of 16.",
    );

pub static CRYPTO_AES256_CTR: NativeCall = NativeCall::new("crypto_aes256_ctr")
    .takes(&[
        Param::fixed_in("key", 32),
        Param::fixed_in("nonce", 16),
        Param::bytes_in("input", 3),
        Param::len("length"),
        Param::bytes_out("output", 3).or_efault(),
    ])
    .requires(Capability::Crypto)
    .planned()
    .does(
        "Encrypts or decrypts `length` bytes with AES-256 in CTR mode; `nonce` is the first \
         counter block.",
    );

pub static CRYPTO_HMAC_SHA256: NativeCall = NativeCall::new("crypto_hmac_sha256")
    .takes(&[
        Param::bytes_in("key", 1),
        Param::len("key_length"),
        Param::bytes_in("data", 3),
        Param::len("length"),
        Param::fixed_out("mac", 32),
    ])
    .requires(Capability::Crypto)
    .planned()
    .does(
        "Writes the HMAC-SHA-256 of `data`, 32 bytes. Returns `-EINVAL` if the key has more \
         than 64 bytes.",
    );

pub static CRYPTO_RANDOM: NativeCall = NativeCall::new("crypto_random")
    .takes(&[Param::bytes_out("data", 1), Param::len("length")])
    .requires(Capability::Crypto)
    .planned()
    .does("Fills `data` with bytes of a cryptographically secure generator.");

pub static CRYPTO_ED25519_KEYGEN: NativeCall = NativeCall::new("crypto_ed25519_keygen")
    .takes(&[
        Param::fixed_out("seed", 32),
        Param::fixed_out("public_key", 32),
    ])
    .requires(Capability::Crypto)
    .planned()
    .does("Generates an Ed25519 key pair. Writes the seed and the public key, 32 bytes each.");

pub static CRYPTO_ED25519_SIGN: NativeCall = NativeCall::new("crypto_ed25519_sign")
    .takes(&[
        Param::fixed_in("seed", 32),
        Param::bytes_in("message", 2),
        Param::len("length"),
        Param::fixed_out("signature", 64),
    ])
    .requires(Capability::Crypto)
    .planned()
    .does("Signs `message` with Ed25519. Writes the signature, 64 bytes.");

pub static CRYPTO_P256_KEYGEN: NativeCall = NativeCall::new("crypto_p256_keygen")
    .takes(&[
        Param::fixed_out("private_key", 32),
        Param::fixed_out("public_key", 65),
    ])
    .requires(Capability::Crypto)
    .planned()
    .does(
        "Generates a P-256 key pair. Writes the private key, 32 bytes, and the uncompressed \
         public key, 65 bytes.",
    );

pub static CRYPTO_P256_SIGN: NativeCall = NativeCall::new("crypto_p256_sign")
    .takes(&[
        Param::fixed_in("private_key", 32),
        Param::bytes_in("message", 2),
        Param::len("length"),
        Param::fixed_out("signature", 64),
    ])
    .requires(Capability::Crypto)
    .planned()
    .does("Signs the SHA-256 of `message` with ECDSA on P-256. Writes r and s, together 64 bytes.");

pub static CRYPTO_P256_KEYGEN_SE050: NativeCall = NativeCall::new("crypto_p256_keygen_se050")
    .takes(&[Param::u32("slot"), Param::fixed_out("public_key", 65)])
    .requires(Capability::Crypto)
    .suspending()
    .planned()
    .does(
        "Generates a P-256 key pair in `slot` of the SE050 secure element. Writes its \
         uncompressed public key, 65 bytes.",
    );

pub static CRYPTO_P256_SIGN_SE050: NativeCall = NativeCall::new("crypto_p256_sign_se050")
    .takes(&[
        Param::u32("slot"),
        Param::fixed_in("digest", 32),
        Param::fixed_out("signature", 64),
    ])
    .requires(Capability::Crypto)
    .suspending()
    .planned()
    .does(
        "Signs a SHA-256 digest with the key in `slot` of the SE050 secure element. Writes r \
         and s, together 64 bytes.",
    );
