//! Files of apps.

use akira_store::EntryKind::{Directory, File};
use akira_store::{ENTRY_BYTES, Error, Stat};
use embassy_futures::block_on;

use akira_store_testing::Flash;
use akira_store_testing::{Op, Shown};
use akira_store_testing::{formatted, mount};

fn flash() -> Flash<4096, 4> {
    formatted()
}

#[test]
fn a_large_write_is_taken_piece_by_piece() {
    let mut flash = flash();
    let mut store = mount(&mut flash);
    let bytes: Vec<u8> = (0..2000_u32).map(|n| n as u8).collect();
    block_on(async {
        store.create("snake", "log", File).await?;
        let mut done = 0;
        while done < bytes.len() {
            let taken = store.write_at("snake", "log", done as u32, &bytes[done..]);
            done += taken.await?;
        }
        let mut middle = [0; 1000];
        assert_eq!(store.read_at("snake", "log", 700, &mut middle).await?, 1000);
        assert_eq!(middle, bytes[700..1700]);
        assert_eq!(store.read_at("snake", "log", 1990, &mut middle).await?, 10);
        assert_eq!(store.read_at("snake", "log", 2000, &mut middle).await?, 0);
        Ok::<(), Error>(())
    })
    .expect("there is room");
    let stat = block_on(store.stat("snake", "log"));
    assert_eq!(
        stat,
        Ok(Stat {
            kind: File,
            size: 2000
        })
    );
    assert_eq!(block_on(store.folder_used("snake")), Ok(2000 + ENTRY_BYTES));
}

#[test]
fn nothing_is_written_beyond_the_end() {
    let mut flash = flash();
    let mut store = mount(&mut flash);
    block_on(store.create("snake", "log", File)).expect("there is room");
    let written = block_on(store.write_at("snake", "log", 1, b"x"));
    assert_eq!(written, Err(Error::Invalid));
}

#[test]
fn an_entry_needs_its_directory() {
    let mut flash = flash();
    let mut store = mount(&mut flash);
    let mut create = |path, kind| block_on(store.create("snake", path, kind));
    assert_eq!(create("d/a", File), Err(Error::NotFound));
    assert_eq!(create("d", Directory), Ok(()));
    assert_eq!(create("d/a", File), Ok(()));
    assert_eq!(create("d/a", Directory), Err(Error::Exists));
    assert_eq!(create("d/a/b", File), Err(Error::NotFound));
    assert_eq!(block_on(store.remove("snake", "d")), Err(Error::Exists));
}

#[test]
fn paths_that_lead_elsewhere_are_refused() {
    let mut flash = flash();
    let mut store = mount(&mut flash);
    let long = "x".repeat(64);
    for path in ["/a", "a/", "a//b", "..", "a/../b", ".", &long] {
        let made = block_on(store.create("snake", path, File));
        assert_eq!(made, Err(Error::Invalid), "{path}");
    }
    for folder in ["", "a/b", &long] {
        let made = block_on(store.create(folder, "a", File));
        assert_eq!(made, Err(Error::Invalid), "{folder}");
    }
}

#[test]
fn clearing_a_folder_leaves_others_whose_names_begin_alike() {
    let mut flash = flash();
    let mut store = mount(&mut flash);
    for folder in ["snake", "snakes"] {
        Op::Create(folder, "a".into(), File)
            .apply(&mut store)
            .expect("there is room");
    }
    block_on(store.clear_folder("snake")).expect("it clears");
    let shown = Shown::of(&mut mount(&mut flash));
    let left: Vec<_> = shown.files.into_keys().collect();
    assert_eq!(left, [("snakes".to_string(), "a".to_string())]);
}
