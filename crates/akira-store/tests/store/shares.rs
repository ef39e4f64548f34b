//! What is promised to apps stays theirs, whatever one of them does.

use akira_store::EntryKind::{Directory, File};
use akira_store::{ENTRY_BYTES, Error, FileQuota, MAX_KEY, MAX_VALUE, NewImage, Share};
use akira_store_testing::{Borrowed, Flash, IMAGE_PAGES, Op, RECORD_PAGES, Version, name};
use akira_store_testing::{formatted, layout, mount};
use embassy_futures::block_on;

type Store<'f> = akira_store::Store<&'f mut Chip, 256>;
type Chip = Flash<16384, 4, 4>;

const QUIET: [&str; 3] = ["one", "two", "three"];
const HOSTILE: &str = "hostile";
const QUOTA: u32 = 4096;

fn mounted(flash: &mut Chip) -> Store<'_> {
    let layout = layout(flash);
    block_on(Store::mount(flash, layout)).expect("it mounts")
}

/// A flash with four apps of the same quota.
fn shared() -> Chip {
    let mut flash: Chip = formatted();
    for app in QUIET.into_iter().chain([HOSTILE]) {
        let version = Version::new(2, vec![7; 100]).with_quota(QUOTA, u16::MAX);
        let install = Op::Install(app, version);
        install
            .apply(&mut mounted(&mut flash))
            .expect("there is room");
    }
    flash
}

fn promised(store: &Store<'_>) -> Share {
    let app = store.share_of_files(QUOTA).and(Store::SETTINGS);
    app.and(app).and(app).and(app)
}

/// Takes all that an app gets, in many ways, until each is refused.
async fn take_all(store: &mut Store<'_>, app: &str) {
    let refused = |result: Result<(), Error>| matches!(result, Err(Error::Quota { .. }));
    let mut most = 0;
    for round in 0..6 {
        let deep = ["", "d/", "d/d/", "d/d/d/"][round % 4];
        let long = "x".repeat([1, 20, 40, 50][round % 4]);
        for directory in ["d", "d/d", "d/d/d"] {
            let _ = store.create(app, directory, Directory).await;
        }
        let mut n = 0;
        while !refused(store.create(app, &format!("{deep}{long}{n}"), File).await) {
            n += 1;
            assert!(n < 100, "it is refused some time");
            let path = format!("{deep}{long}{n}");
            if round % 2 == 1 {
                let _ = store.append(app, &path, &[1]).await;
            }
            let _ = store.rename(app, &path, &format!("{path}-{long}")).await;
        }
        while store.append(app, "d/fill", &[1; 512]).await.is_ok() {}
        most = most.max(store.folder_used(app).await.expect("it is counted"));
        store.clear_folder(app).await.expect("it is a folder");
    }
    assert!(most <= QUOTA);
    fill(store, app).await;
    fill_settings(store, app, &"k".repeat(MAX_KEY - 3), &[1; MAX_VALUE]).await;
    fill_settings(store, app, "", b"").await;
}

/// Fills an app's folder with files of one byte, each of which takes two records.
async fn fill(store: &mut Store<'_>, app: &str) -> u32 {
    let mut n = 0;
    while store.create(app, &format!("f{n}"), File).await.is_ok() {
        if store.append(app, &format!("f{n}"), b"x").await.is_err() {
            break;
        }
        n += 1;
    }
    n
}

async fn fill_settings(store: &mut Store<'_>, app: &str, prefix: &str, value: &[u8]) -> u32 {
    let mut n = 0;
    while n < 1000 {
        let key = format!("{prefix}{}{n}", &app[..1]);
        match store.set_setting_of(app, &key, value).await {
            Ok(()) => n += 1,
            Err(Error::Quota { .. }) => break,
            Err(error) => panic!("{error}"),
        }
    }
    n
}

#[test]
fn each_app_gets_what_it_was_promised_after_another_took_all_that_it_could() {
    let mut flash = shared();
    let mut store = mounted(&mut flash);
    let (all, room) = (promised(&store), store.room(6));
    assert!(all.fits(room), "{all:?} of {room:?}");
    block_on(async {
        take_all(&mut store, HOSTILE).await;
        for app in QUIET {
            assert_eq!(fill(&mut store, app).await, QUOTA / (ENTRY_BYTES + 1));
            let settings = fill_settings(&mut store, app, "", b"1234").await;
            assert_eq!(settings, Store::SETTINGS.records);
        }
        store.set_setting("system/name", &[1; 200]).await?;
        store.count_start(&name("one")).await?;
        let new = NewImage {
            name: name("two"),
            size: 50,
            sha256: None,
        };
        let mut writer = store.begin(&new).await?;
        store.write(&mut writer, &[1; 50]).await?;
        store.commit(writer, &Default::default()).await?;
        store.uninstall(&name(HOSTILE)).await
    })
    .expect("there is room for the firmware's records");
}

#[test]
fn the_worst_files_of_a_quota_take_no_more_than_their_share() {
    for (size, page) in [
        (0, 1),
        (1, 1),
        (511, 1),
        (512, 1),
        (513, 1),
        (1025, 1),
        (3584, 1),
    ] {
        let mut flash = shared();
        let mut store = mounted(&mut flash);
        let before = block_on(store.usage()).expect("it is counted");
        block_on(async {
            for n in 0.. {
                let path = format!("{}{n:03}", "n".repeat(40 * page));
                if store.create(HOSTILE, &path, File).await.is_err() {
                    break;
                }
                let mut left = size;
                while left > 0 {
                    let piece = vec![1; left.min(512)];
                    match store.append(HOSTILE, &path, &piece).await {
                        Ok(written) => left -= written,
                        Err(_) => return,
                    }
                }
            }
        });
        let after = block_on(store.usage()).expect("it is counted");
        let taken = Share {
            records: (after.records - before.records) as u32,
            bytes: after.used - before.used,
        };
        let share = store.share_of_files(QUOTA);
        assert!(taken.fits(share), "files of {size}: {taken:?} of {share:?}");
    }
}

#[test]
fn a_setting_counts_for_who_set_it_last_and_over_a_restart() {
    let mut flash = shared();
    let mut store = mounted(&mut flash);
    let most = Store::SETTINGS.records;
    block_on(async {
        assert_eq!(fill_settings(&mut store, "one", "", b"x").await, most);
        assert!(store.set_setting_of("one", "more", b"x").await.is_err());
        store.set_setting_of("one", "o0", b"y").await?;
        store.set_setting_of("two", "o0", b"z").await?;
        assert_eq!(store.settings_of("two").await?.records, 1);
        store.set_setting_of("one", "more", b"x").await
    })
    .expect("there is room again");
    let mut store = mounted(&mut flash);
    block_on(async {
        assert_eq!(store.settings_of("one").await?.records, most);
        assert!(store.set_setting_of("one", "again", b"x").await.is_err());
        store.set_setting("firmware", b"x").await?;
        // What is set does not use up the numbers that files get.
        store.create("one", "file", File).await
    })
    .expect("there is room");
}

#[test]
fn what_the_gone_have_left_is_not_promised_again() {
    let mut flash = shared();
    let mut store = mounted(&mut flash);
    block_on(async {
        store.create("gone", "a", File).await?;
        store.set_setting_of("gone", "wifi", b"x").await?;
        let names = || QUIET.into_iter();
        let taken = store.taken_by_others(names()).await?;
        let file = store.share_of_files(ENTRY_BYTES);
        assert_eq!(taken.records, file.records + 1);
        let taken = store.taken_by_others(names().chain(["gone"])).await?;
        assert_eq!(taken, Share::default());
        Ok::<_, Error>(())
    })
    .expect("there is room");
    assert_eq!(FileQuota::default(), FileQuota::UNLIMITED);
    let mut small: Flash<4096, 4, 4> = formatted();
    let store: Borrowed<'_, 4096, 4, 4> = mount(&mut small);
    assert!(store.room(100).records < 200 && RECORD_PAGES + IMAGE_PAGES == 14);
}
