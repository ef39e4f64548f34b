//! Flashes on which somebody has written what no store would, with right checksums.

use akira_store_testing::{Random, use_forged};

/// How many flashes are changed, if not so many as the environment says.
const MUTATIONS: &str = "AKIRA_STORE_MUTATIONS";

fn survives<const P: usize, const W: usize, const R: usize>() {
    let asked = std::env::var(MUTATIONS).ok();
    let mutations = asked.map_or(200, |asked| asked.parse().expect("it is a number"));
    for seed in 0..mutations {
        use_forged::<P, W, R>(&mut Random::new(seed));
    }
}

#[test]
fn a_store_on_2_kib_pages_neither_panics_nor_hangs() {
    survives::<2048, 8, 1>();
}

#[test]
fn a_store_on_4_kib_pages_neither_panics_nor_hangs() {
    survives::<4096, 4, 4>();
}
