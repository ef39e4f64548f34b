//! Long random runs against a model in memory, with the power cut at random.

use akira_store_testing::{Random, Run};

/// How many operations a run has, if not so many as the environment says: `AKIRA_STORE_OPERATIONS=100000` for a store that
/// is worn through.
const OPERATIONS: &str = "AKIRA_STORE_OPERATIONS";

/// Checks runs of several seeds, and that the pages of records are worn alike.
fn agrees<const P: usize, const W: usize, const R: usize>(steps: usize) {
    let asked = std::env::var(OPERATIONS).ok();
    let steps = asked.map_or(steps, |steps| steps.parse().expect("it is a number"));
    for seed in 1..=3 {
        let mut run = Run::<P, W, R>::filled();
        let mut random = Random::new(seed);
        for _ in 0..steps {
            run.step(&mut random);
        }
        run.check_fillers();
        let (records, images) = run.wear();
        let range = |pages: &[u32]| {
            let (least, most) = (pages.iter().min(), pages.iter().max());
            (*least.expect("pages"), *most.expect("pages"))
        };
        let (least, most) = range(records);
        println!(
            "{P}/{W} seed {seed}: {steps} operations, {} cuts, {} times full; erased: records {least} to {most} times, \
             images {:?}",
            run.cuts,
            run.full,
            range(images)
        );
        assert!(run.cuts > 0 && run.full > 0 && least > 0);
        // A page is erased once a turn, and once more for each cut between its erase and its header.
        assert!(most <= least * 2 + 4, "{records:?}");
    }
}

#[test]
fn a_store_agrees_with_the_model_on_4_kib_pages_of_bytes() {
    agrees::<4096, 1, 1>(3000);
}

#[test]
fn a_store_agrees_with_the_model_on_4_kib_pages_of_4_byte_words() {
    agrees::<4096, 4, 4>(3000);
}

#[test]
fn a_store_agrees_with_the_model_on_2_kib_pages_of_8_byte_words() {
    agrees::<2048, 8, 1>(3000);
}

#[test]
fn a_store_agrees_with_the_model_on_64_kib_pages_of_16_byte_words() {
    agrees::<65536, 16, 16>(1000);
}
