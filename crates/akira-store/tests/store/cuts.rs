//! Cuts the power in every operation of everything that a store does: afterwards it shows the old or the new state.

use crate::flash::Flash;
use crate::model::{Model, Op};
use crate::random::Random;
use crate::setup::{formatted, mount};
use akira_store::EntryKind::{Directory, File};

/// What a cut may leave is tried this often for each cut.
const SEEDS: u64 = 2;

/// Does `op` once for each of its operations, with the power cut in it, and then once without. Returns how many cuts.
fn cut_everywhere<const P: usize, const W: usize, const R: usize>(
    flash: &mut Flash<P, W, R>,
    op: &Op,
) -> u64 {
    let old = Model::of(&mut mount(flash));
    let mut new = old.clone();
    assert!(new.apply(op), "{op:?} does something");
    let mut whole = flash.clone();
    let before = whole.operations;
    let mut store = mount(&mut whole);
    op.apply(&mut store).expect("it works without a cut");
    assert_eq!(Model::of(&mut store), new, "in RAM after {op:?}");
    assert_eq!(Model::of(&mut mount(&mut whole)), new, "after {op:?}");
    let operations = whole.operations - before;
    for cut in 0..operations {
        for seed in 0..SEEDS {
            let mut victim = flash.clone();
            victim.cut_after(cut, cut * SEEDS + seed + 1);
            // A cut of the last operation may leave nothing undone that matters, but never goes unnoticed.
            op.apply(&mut mount(&mut victim))
                .expect_err("the power is cut");
            assert!(victim.power_up(), "the cut was not reached");
            check(&mut victim, op, &old, &new, cut);
        }
    }
    *flash = whole;
    operations * SEEDS
}

/// Checks that a flash shows the old or the new state, and that what was cut can be done again.
fn check<const P: usize, const W: usize, const R: usize>(
    flash: &mut Flash<P, W, R>,
    op: &Op,
    old: &Model,
    new: &Model,
    cut: u64,
) {
    let mut store = mount(flash);
    let shown = Model::of(&mut store);
    assert!(
        shown == *old || shown == *new,
        "cut {cut} of {op:?}: {shown:?}"
    );
    if shown == *old && cut.is_multiple_of(16) {
        op.apply(&mut store).expect("it works when done again");
        assert_eq!(Model::of(&mut mount(flash)), *new, "cut {cut} of {op:?}");
    }
}

/// Everything that changes a store, once or twice, in an order in which each does something.
fn script(page: usize) -> Vec<Op> {
    let mut random = Random::new(7);
    let score = || "saves/score".to_string();
    let piece = page.min(4096) / 8;
    let small = random.bytes(page.min(4096) + 100);
    let large = random.bytes(page.min(4096) * 2 + 7);
    vec![
        Op::Set("wifi".into(), b"one".to_vec()),
        Op::Set("wifi".into(), random.bytes(255)),
        Op::Unset("wifi".into()),
        Op::Create("snake", "saves".into(), Directory),
        Op::Create("snake", score(), File),
        Op::Write("snake", score(), 0, random.bytes(piece)),
        Op::Write("snake", score(), 10, random.bytes(20)),
        Op::Write("snake", score(), piece as u32, random.bytes(33)),
        Op::Create("snakes", "other".into(), File),
        Op::Write("snakes", "other".into(), 0, random.bytes(9)),
        Op::Install("snake", 1, small.clone()),
        Op::Autostart("snake", true),
        Op::Install("snake", 2, large.clone()),
        Op::Crash("snake"),
        Op::RollBack("snake"),
        Op::Install("snake", 3, large),
        Op::Confirm("snake"),
        Op::Install("radio", 1, small),
        Op::Truncate("snake", score()),
        Op::Write("snake", score(), 0, random.bytes(7)),
        Op::Remove("snake", score()),
        Op::Create("snake", score(), File),
        Op::Uninstall("snake"),
        Op::Clear("snakes"),
        Op::Uninstall("radio"),
    ]
}

/// Settings enough to turn the ring of pages, with others that stay and have to be moved.
fn turn(page: usize) -> impl Iterator<Item = Op> {
    let mut random = Random::new(3);
    let stays = [("lang", 100), ("zone", 200), ("boot", 255)];
    let stays = stays.map(|(key, length)| Op::Set(key.into(), random.bytes(length)));
    let changes = (0..page * 5 / 260).map(move |_| Op::Set("hue".into(), random.bytes(250)));
    stays.into_iter().chain(changes)
}

fn everywhere<const P: usize, const W: usize, const R: usize>() {
    let mut flash = formatted::<P, W, R>();
    let cuts: u64 = script(P)
        .iter()
        .map(|op| cut_everywhere(&mut flash, op))
        .sum();
    println!("{P} byte pages, {W} byte words: {cuts} cuts");
}

/// Cuts where pages are opened and collected, which are the calls that erase.
fn everywhere_in_collection<const P: usize, const W: usize, const R: usize>() {
    let mut flash = formatted::<P, W, R>();
    let (mut cuts, mut collections) = (0, 0);
    for op in turn(P) {
        let mut trial = flash.clone();
        op.apply(&mut mount(&mut trial)).expect("there is room");
        let erased = trial.erases != flash.erases;
        if erased {
            cuts += cut_everywhere(&mut flash, &op);
            collections += 1;
        } else {
            flash = trial;
        }
    }
    assert!(
        collections > crate::setup::RECORD_PAGES,
        "the ring has turned"
    );
    println!("{P} byte pages, {W} byte words: {cuts} cuts of {collections} collections");
}

#[test]
fn every_cut_leaves_old_or_new_on_4_kib_pages_of_bytes() {
    everywhere::<4096, 1, 1>();
}

#[test]
fn every_cut_leaves_old_or_new_on_4_kib_pages_of_4_byte_words() {
    everywhere::<4096, 4, 4>();
}

#[test]
fn every_cut_leaves_old_or_new_on_2_kib_pages_of_8_byte_words() {
    everywhere::<2048, 8, 1>();
}

#[test]
fn every_cut_leaves_old_or_new_on_64_kib_pages_of_16_byte_words() {
    everywhere::<65536, 16, 16>();
}

#[test]
fn every_cut_of_collection_leaves_old_or_new_on_4_kib_pages() {
    everywhere_in_collection::<4096, 1, 1>();
    everywhere_in_collection::<4096, 4, 4>();
}

#[test]
fn every_cut_of_collection_leaves_old_or_new_on_2_kib_pages() {
    everywhere_in_collection::<2048, 8, 1>();
}

#[test]
fn every_cut_of_collection_leaves_old_or_new_on_64_kib_pages() {
    everywhere_in_collection::<65536, 16, 16>();
}

#[test]
fn a_store_goes_on_after_an_operation_that_failed() {
    let mut flash = formatted::<4096, 4, 4>();
    for op in turn(4096) {
        let old = Model::of(&mut mount(&mut flash));
        let mut new = old.clone();
        assert!(new.apply(&op));
        let before = flash.operations;
        let mut whole = flash.clone();
        op.apply(&mut mount(&mut whole)).expect("there is room");
        for failing in 0..whole.operations - before {
            let mut victim = flash.clone();
            victim.fail_after(failing, failing + 1);
            let mut store = mount(&mut victim);
            op.apply(&mut store).expect_err("the flash fails");
            let shown = Model::of(&mut store);
            assert!(shown == old || shown == new, "{failing} of {op:?}");
            op.apply(&mut store).expect("it works when done again");
            assert_eq!(Model::of(&mut store), new);
            assert_eq!(Model::of(&mut mount(&mut victim)), new);
        }
        flash = whole;
    }
}
