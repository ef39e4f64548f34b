//! Signing keys, and trust stores that contain them.

use akira::abi::caps::CapabilitySet;
use akira_pack::{SigningKey, seal, sign_module};
use akira_package::{KeyState, TrustStore, TrustedKey};

/// Returns the signing key with this number.
pub(crate) fn key(number: u8) -> SigningKey {
    SigningKey::from_seed(&[number; 32])
}

pub(crate) fn sign(app: &[u8], number: u8) -> Vec<u8> {
    sign_module(app, &key(number)).expect("it is a module")
}

/// Creates a sealed trust store. `keys` has the number, name, owner and state of each key.
pub(crate) fn document(serial: u32, keys: &[(u8, &str, u16, KeyState)]) -> Vec<u8> {
    let root = TrustedKey {
        may_rotate: true,
        ..TrustedKey::new("root", key(0).public().0, 0).expect("the name is short")
    };
    let mut store = TrustStore::new(serial, 1).with_key(root);
    for (number, name, owner, state) in keys {
        let key = TrustedKey {
            state: *state,
            ceiling: CapabilitySet::ALL,
            ..TrustedKey::new(name, key(*number).public().0, *owner).expect("the name is short")
        };
        store = store.and_then(|store| store.with_key(key));
    }
    seal(&store.expect("there is room"), &key(0))
}
