//! Stores of an older format, as firmware of that time wrote them.

use akira_store::EntryKind::{Directory, File};
use akira_store::Error;
use akira_store_testing::{
    Choices, Flash, Model, Op, Random, Shown, Version, mount, name, try_mount,
};
use embassy_futures::block_on;

/// What the script of `format1/*.bin` leaves: these bytes were written by the last version of format 1, in this order.
fn model(page: usize) -> Model {
    let mut random = Random::new(41);
    let score = || "saves/score".to_string();
    let mut ops = vec![
        Op::Set("lang".into(), b"de".to_vec()),
        Op::Set("wifi".into(), random.bytes(255)),
        Op::Create("snake", "saves".into(), Directory),
        Op::Create("snake", score(), File),
        Op::Write("snake", score(), 0, random.bytes(200)),
        Op::Write("snake", score(), 100, random.bytes(20)),
        Op::Install("snake", format_1_version(1, random.bytes(3000))),
        Op::Install("snake", format_1_version(2, random.bytes(2500))),
        Op::Autostart("snake", true),
        Op::Crash("snake"),
        Op::Create("snakes", "other".into(), File),
        Op::Write("snakes", "other".into(), 0, random.bytes(9)),
    ];
    let turns = if page > 4096 { 3 } else { page * 5 / 260 };
    ops.extend((0..turns).map(|_| Op::Set("hue".into(), random.bytes(250))));
    let step = |model: Model, op: &Op| {
        let steps = model.steps(op).expect("it does something");
        steps.into_iter().next_back().expect("it leads somewhere")
    };
    ops.iter().fold(Model::default(), step)
}

/// Format 1 knew no signers and no counters.
fn format_1_version(number: u8, bytes: Vec<u8>) -> Version {
    let mut version = Version::new(number, bytes);
    version.details.signer = None;
    version.details.security_counter = 0;
    version
}

/// Fills a flash with pages of which each is given by its length without erased bytes at its end, and those bytes.
fn load<const P: usize, const W: usize, const R: usize>(mut dump: &[u8]) -> Flash<P, W, R> {
    let mut flash =
        Flash::new(akira_store_testing::RECORD_PAGES + akira_store_testing::IMAGE_PAGES);
    let mut page = 0;
    while let Some((length, rest)) = dump.split_first_chunk() {
        let (bytes, rest) = rest.split_at(u32::from_le_bytes(*length) as usize);
        flash.overwrite(page * P, bytes);
        dump = rest;
        page += 1;
    }
    flash
}

/// Mounts a store of format 1, once without a cut, and once with the power cut in each operation of the migration.
fn migrates<const P: usize, const W: usize, const R: usize>(dump: &[u8]) {
    let old: Flash<P, W, R> = load(dump);
    let model = model(P);
    let expected = model.shown();
    let mut whole = old.clone();
    assert_eq!(Shown::of(&mut mount(&mut whole)), expected);
    let operations = whole.operations;
    for cut in 0..operations {
        let mut victim = old.clone();
        victim.cut_after(cut, cut + 1);
        let mounted = try_mount(&mut victim).map(|_| ());
        assert!(matches!(mounted, Err(Error::Flash(_))), "{mounted:?}");
        assert!(victim.power_up());
        assert_eq!(Shown::of(&mut mount(&mut victim)), expected, "cut {cut}");
    }
    println!("{P}/{W}: migrated in {operations} operations, cut in each");
    let mut store = mount(&mut whole);
    let radio = block_on(store.resume(&name("radio"))).expect("its install is under way");
    assert_eq!((radio.position(), radio.size()), (0, 3000));
    let before = whole.operations;
    assert_eq!(Shown::of(&mut mount(&mut whole)), expected);
    assert_eq!(
        whole.operations, before,
        "a migrated store is not migrated again"
    );
}

#[test]
fn format_1_is_migrated_on_4_kib_pages_of_bytes() {
    migrates::<4096, 1, 1>(include_bytes!("format1/4096_1.bin"));
}

#[test]
fn format_1_is_migrated_on_4_kib_pages_of_4_byte_words() {
    migrates::<4096, 4, 4>(include_bytes!("format1/4096_4.bin"));
}

#[test]
fn format_1_is_migrated_on_2_kib_pages_of_8_byte_words() {
    migrates::<2048, 8, 1>(include_bytes!("format1/2048_8.bin"));
}

#[test]
fn format_1_is_migrated_on_64_kib_pages_of_16_byte_words() {
    migrates::<65536, 16, 16>(include_bytes!("format1/65536_16.bin"));
}

#[test]
fn an_app_of_format_1_goes_on_in_format_2() {
    let mut flash: Flash<4096, 4, 4> = load(include_bytes!("format1/4096_4.bin"));
    let mut model = model(4096);
    let version = Version::new(3, vec![3; 5000]).with_quota(4096, 8);
    let ops = [
        Op::Start("snake"),
        Op::RollBack("snake"),
        Op::Install("snake", version),
        Op::Confirm("snake"),
        Op::Rename("snake", "saves/score".into(), "score".into()),
    ];
    for op in ops {
        op.apply(&mut mount(&mut flash)).expect("there is room");
        model = model
            .steps(&op)
            .and_then(|mut steps| steps.pop())
            .expect("it works");
        assert_eq!(Shown::of(&mut mount(&mut flash)), model.shown(), "{op:?}");
    }
}
