//! Files that come with an app, under those that it writes.

use akira_store::EntryKind::{Directory, File};
use akira_store::{Details, Error, MAX_ARCHIVE_ENTRIES, NewImage, Part, Stat};
use akira_store_testing::{Flash, Model, Op, Shown, Version, formatted, mount, name};
use embassy_futures::block_on;

fn flash() -> Flash<4096, 4, 4> {
    formatted()
}

/// Installs a module with a file and a directory with two.
fn installed() -> (Flash<4096, 4, 4>, Model) {
    let version = Version::new(1, vec![7; 900]).with_files([
        ("help", Some(b"press a key")),
        ("maps", None),
        ("maps/one", Some(&[1; 700])),
        ("maps/two", Some(b"")),
    ]);
    let mut device = (flash(), Model::default());
    device.apply(Op::Install("snake", version));
    device
}

trait Device {
    /// Does it to the store and to the model, which are to agree.
    fn apply(&mut self, op: Op);
}

impl Device for (Flash<4096, 4, 4>, Model) {
    fn apply(&mut self, op: Op) {
        let done = op.apply(&mut mount(&mut self.0));
        assert_eq!(done, Ok(()), "{op:?}");
        let steps = self.1.steps(&op).expect("it works");
        self.1 = steps.into_iter().next_back().expect("it leads somewhere");
        assert_eq!(Shown::of(&mut mount(&mut self.0)), self.1.shown(), "{op:?}");
    }
}

#[test]
fn an_app_sees_what_came_with_it_until_it_writes_over_it() {
    let mut device = installed();
    let one = || "maps/one".to_string();
    let mut store = mount(&mut device.0);
    let stat = block_on(store.stat("snake", "maps/one"));
    assert_eq!(
        stat,
        Ok(Stat {
            kind: File,
            size: 700
        })
    );
    assert_eq!(block_on(store.folder_used("snake")), Ok(0));
    device.apply(Op::Write("snake", one(), 600, vec![2; 150]));
    device.apply(Op::Truncate("snake", "maps/two".into()));
    device.apply(Op::Create("snake", "maps/three".into(), File));
    device.apply(Op::Remove("snake", one()));
    device.apply(Op::Create("snake", one(), Directory));
    device.apply(Op::Clear("snake"));
    let mut bytes = [0; 701];
    let read = block_on(mount(&mut device.0).read_at("snake", "maps/one", 0, &mut bytes));
    assert_eq!((read, &bytes[..700]), (Ok(700), &[1; 700][..]));
}

#[test]
fn what_came_with_an_app_is_removed_and_not_renamed() {
    let mut device = installed();
    let rename = |from, to, flash: &mut _| block_on(mount(flash).rename("snake", from, to));
    assert_eq!(rename("help", "aid", &mut device.0), Err(Error::ReadOnly));
    let removed = block_on(mount(&mut device.0).remove("snake", "maps"));
    assert_eq!(removed, Err(Error::Exists));
    for path in ["maps/one", "maps/two", "maps"] {
        device.apply(Op::Remove("snake", path.into()));
    }
    let removed = block_on(mount(&mut device.0).remove("snake", "maps"));
    assert_eq!(removed, Err(Error::NotFound));
    device.apply(Op::Create("snake", "maps".into(), Directory));
    device.apply(Op::Create("snake", "new".into(), File));
    device.apply(Op::Rename("snake", "new".into(), "help".into()));
    assert_eq!(rename("help", "aid", &mut device.0), Err(Error::ReadOnly));
}

#[test]
fn what_an_app_wrote_outlives_an_update_and_an_update_that_lacks_its_directory() {
    let mut device = installed();
    device.apply(Op::Create("snake", "maps/mine".into(), File));
    device.apply(Op::Remove("snake", "help".into()));
    let other = Version::new(2, vec![8; 100]).with_files([("help", Some(b"new"))]);
    device.apply(Op::Install("snake", other));
    let mut store = mount(&mut device.0);
    let mine = block_on(store.stat("snake", "maps/mine"));
    assert_eq!(
        mine,
        Ok(Stat {
            kind: File,
            size: 0
        })
    );
    let help = block_on(store.stat("snake", "help"));
    assert_eq!(help, Err(Error::NotFound), "what was removed stays removed");
    device.apply(Op::RollBack("snake"));
    device.apply(Op::Uninstall("snake"));
}

/// Installs a module with these bytes as the archive of its files.
fn install_archive(archive: &[u8]) -> Result<(), Error> {
    let mut flash = flash();
    let mut store = mount(&mut flash);
    let image = NewImage {
        name: name("snake"),
        size: archive.len() as u32,
        sha256: None,
    };
    let files = Part {
        start: 0,
        size: image.size,
    };
    block_on(async {
        let mut writer = store.begin(&image).await?;
        store.write(&mut writer, archive).await?;
        let details = Details {
            files,
            ..Details::default()
        };
        store.commit(writer, &details).await
    })
}

/// Makes an archive of empty files, and of directories where a path ends with `/`.
fn archive(paths: &[&str]) -> Vec<u8> {
    let entry = |path: &&str| {
        let content = (!path.ends_with('/')).then(Vec::new);
        (path.to_string(), content)
    };
    let entries: Vec<_> = paths.iter().map(entry).collect();
    akira_store_testing::archive(entries.iter().map(|(path, content)| (path, content)))
}

#[test]
fn archives_that_lead_elsewhere_are_refused() {
    assert_eq!(
        install_archive(&archive(&["./", "./a", "d/", "d/a"])),
        Ok(())
    );
    let long = "x".repeat(64);
    for paths in [
        &["../a"][..],
        &["/a"],
        &["d/a"],
        &["a", "a"],
        &["a", "a/b"],
        &["./a", "a"],
        &["."],
        &[&long],
    ] {
        let installed = install_archive(&archive(paths));
        assert_eq!(installed, Err(Error::Invalid), "{paths:?}");
    }
}

#[test]
fn archives_that_are_none_are_refused() {
    let good = archive(&["a"]);
    for (at, byte) in [
        (156, b'2'),
        (156, b'L'),
        (257, b'x'),
        (124, b'9'),
        (124, b'7'),
    ] {
        let mut bad = good.clone();
        bad[at] = byte;
        assert_eq!(install_archive(&bad), Err(Error::Invalid), "{byte} at {at}");
    }
    assert_eq!(install_archive(&[7; 600]), Err(Error::Invalid));
}

#[test]
fn an_archive_has_a_bounded_number_of_entries() {
    let names: Vec<String> = (0..=MAX_ARCHIVE_ENTRIES).map(|n| n.to_string()).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    assert_eq!(install_archive(&archive(&names[1..])), Ok(()));
    assert_eq!(install_archive(&archive(&names)), Err(Error::Invalid));
}

#[test]
fn a_part_beyond_the_image_is_refused() {
    let mut flash = flash();
    let mut store = mount(&mut flash);
    let image = NewImage {
        name: name("snake"),
        size: 100,
        sha256: None,
    };
    for (start, size) in [(0, 101), (101, 0), (u32::MAX, 2)] {
        let details = Details {
            manifest: Part { start, size },
            ..Details::default()
        };
        let committed = block_on(async {
            let mut writer = store.begin(&image).await?;
            store.write(&mut writer, &[1; 100]).await?;
            store.commit(writer, &details).await
        });
        assert_eq!(committed, Err(Error::Invalid));
    }
}

#[test]
fn an_archive_of_gnu_tar_is_read() {
    let folder = std::env::temp_dir().join(format!("akira-store-{}", std::process::id()));
    std::fs::create_dir_all(folder.join("maps")).expect("a folder");
    std::fs::write(folder.join("maps/one"), [1; 700]).expect("a file");
    std::fs::write(folder.join("help"), "press a key").expect("a file");
    let tar = std::process::Command::new("tar")
        .args(["--format=ustar", "-c", "-C"])
        .arg(&folder)
        .arg(".")
        .output()
        .expect("there is a tar");
    std::fs::remove_dir_all(&folder).expect("it is ours");
    assert!(tar.status.success(), "{tar:?}");
    assert_eq!(install_archive(&tar.stdout), Ok(()));
}
