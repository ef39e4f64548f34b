use core::fmt;

use akira_package::KeyId;
use ed25519::pkcs8::spki::{DecodePublicKey, EncodePublicKey};
use ed25519::pkcs8::{DecodePrivateKey, EncodePrivateKey, KeypairBytes, PublicKeyBytes};
use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::{Signer, VerifyingKey};
use zeroize::Zeroizing;

use crate::Error;

/// First byte of wasmsign2's key files.
const WASMSIGN_PUBLIC: u8 = 0x01;
const WASMSIGN_SECRET: u8 = 0x81;

/// Secret ed25519 key that signs packages and trust stores. Its memory is wiped on drop, and its
/// `Debug` output shows only the identifier of the public key.
pub struct SigningKey(ed25519_dalek::SigningKey);

/// Public ed25519 key, which a device can be configured to trust.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PublicKey(pub [u8; 32]);

impl SigningKey {
    /// Generates a new random key.
    ///
    /// # Errors
    ///
    /// [`Error::Random`] if the host's random number generator fails.
    pub fn generate() -> Result<Self, Error> {
        let mut secret = Zeroizing::new([0; 32]);
        getrandom::fill(secret.as_mut()).map_err(Error::Random)?;
        Ok(Self::from_seed(&secret))
    }

    /// Creates the key with this seed (RFC 8032, section 5.1.5).
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(ed25519_dalek::SigningKey::from_bytes(seed))
    }

    /// Reads a secret key from the contents of a key file: the secret key of `wasmsign2 keygen`, or
    /// PEM as `imgtool keygen -t ed25519` writes it.
    ///
    /// # Errors
    ///
    /// [`Error::NotAKey`] if the file has another form, [`Error::WrongHalf`] if it holds a public
    /// key, [`Error::EncryptedKey`] if the PEM is encrypted.
    pub fn read(file: &[u8]) -> Result<Self, Error> {
        if let Some((&WASMSIGN_SECRET, pair)) = file.split_first() {
            let pair = pair.try_into().map_err(|_| Error::NotAKey)?;
            let key = ed25519_dalek::SigningKey::from_keypair_bytes(pair);
            return key.map(Self).map_err(|_| Error::NotAKey);
        }
        let text = core::str::from_utf8(file).unwrap_or_default();
        if text.contains("BEGIN ENCRYPTED PRIVATE KEY") {
            return Err(Error::EncryptedKey);
        }
        if PublicKey::read_public(file).is_some() {
            return Err(Error::WrongHalf);
        }
        let pair = KeypairBytes::from_pkcs8_pem(text.trim()).map_err(|_| Error::NotAKey)?;
        Ok(Self::from_seed(&pair.secret_key))
    }

    /// Returns the secret key in the file format of `wasmsign2`.
    pub fn to_wasmsign(&self) -> Zeroizing<Vec<u8>> {
        let pair = Zeroizing::new(self.0.to_keypair_bytes());
        let mut file = Zeroizing::new(Vec::with_capacity(65));
        file.push(WASMSIGN_SECRET);
        file.extend_from_slice(pair.as_ref());
        file
    }

    /// Returns the secret key in the file format of `imgtool` and OpenSSL: PEM of PKCS #8, without
    /// the public key.
    ///
    /// # Errors
    ///
    /// [`Error::NotAKey`] if encoding fails, which does not happen for a valid key.
    pub fn to_pem(&self) -> Result<Zeroizing<String>, Error> {
        let pair = KeypairBytes {
            secret_key: self.0.to_bytes(),
            public_key: None,
        };
        pair.to_pkcs8_pem(LineEnding::LF)
            .map_err(|_| Error::NotAKey)
    }

    /// Returns the public key that belongs to this secret key.
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key().to_bytes())
    }

    /// Signs a message.
    pub(crate) fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", self.public().id())
    }
}

impl PublicKey {
    /// Reads a public key from the contents of a key file: the public key of `wasmsign2 keygen`, or
    /// PEM as `imgtool getpub -e pem` writes it.
    ///
    /// # Errors
    ///
    /// [`Error::NotAKey`] if the file has another form, [`Error::WrongHalf`] if it holds a secret
    /// key.
    pub fn read(file: &[u8]) -> Result<Self, Error> {
        let is_secret = || SigningKey::read(file).is_ok();
        match Self::read_public(file) {
            Some(key) => Ok(key),
            None if is_secret() => Err(Error::WrongHalf),
            None => Err(Error::NotAKey),
        }
    }

    fn read_public(file: &[u8]) -> Option<Self> {
        let key = match file.split_first() {
            Some((&WASMSIGN_PUBLIC, key)) => key.try_into().ok()?,
            _ => {
                let text = core::str::from_utf8(file).ok()?;
                PublicKeyBytes::from_public_key_pem(text.trim()).ok()?.0
            }
        };
        VerifyingKey::from_bytes(&key).ok().map(|_| Self(key))
    }

    /// Returns the public key in the file format of `wasmsign2`.
    pub fn to_wasmsign(&self) -> Vec<u8> {
        [&[WASMSIGN_PUBLIC][..], &self.0].concat()
    }

    /// Returns the public key in the file format of `imgtool` and OpenSSL: PEM of its DER form.
    ///
    /// # Errors
    ///
    /// [`Error::NotAKey`] if encoding fails, which does not happen for a valid key.
    pub fn to_pem(&self) -> Result<String, Error> {
        let key = PublicKeyBytes(self.0);
        key.to_public_key_pem(LineEnding::LF)
            .map_err(|_| Error::NotAKey)
    }

    /// Returns the identifier of the key, by which devices name it.
    pub fn id(&self) -> KeyId {
        KeyId::of(&self.0)
    }
}
