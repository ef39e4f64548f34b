//! Long random runs against a model in memory, with the power cut at random.

use embassy_futures::block_on;

use crate::flash::Flash;
use crate::model::{APPS, FOLDERS, KEYS, Model, Op};
use crate::random::Random;
use crate::setup::{RECORD_PAGES, formatted, mount};
use akira_store::EntryKind::{Directory, File};
use akira_store::Error;

const PATHS: [&str; 6] = ["a", "b", "d", "d/a", "d/b", "d/d"];

fn any_op(random: &mut Random, model: &Model, page: usize) -> Op {
    let folder = FOLDERS[random.below(2)];
    let path = PATHS[random.below(PATHS.len())].to_string();
    let app = APPS[random.below(3)];
    match random.below(24) {
        0..=7 => {
            let key = KEYS[random.below(KEYS.len())].to_string();
            let length = random.below(256);
            Op::Set(key, random.bytes(length))
        }
        8 => Op::Unset(KEYS[random.below(KEYS.len())].to_string()),
        9 | 10 => {
            let kind = if path == "d" { Directory } else { File };
            Op::Create(folder, path, kind)
        }
        11..=16 => any_write(random, model, folder, path, page),
        17 => Op::Truncate(folder, path),
        18 => Op::Remove(folder, path),
        19 if random.below(4) == 0 => Op::Clear(folder),
        20 if random.below(4) == 0 => Op::Uninstall(app),
        21 if random.below(4) == 0 => {
            let (version, length) = (random.below(100) as u8, 1 + random.below(page * 3));
            Op::Install(app, version, random.bytes(length))
        }
        22 => [Op::Confirm(app), Op::RollBack(app)][random.below(2)].clone(),
        23 => Op::Autostart(app, random.below(2) == 0),
        _ => Op::Crash(app),
    }
}

/// Writes within the piece of the file that its end or a random place lies in.
fn any_write(
    random: &mut Random,
    model: &Model,
    folder: &'static str,
    path: String,
    page: usize,
) -> Op {
    let piece = (page / 8).min(512);
    let file = model.files.get(&(folder.to_string(), path.clone()));
    let size = file.and_then(|file| file.as_ref()).map_or(0, Vec::len);
    let offset = match random.below(3) {
        0 => random.below(size + 1),
        _ => size.min(piece * 3),
    };
    let length = 1 + random.below(piece - offset % piece);
    Op::Write(folder, path, offset as u32, random.bytes(length))
}

/// Does `steps` random operations, half of them with a cut to come. Returns the flash, the cuts, and how often it was full.
fn run<const P: usize, const W: usize, const R: usize>(
    seed: u64,
    steps: usize,
) -> (Flash<P, W, R>, u64, u64) {
    let mut random = Random::new(seed);
    let mut flash = formatted::<P, W, R>();
    let fillers = fill(&mut flash);
    let mut model = Model::default();
    let (mut cuts, mut full) = (0, 0);
    for step in 0..steps {
        let op = any_op(&mut random, &model, P);
        if random.below(2) == 0 {
            // Most operations are few, some are thousands.
            let most = 1 << random.below(13);
            flash.cut_after(random.below(most) as u64, seed + step as u64);
        }
        let result = op.apply(&mut mount(&mut flash));
        let was_cut = flash.power_up();
        let shown = Model::of(&mut mount(&mut flash));
        let mut new = model.clone();
        let works = new.apply(&op);
        match result {
            _ if was_cut => assert!(shown == model || (works && shown == new), "{step}: {op:?}"),
            Ok(()) => assert!(shown == new, "{step}: {op:?}"),
            Err(Error::Full { .. } | Error::TooManyRecords) => {
                assert!(shown == model, "{step}: {op:?}");
                full += 1;
            }
            Err(error) => {
                assert!(!works, "{step}: {op:?}: {error}");
                assert!(shown == model, "{step}: {op:?}");
            }
        }
        cuts += u64::from(was_cut);
        model = shown;
    }
    check_fillers(&mut flash, fillers);
    (flash, cuts, full)
}

/// Fills three quarters of the room with settings that stay, so that the store is full now and then; returns how many.
fn fill<const P: usize, const W: usize, const R: usize>(flash: &mut Flash<P, W, R>) -> usize {
    let mut store = mount(flash);
    block_on(async {
        for filler in 0..100 {
            let usage = store.usage().await.expect("it is mounted");
            if usage.used * 4 > usage.capacity * 3 {
                return filler;
            }
            let key = format!("filler{filler}");
            let set = store.set_setting(&key, &[filler as u8; 255]).await;
            set.expect("there is room");
        }
        100
    })
}

fn check_fillers<const P: usize, const W: usize, const R: usize>(
    flash: &mut Flash<P, W, R>,
    fillers: usize,
) {
    let mut store = mount(flash);
    for filler in 0..fillers {
        let mut value = [0; 255];
        let length = block_on(store.setting(&format!("filler{filler}"), &mut value));
        assert_eq!((length, value), (Ok(Some(255)), [filler as u8; 255]));
    }
}

/// Checks runs of several seeds, and that the pages of records are worn alike.
fn agrees<const P: usize, const W: usize, const R: usize>(steps: usize) {
    for seed in 1..=3 {
        let (flash, cuts, full) = run::<P, W, R>(seed, steps);
        let records = &flash.erases[flash.erases.len() - RECORD_PAGES..];
        let (least, most) = (records.iter().min(), records.iter().max());
        let (least, most) = (*least.expect("pages"), *most.expect("pages"));
        println!(
            "{P}/{W} seed {seed}: {steps} operations, {cuts} cuts, {full} times full, erased {least} to {most} times"
        );
        assert!(cuts > 0 && least > 0);
        // A page is erased once a turn, and once more for each cut between its erase and its header.
        assert!(most <= least * 2 + 4, "{records:?}");
    }
}

#[test]
fn a_store_agrees_with_the_model_on_4_kib_pages_of_bytes() {
    agrees::<4096, 1, 1>(4000);
}

#[test]
fn a_store_agrees_with_the_model_on_4_kib_pages_of_4_byte_words() {
    agrees::<4096, 4, 4>(4000);
}

#[test]
fn a_store_agrees_with_the_model_on_2_kib_pages_of_8_byte_words() {
    agrees::<2048, 8, 1>(4000);
}

#[test]
fn a_store_agrees_with_the_model_on_64_kib_pages_of_16_byte_words() {
    agrees::<65536, 16, 16>(1500);
}
