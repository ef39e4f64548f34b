//! A package is the same in whatever pieces it comes.

use akira_package::{Error, Options, Package, Verifier};
use proptest::prelude::*;

use crate::support::{SIGNED, TINY, developer, imgtool_key, key, trust, wasmsign};

fn in_pieces(pieces: &[&[u8]], options: Options<'_>) -> Result<Package, Error> {
    let store = trust(&[imgtool_key(), key(1)]);
    let mut verifier = Verifier::new(&store, options);
    let pushed = pieces.iter().try_for_each(|piece| verifier.push(piece));
    let size = pieces.iter().map(|piece| piece.len() as u32).sum();
    assert!(pushed.is_err() || verifier.size() == size);
    // What was refused stays so.
    match pushed {
        Ok(()) => verifier.finish(),
        Err(error) => {
            assert_eq!(verifier.push(&[]), Err(error));
            assert_eq!(verifier.finish(), Err(error));
            Err(error)
        }
    }
}

/// Good packages and bad ones.
fn packages() -> Vec<Vec<u8>> {
    let mut changed = SIGNED.to_vec();
    changed[200] ^= 1;
    vec![
        SIGNED.to_vec(),
        wasmsign(TINY, 1, true),
        wasmsign(TINY, 1, false),
        wasmsign(TINY, 2, false),
        TINY.to_vec(),
        changed,
        [SIGNED, b"more"].concat(),
    ]
}

#[test]
fn each_cut_in_two_gives_the_same() {
    for options in [Options::default(), developer()] {
        for package in packages() {
            let whole = in_pieces(&[&package], options);
            for at in 0..=package.len() {
                let (one, two) = package.split_at(at);
                assert_eq!(in_pieces(&[one, two], options), whole, "cut at {at}");
            }
        }
    }
}

#[test]
fn single_bytes_give_the_same() {
    for package in packages() {
        let bytes: Vec<&[u8]> = package.chunks(1).collect();
        let whole = in_pieces(&[&package], Options::default());
        assert_eq!(in_pieces(&bytes, Options::default()), whole);
    }
}

#[test]
fn two_at_once_are_two_values() {
    let store = trust(&[imgtool_key(), key(1)]);
    let other = wasmsign(TINY, 1, true);
    let mut one = Verifier::new(&store, Options::default());
    let mut two = Verifier::new(&store, Options::default());
    for at in 0..SIGNED.len().max(other.len()) {
        one.push(SIGNED.get(at..=at).unwrap_or_default())
            .expect("it is good");
        two.push(other.get(at..=at).unwrap_or_default())
            .expect("it is good");
    }
    assert_eq!(one.finish(), in_pieces(&[SIGNED], Options::default()));
    assert_eq!(two.finish(), in_pieces(&[&other], Options::default()));
}

proptest! {
    #[test]
    fn any_pieces_give_the_same(which in 0..7_usize, cuts in prop::collection::vec(0..300_usize, 0..12)) {
        let package = packages().swap_remove(which);
        let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(package.len())).collect();
        cuts.extend([0, package.len()]);
        cuts.sort_unstable();
        let pieces: Vec<&[u8]> = cuts.windows(2).map(|pair| &package[pair[0]..pair[1]]).collect();
        prop_assert_eq!(in_pieces(&pieces, Options::default()), in_pieces(&[&package], Options::default()));
    }

    #[test]
    fn any_bytes_are_refused(start in 0..4_usize, bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let starts: [&[u8]; 4] = [b"", b"\0asm\x01\0\0\0", &SIGNED[..4], &SIGNED[..40]];
        let package = [starts[start], &bytes].concat();
        prop_assert!(in_pieces(&[&package], Options::default()).is_err());
    }
}
