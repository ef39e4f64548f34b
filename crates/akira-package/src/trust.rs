use crate::{Error, KeyId, KeyState, Purpose, TrustedKey};

/// Maximum number of keys in a [`TrustStore`].
pub const MAX_KEYS: usize = 8;

/// Set of the keys whose packages a device accepts.
///
/// A trust store is plain data: at first a constant in the firmware, later the result of
/// [`update`](Self::update), saved in its [encoded](Self::encode) form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TrustStore {
    pub(crate) serial: u32,
    pub(crate) epoch: u32,
    pub(crate) keys: [Option<TrustedKey>; MAX_KEYS],
}

impl TrustStore {
    /// The store without keys, so that no signed package has a trusted signer.
    pub const NOBODY: Self = Self::new(0, 0);

    /// Creates a store without keys.
    ///
    /// `serial` is the version number of the store. `epoch` replaces a clock, which a device may
    /// lack: the owner of the keys raises the epoch, for example once a year, and a key is valid up
    /// to its [`last_epoch`](TrustedKey::last_epoch).
    pub const fn new(serial: u32, epoch: u32) -> Self {
        Self {
            serial,
            epoch,
            keys: [None; MAX_KEYS],
        }
    }

    /// Returns the store with `key` added, or `None` if the store already has [`MAX_KEYS`] keys or
    /// contains the same public key.
    pub const fn with_key(mut self, key: TrustedKey) -> Option<Self> {
        let mut i = 0;
        while i < MAX_KEYS {
            match &self.keys[i] {
                Some(other) if is_same(&other.public, &key.public) => return None,
                Some(_) => i += 1,
                None => {
                    self.keys[i] = Some(key);
                    return Some(self);
                }
            }
        }
        None
    }

    /// Returns the version number of the store, which every update must raise.
    pub const fn serial(&self) -> u32 {
        self.serial
    }

    /// Returns the epoch: a number that replaces a clock for the expiry of keys.
    pub const fn epoch(&self) -> u32 {
        self.epoch
    }

    /// Returns all keys of the store, in any state.
    pub fn keys(&self) -> impl Iterator<Item = &TrustedKey> {
        self.keys.iter().flatten()
    }

    /// Returns the key with this identifier, in any state, or `None` if the store does not contain
    /// it.
    pub fn find(&self, id: &KeyId) -> Option<&TrustedKey> {
        self.keys().find(|key| key.id() == *id)
    }

    /// Returns the key with this identifier if it is valid for `purpose`. Call this function before
    /// each start of an app, because its key may have been revoked since the installation.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownKey`] if the store does not contain the key, [`Error::Revoked`] if the key
    /// was revoked; for [`Purpose::Install`] also [`Error::Retired`] and [`Error::Expired`].
    pub fn check(&self, id: &KeyId, purpose: Purpose) -> Result<&TrustedKey, Error> {
        let key = self.find(id).ok_or(Error::UnknownKey)?;
        match (key.state, purpose) {
            (KeyState::Revoked, _) => Err(Error::Revoked(*id)),
            (_, Purpose::Start) => Ok(key),
            (KeyState::Retired, _) => Err(Error::Retired(*id)),
            (KeyState::Active, _) if key.last_epoch < self.epoch => Err(Error::Expired {
                key: *id,
                last_epoch: key.last_epoch,
                epoch: self.epoch,
            }),
            (KeyState::Active, _) => Ok(key),
        }
    }

    /// Returns whether both keys belong to the same owner.
    pub(crate) fn is_same_owner(&self, one: &KeyId, other: &KeyId) -> bool {
        let owner = |id| self.find(id).map(|key| key.owner);
        one == other || owner(one).is_some_and(|it| owner(other) == Some(it))
    }
}

const fn is_same(one: &[u8; 32], other: &[u8; 32]) -> bool {
    let mut i = 0;
    while i < one.len() {
        if one[i] != other[i] {
            return false;
        }
        i += 1;
    }
    true
}
