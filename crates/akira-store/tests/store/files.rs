//! Files of apps.

use akira_store::EntryKind::{Directory, File};
use akira_store::{ENTRY_BYTES, Error, MAX_FOLDERS, Stat};
use embassy_futures::block_on;

use akira_store_testing::Flash;
use akira_store_testing::{Op, Shown, Version};
use akira_store_testing::{formatted, mount};

fn flash() -> Flash<4096, 4, 4> {
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

#[test]
fn a_quota_bounds_bytes_and_entries() {
    let mut flash = flash();
    let version = Version::new(1, vec![7; 100]).with_quota(2 * ENTRY_BYTES + 236, 2);
    let install = Op::Install("snake", version);
    install
        .apply(&mut mount(&mut flash))
        .expect("there is room");
    let mut store = mount(&mut flash);
    block_on(async {
        store.create("snake", "a", File).await?;
        store.append("snake", "a", &[1; 512]).await?;
        assert_eq!(
            store.append("snake", "a", &[1; 237]).await,
            Err(quota(237, 236))
        );
        assert_eq!(store.append("snake", "a", &[1; 236]).await, Ok(236));
        assert_eq!(store.folder_used("snake").await, Ok(2 * ENTRY_BYTES + 236));
        let full = Err(quota(ENTRY_BYTES, 0));
        assert_eq!(store.create("snake", "b", File).await, full);
        assert_eq!(store.write_at("snake", "a", 0, &[2; 512]).await, Ok(512));
        store.truncate("snake", "a").await?;
        store.create("snake", "b", File).await?;
        assert_eq!(store.create("snake", "c", File).await, full);
        store.rename("snake", "a", "b").await?;
        store.create("snake", "c", File).await?;
        store.create("snakes", "a", File).await
    })
    .expect("it has room for two entries");
}

fn quota(needed: u32, free: u32) -> Error {
    Error::Quota { needed, free }
}

#[test]
fn a_rename_takes_the_place_of_a_file_and_of_nothing_else() {
    let mut flash = flash();
    let mut store = mount(&mut flash);
    block_on(async {
        for path in ["a", "b"] {
            store.create("snake", path, File).await?;
            store.append("snake", path, path.as_bytes()).await?;
        }
        store.create("snake", "d", Directory).await?;
        for (from, to, error) in [
            ("c", "e", Error::NotFound),
            ("a", "e/a", Error::NotFound),
            ("a", "b/a", Error::NotFound),
            ("a", "d", Error::Exists),
            ("d", "a", Error::Exists),
            ("d", "d/d", Error::Invalid),
            ("a", "..", Error::Invalid),
        ] {
            let renamed = store.rename("snake", from, to).await;
            assert_eq!(renamed, Err(error), "{from} to {to}");
        }
        store.rename("snake", "a", "b").await?;
        store.rename("snake", "b", "d/b").await?;
        assert_eq!(store.rename("snake", "d", "e").await, Err(Error::Exists));
        store.rename("snake", "d/b", "d/b").await?;
        let mut bytes = [0; 2];
        assert_eq!(store.read_at("snake", "d/b", 0, &mut bytes).await?, 1);
        assert_eq!(bytes[0], b'a');
        Ok::<(), Error>(())
    })
    .expect("there is room");
}

#[test]
fn more_folders_than_are_counted_are_refused() {
    let mut flash = flash();
    let mut store = mount(&mut flash);
    for n in 0..MAX_FOLDERS {
        block_on(store.create(&format!("app{n}"), "a", File)).expect("it is counted");
    }
    let more = |store: &mut akira_store_testing::Borrowed<'_, 4096, 4, 4>| {
        block_on(store.create("more", "a", File))
    };
    assert_eq!(more(&mut store), Err(Error::TooManyRecords));
    block_on(store.remove("app7", "a")).expect("it is there");
    assert_eq!(more(&mut store), Ok(()));
}
