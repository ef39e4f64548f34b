//! Cuts the power in every operation of everything that a store does: afterwards it shows the old or the new state.

use akira_store::EntryKind::{Directory, File};
use akira_store_testing::{Choices, Flash, Model, Op, Random, Shown, Version, formatted, mount};

/// What a cut may leave is tried this often for each cut.
const SEEDS: u64 = 2;

/// Does `op` once for each of its operations, with the power cut in it, and then once without. Returns how many cuts.
fn cut_everywhere<const P: usize, const W: usize, const R: usize>(
    flash: &mut Flash<P, W, R>,
    model: &mut Model,
    op: &Op,
) -> u64 {
    let old = model.shown();
    assert_eq!(Shown::of(&mut mount(flash)), old, "before {op:?}");
    let steps = model.steps(op).expect("it does something");
    let states: Vec<Shown> = steps.iter().map(Model::shown).collect();
    let new = states.last().expect("it leads somewhere");
    let mut whole = flash.clone();
    let before = whole.operations;
    let mut store = mount(&mut whole);
    op.apply(&mut store).expect("it works without a cut");
    assert_eq!(Shown::of(&mut store), *new, "in RAM after {op:?}");
    assert_eq!(Shown::of(&mut mount(&mut whole)), *new, "after {op:?}");
    let operations = whole.operations - before;
    for cut in 0..operations {
        for seed in 0..SEEDS {
            let mut victim = flash.clone();
            victim.cut_after(cut, cut * SEEDS + seed + 1);
            // A cut of the last operation may leave nothing undone that matters, but never goes unnoticed.
            op.apply(&mut mount(&mut victim))
                .expect_err("the power is cut");
            assert!(victim.power_up(), "the cut was not reached");
            check(&mut victim, op, &old, &states, cut);
        }
    }
    *flash = whole;
    *model = steps.into_iter().next_back().expect("it leads somewhere");
    operations * SEEDS
}

/// Checks that a flash shows the old or the new state, and that what was cut can be done again. An app's first change to
/// what came with it takes steps before it, which show in nothing but the bytes that are counted.
fn check<const P: usize, const W: usize, const R: usize>(
    flash: &mut Flash<P, W, R>,
    op: &Op,
    old: &Shown,
    states: &[Shown],
    cut: u64,
) {
    let mut store = mount(flash);
    let shown = Shown::of(&mut store);
    assert!(
        shown == *old || states.contains(&shown),
        "cut {cut} of {op:?}: {shown:?}"
    );
    let new = states.last().expect("it leads somewhere");
    assert!(
        shown.files == old.files || shown.files == new.files,
        "cut {cut} of {op:?}: {shown:?}"
    );
    if shown == *old && cut.is_multiple_of(16) {
        op.apply(&mut store).expect("it works when done again");
        assert_eq!(Shown::of(&mut mount(flash)), *new, "cut {cut} of {op:?}");
    }
}

/// Everything that changes a store, once or twice, in an order in which each does something.
fn script(page: usize) -> Vec<Op> {
    let mut random = Random::new(7);
    let score = || "saves/score".to_string();
    let piece = page.min(4096) / 8;
    let small = Version::new(1, random.bytes(page.min(4096) + 100));
    let large = |number, random: &mut Random| {
        let file = random.bytes(piece + 9);
        let files = [
            ("d", None),
            ("d/map", Some(&file[..])),
            ("help", Some(b"?")),
        ];
        Version::new(number, random.bytes(page.min(4096) + 7))
            .with_manifest(b"{}")
            .with_files(files)
    };
    let (two, three) = (large(2, &mut random), large(3, &mut random));
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
        Op::Install("snake", small.clone()),
        Op::Autostart("snake", true),
        Op::Install("snake", two),
        Op::Crash("snake"),
        Op::Start("snake"),
        Op::RollBack("snake"),
        Op::Resume("snake", three),
        Op::Confirm("snake"),
        Op::Enable("snake", false),
        Op::Install("radio", small),
        Op::Rename("snake", score(), "best".into()),
        Op::Create("snake", score(), File),
        Op::Write("snake", score(), 0, random.bytes(5)),
        Op::Rename("snake", score(), "best".into()),
        Op::Truncate("snake", "best".into()),
        Op::Write("snake", "best".into(), 0, random.bytes(7)),
        Op::Write("snake", "d/map".into(), 3, random.bytes(9)),
        Op::Remove("snake", "d/map".into()),
        Op::Remove("snake", "help".into()),
        Op::Create("snake", "help".into(), File),
        Op::Remove("snake", "best".into()),
        Op::Clear("snake"),
        Op::Truncate("snake", "d/map".into()),
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
    let (mut flash, mut model) = (formatted::<P, W, R>(), Model::default());
    let cuts: u64 = script(P)
        .iter()
        .map(|op| cut_everywhere(&mut flash, &mut model, op))
        .sum();
    println!("{P} byte pages, {W} byte words: {cuts} cuts");
}

/// Cuts where pages are opened and collected, which are the calls that erase.
fn everywhere_in_collection<const P: usize, const W: usize, const R: usize>() {
    let (mut flash, mut model) = (formatted::<P, W, R>(), Model::default());
    let (mut cuts, mut collections) = (0, 0);
    for op in turn(P) {
        let mut trial = flash.clone();
        op.apply(&mut mount(&mut trial)).expect("there is room");
        let erased = trial.erases != flash.erases;
        if erased {
            cuts += cut_everywhere(&mut flash, &mut model, &op);
            collections += 1;
        } else {
            flash = trial;
            model = last(&model, &op);
        }
    }
    assert!(
        collections > akira_store_testing::RECORD_PAGES,
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
    let (mut flash, mut model) = (formatted::<4096, 4, 4>(), Model::default());
    for op in turn(4096) {
        let new = last(&model, &op);
        let (old_shown, new_shown) = (model.shown(), new.shown());
        let before = flash.operations;
        let mut whole = flash.clone();
        op.apply(&mut mount(&mut whole)).expect("there is room");
        for failing in 0..whole.operations - before {
            let mut victim = flash.clone();
            victim.fail_after(failing, failing + 1);
            let mut store = mount(&mut victim);
            op.apply(&mut store).expect_err("the flash fails");
            let shown = Shown::of(&mut store);
            assert!(
                shown == old_shown || shown == new_shown,
                "{failing} of {op:?}"
            );
            op.apply(&mut store).expect("it works when done again");
            assert_eq!(Shown::of(&mut store), new_shown);
            assert_eq!(Shown::of(&mut mount(&mut victim)), new_shown);
        }
        (flash, model) = (whole, new);
    }
}

/// Returns what an operation leads to.
fn last(model: &Model, op: &Op) -> Model {
    let steps = model.steps(op).expect("it does something");
    steps.into_iter().next_back().expect("it leads somewhere")
}
