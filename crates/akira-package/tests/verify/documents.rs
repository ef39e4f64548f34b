//! How a device learns of other keys.

use akira_caps::{CapabilitySet, Quotas, Text};
use akira_package::{
    AppScope, DocumentError, KeyState, MAX_DOCUMENT, MAX_KEYS, TrustStore, TrustedKey,
    document_message,
};
use ed25519_dalek::Signer;
use proptest::prelude::*;

use crate::support::{key, signing_key};

/// A key that may rotate keys.
fn owner(seed: u8) -> TrustedKey {
    TrustedKey {
        may_rotate: true,
        ..key(seed)
    }
}

fn store(serial: u32, epoch: u32, keys: &[TrustedKey]) -> TrustStore {
    keys.iter()
        .fold(TrustStore::new(serial, epoch), |store, key| {
            store.with_key(*key).expect("there is room")
        })
}

fn encoded(store: &TrustStore) -> Vec<u8> {
    store.encode(&mut [0; MAX_DOCUMENT]).to_vec()
}

fn sealed(encoded: &[u8], seed: u8) -> Vec<u8> {
    let signature = signing_key(seed).sign(&document_message(encoded));
    [encoded, &key(seed).id().0, &signature.to_bytes()].concat()
}

fn document(store: &TrustStore, seed: u8) -> Vec<u8> {
    sealed(&encoded(store), seed)
}

/// The longest that there can be.
fn full() -> TrustStore {
    let name = "a-name-of-thirty-one-characters";
    let keys = (1..=MAX_KEYS as u8).map(|seed| TrustedKey {
        name: Text::of(name).expect("31"),
        state: KeyState::Retired,
        owner: 0x1234,
        may_rotate: true,
        last_epoch: 0x1234_5678,
        ceiling: CapabilitySet::from_bits(u64::MAX),
        limits: Quotas::NONE
            .with_memory(1)
            .with_storage(2)
            .with_cpu_share(3)
            .with_exec_timeout_ms(4)
            .with_handles(5)
            .with_queue(6)
            .with_heap_kb(7)
            .with_stack_kb(8)
            .with_flash_kb_per_hour(9),
        apps: AppScope::only(&[name; AppScope::MOST]).expect("31"),
        ..key(seed)
    });
    store(u32::MAX, 7, &keys.collect::<Vec<_>>())
}

#[test]
fn a_store_is_read_as_it_was_written() {
    for store in [TrustStore::NOBODY, store(3, 2, &[owner(1), key(2)]), full()] {
        assert_eq!(TrustStore::decode(&encoded(&store)), Ok(store));
    }
    // Room for the seal is all that the longest one leaves.
    assert_eq!(encoded(&full()).len() + 32 + 64, MAX_DOCUMENT);
}

#[test]
fn each_store_has_one_form() {
    for bytes in [encoded(&store(3, 2, &[owner(1), key(2)])), encoded(&full())] {
        for size in 0..bytes.len() {
            assert!(
                TrustStore::decode(&bytes[..size]).is_err(),
                "of {size} bytes"
            );
        }
        let longer = [&bytes[..], &[0]].concat();
        assert_eq!(TrustStore::decode(&longer), Err(DocumentError::Malformed));
    }
}

#[test]
fn what_is_no_store_is_refused() {
    let good = encoded(&store(3, 2, &[key(1)]));
    let with = |at: usize, value: u8| {
        let mut bytes = good.clone();
        bytes[at] = value;
        TrustStore::decode(&bytes)
    };
    assert_eq!(with(0, b'B'), Err(DocumentError::Malformed));
    for format in [1, 3] {
        assert_eq!(with(4, format), Err(DocumentError::Format(format)));
    }
    // The state, the right to rotate, and a point of small order as a key.
    assert_eq!(with(14 + 32, 3), Err(DocumentError::Malformed));
    assert_eq!(with(14 + 33, 2), Err(DocumentError::Malformed));
    let mut weak = good.clone();
    weak[14..14 + 32].copy_from_slice(&[0; 32]);
    assert_eq!(TrustStore::decode(&weak), Err(DocumentError::Malformed));
    let mut twice = good.clone();
    twice[5] = 2;
    twice.extend_from_slice(&good[14..]);
    assert_eq!(TrustStore::decode(&twice), Err(DocumentError::Malformed));
}

#[test]
fn there_is_room_for_eight_keys() {
    assert_eq!(full().with_key(key(100)), None);
    assert_eq!(
        TrustStore::NOBODY
            .with_key(key(1))
            .and_then(|it| it.with_key(key(1))),
        None
    );
}

#[test]
fn a_new_key_comes_sealed_by_an_old_one() {
    let old = store(1, 1, &[owner(1)]);
    let retired = TrustedKey {
        state: KeyState::Retired,
        ..owner(1)
    };
    let new = store(2, 1, &[retired, owner(2)]);
    assert_eq!(old.update(&document(&new, 1)), Ok(new));
    // The old one has no say any more; the new one has.
    let next = store(3, 1, &[owner(2)]);
    let not_allowed = Err(DocumentError::NotAllowed(key(1).id()));
    assert_eq!(new.update(&document(&next, 1)), not_allowed);
    assert_eq!(new.update(&document(&next, 2)), Ok(next));
}

#[test]
fn who_may_not_rotate_does_not() {
    let old = store(
        1,
        1,
        &[
            owner(1),
            key(2),
            TrustedKey {
                state: KeyState::Revoked,
                ..owner(3)
            },
        ],
    );
    let new = store(2, 1, &[owner(9)]);
    for seed in [2, 3, 9] {
        let refused = DocumentError::NotAllowed(key(seed).id());
        assert_eq!(old.update(&document(&new, seed)), Err(refused));
    }
}

#[test]
fn an_old_store_does_not_come_back() {
    let now = store(5, 3, &[owner(1)]);
    for offered in [0, 4, 5] {
        let refused = DocumentError::Old {
            present: 5,
            offered,
        };
        let document = document(&store(offered, 3, &[owner(1)]), 1);
        assert_eq!(now.update(&document), Err(refused));
    }
    let back = document(&store(6, 2, &[owner(1)]), 1);
    assert_eq!(
        now.update(&back),
        Err(DocumentError::EpochBack {
            present: 3,
            offered: 2
        })
    );
}

#[test]
fn the_last_key_that_rotates_stays() {
    let now = store(1, 1, &[owner(1)]);
    let retired = TrustedKey {
        state: KeyState::Retired,
        ..owner(1)
    };
    for keys in [&[][..], &[key(1)], &[retired, key(2)]] {
        let found = now.update(&document(&store(2, 1, keys), 1));
        assert_eq!(found, Err(DocumentError::NoRotation));
    }
}

#[test]
fn every_flipped_bit_and_every_cut_is_refused() {
    let now = store(1, 1, &[owner(1)]);
    let good = document(&store(2, 1, &[owner(1), key(2)]), 1);
    assert!(now.update(&good).is_ok());
    for bit in 0..8 * good.len() {
        let mut changed = good.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert!(now.update(&changed).is_err(), "bit {bit}");
    }
    for size in 0..good.len() {
        assert!(now.update(&good[..size]).is_err(), "of {size} bytes");
    }
}

#[test]
fn a_signature_of_a_package_seals_nothing() {
    let now = store(1, 1, &[owner(1)]);
    let encoded = encoded(&store(2, 1, &[owner(1)]));
    let bare = signing_key(1).sign(&document_message(&encoded)[14..]);
    let document = [&encoded[..], &key(1).id().0, &bare.to_bytes()].concat();
    assert_eq!(now.update(&document), Err(DocumentError::BadSignature));
}

#[test]
fn the_newer_of_the_firmwares_and_the_kept_store_is_used() {
    let [one, two] = [store(1, 1, &[owner(1)]), store(2, 1, &[owner(2)])];
    assert_eq!((one.or_newer(two), two.or_newer(one)), (two, two));
    assert_eq!(one.or_newer(TrustStore::new(1, 9)), one);
}

proptest! {
    #[test]
    fn what_is_read_is_written_back(changes in prop::collection::vec((0..2_000_usize, any::<u8>()), 0..6)) {
        let mut bytes = encoded(&store(3, 2, &[owner(1), key(2), owner(3)]));
        for (at, value) in changes {
            let at = at % bytes.len();
            bytes[at] = value;
        }
        if let Ok(store) = TrustStore::decode(&bytes) {
            prop_assert_eq!(encoded(&store), bytes);
        }
    }
}
