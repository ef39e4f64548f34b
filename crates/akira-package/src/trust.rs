use crate::{Error, KeyId, KeyState, Purpose, TrustedKey};

/// Maximum number of keys that a device can trust.
pub const MAX_KEYS: usize = 8;

/// The keys whose packages a device accepts.
///
/// Plain data: at first a constant of the firmware, later the result of [`update`](Self::update), saved in its
/// [encoded](Self::encode) form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TrustStore {
    pub(crate) serial: u32,
    pub(crate) epoch: u32,
    pub(crate) keys: [Option<TrustedKey>; MAX_KEYS],
}

impl TrustStore {
    /// A store that trusts no key.
    pub const NOBODY: Self = Self::new(0, 0);

    /// Makes a store without keys.
    ///
    /// `serial` is the version number of the store. `epoch` replaces a clock, which a device may not have: the owner of
    /// the keys raises it, for example once a year, and a key is valid up to its
    /// [`last_epoch`](TrustedKey::last_epoch).
    pub const fn new(serial: u32, epoch: u32) -> Self {
        Self {
            serial,
            epoch,
            keys: [None; MAX_KEYS],
        }
    }

    /// Returns the store with `key` added, or `None` if it already has [`MAX_KEYS`] keys or contains this one.
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

    /// Returns the version number of the store.
    pub const fn serial(&self) -> u32 {
        self.serial
    }

    /// Returns the epoch.
    pub const fn epoch(&self) -> u32 {
        self.epoch
    }

    /// Lists the keys.
    pub fn keys(&self) -> impl Iterator<Item = &TrustedKey> {
        self.keys.iter().flatten()
    }

    /// Returns the key of this id, in whatever state it is.
    pub fn find(&self, id: &KeyId) -> Option<&TrustedKey> {
        self.keys().find(|key| key.id() == *id)
    }

    /// Returns the key of this id if it is valid for `purpose`. A device asks this before it starts an app that it
    /// verified at installation.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownKey`], [`Error::Revoked`]; to install, [`Error::Retired`] and [`Error::Expired`] too.
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
