use std::fs;

use akira_abi::{AppId, Errno};
use akira_bridge_storage::{
    AppFolder, ENTRY_BYTES, FilePath, FileSystem, Kind, MemoryFileSystem, OpenMode, Stat, Storage,
};
use akira_sim::state::{CAPACITY, Files, State};

use super::{folder, names, open, write};

fn at(path: &str) -> FilePath<'_> {
    let folder = "snake";
    FilePath { folder, path }
}

async fn put(files: &mut Files, path: &str, content: &[u8]) {
    let made = files.create(at(path), Kind::File).await;
    made.expect("it is not there");
    let written = files.write_at(at(path), 0, content).await;
    assert_eq!(written, Ok(content.len()));
}

async fn read(files: &mut impl FileSystem, path: &str) -> Result<Vec<u8>, Errno> {
    let mut buf = [0; 4096];
    let read = files.read_at(at(path), 0, &mut buf).await?;
    Ok(buf[..read].to_vec())
}

async fn list(files: &mut impl FileSystem, path: &str) -> Result<Vec<(String, Kind)>, Errno> {
    let mut entries = Vec::new();
    let mut each = |name: &str, kind| {
        entries.push((name.to_owned(), kind));
        true
    };
    files.list(at(path), &mut each).await?;
    Ok(entries)
}

#[tokio::test]
async fn files_survive_a_restart() {
    let dir = folder();
    let mut files = open(&dir).files;
    put(&mut files, "high score", b"42").await;
    drop(files);
    let mut files = open(&dir).files;
    assert_eq!(read(&mut files, "high score").await, Ok(b"42".to_vec()));
    let on_host = fs::read(dir.path().join("files/snake/high score"));
    assert_eq!(on_host.expect("it is where it should be"), b"42");
}

#[tokio::test]
async fn without_a_folder_files_are_in_memory() {
    let mut files = State::open(None).expect("memory needs no folder").files;
    put(&mut files, "a", b"1").await;
    assert_eq!(read(&mut files, "a").await, Ok(b"1".to_vec()));
    assert_eq!(files.used("snake").await, Ok(ENTRY_BYTES + 1));
}

struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}

/// Does one random thing and returns what came of it.
async fn step(files: &mut impl FileSystem, random: &mut Random) -> String {
    let paths = ["a", "b", "d", "d/a", "d/e", "d/e/f", "missing/a"];
    let path = paths[random.below(paths.len() as u64) as usize];
    let offset = random.below(40) as u32;
    let bytes = vec![random.below(256) as u8; 1 + random.below(20) as usize];
    match random.below(9) {
        0 => format!("{:?}", files.create(at(path), Kind::Directory).await),
        1 | 2 => format!("{:?}", files.create(at(path), Kind::File).await),
        3 => format!("{:?}", files.remove(at(path)).await),
        4 => format!("{:?}", files.truncate(at(path)).await),
        5 | 6 => format!("{:?}", files.write_at(at(path), offset, &bytes).await),
        7 => format!("{:?}", list(files, path).await),
        _ => format!("{:?}", files.stat(at(path)).await),
    }
}

#[tokio::test]
async fn files_on_a_host_do_as_files_in_memory() {
    let dir = folder();
    let mut host = open(&dir).files;
    let mut memory = MemoryFileSystem::new(CAPACITY);
    let (mut a, mut b) = (Random(0x9e37_79b9_7f4a_7c15), Random(0x9e37_79b9_7f4a_7c15));
    for number in 0..1_000 {
        let on_host = step(&mut host, &mut a).await;
        assert_eq!(on_host, step(&mut memory, &mut b).await, "step {number}");
        assert_eq!(host.used("snake").await, memory.used("snake").await);
    }
    for path in ["a", "b", "d/a", "d/e/f"] {
        let on_host = read(&mut host, path).await;
        assert_eq!(on_host, read(&mut memory, path).await, "{path}");
    }
    assert_eq!(list(&mut host, "").await, list(&mut memory, "").await);
}

#[tokio::test]
async fn hostile_names_are_refused_and_touch_nothing() {
    let dir = folder();
    let mut files = open(&dir).files;
    write(dir.path().join("files/letter"), "dear");
    let hostile = [
        ("..", "apps.json"),
        (".", "letter"),
        ("", "letter"),
        ("snake/..", "letter"),
        ("/etc", "hostname"),
        ("snake", ".."),
        ("snake", "../letter"),
        ("snake", "./a"),
        ("snake", "/etc/hostname"),
        ("snake", "a//b"),
        ("snake", "a/"),
        ("snake", "c:a"),
        ("snake", "..\\letter"),
        ("snake", "a\0"),
    ];
    for (folder, path) in hostile {
        let at = FilePath { folder, path };
        let mut buf = [0; 8];
        assert!(files.stat(at).await.is_err(), "{at:?}");
        assert!(files.create(at, Kind::File).await.is_err(), "{at:?}");
        assert!(files.create(at, Kind::Directory).await.is_err(), "{at:?}");
        assert!(files.remove(at).await.is_err(), "{at:?}");
        assert!(files.truncate(at).await.is_err(), "{at:?}");
        assert!(files.read_at(at, 0, &mut buf).await.is_err(), "{at:?}");
        assert!(files.write_at(at, 0, b"x").await.is_err(), "{at:?}");
        assert!(files.list(at, &mut |_, _| true).await.is_err(), "{at:?}");
    }
    for folder in ["..", ".", "", "snake/..", "/etc"] {
        assert_eq!(files.used(folder).await, Err(Errno::EINVAL));
        assert_eq!(files.clear(folder).await, Err(Errno::EINVAL));
    }
    let letter = fs::read(dir.path().join("files/letter"));
    assert_eq!(letter.expect("it is still there"), b"dear");
}

#[cfg(unix)]
#[tokio::test]
async fn links_are_not_followed() {
    use std::os::unix::fs::symlink;
    let (dir, outside) = (folder(), folder());
    let secret = outside.path().join("secret");
    write(&secret, "secret");
    let mut files = open(&dir).files;
    put(&mut files, "a", b"1").await;
    let own = dir.path().join("files/snake");
    symlink(&secret, own.join("file")).expect("a link can be made");
    symlink(outside.path(), own.join("folder")).expect("a link can be made");
    symlink(outside.path(), dir.path().join("files/other")).expect("a link can be made");
    let other = |path| FilePath {
        folder: "other",
        path,
    };
    let mut buf = [0; 8];
    for at in [at("file"), at("folder/secret"), other("secret")] {
        let read = files.read_at(at, 0, &mut buf).await;
        assert_eq!(read, Err(Errno::EIO), "{at:?}");
        let written = files.write_at(at, 0, b"x").await;
        assert_eq!(written, Err(Errno::EIO), "{at:?}");
        assert!(files.truncate(at).await.is_err(), "{at:?}");
        assert!(files.remove(at).await.is_err(), "{at:?}");
        assert!(files.stat(at).await.is_err(), "{at:?}");
    }
    for at in [at("folder/new"), other("new")] {
        assert!(files.create(at, Kind::File).await.is_err(), "{at:?}");
    }
    assert_eq!(list(&mut files, "folder").await, Err(Errno::EIO));
    assert!(files.list(other(""), &mut |_, _| true).await.is_err());
    assert_eq!(
        list(&mut files, "").await,
        Ok(vec![("a".into(), Kind::File)])
    );
    assert_eq!(files.used("snake").await, Ok(ENTRY_BYTES + 1));
    assert_eq!(files.clear("snake").await, Ok(()));
    assert_eq!(files.clear("other").await, Ok(()));
    assert_eq!(names(outside.path()), ["secret"]);
    let left = fs::read(secret).expect("it is still there");
    assert_eq!(left, b"secret");
}

#[tokio::test]
async fn a_write_killed_before_its_rename_leaves_the_old_content() {
    let dir = folder();
    let mut files = open(&dir).files;
    put(&mut files, "a", b"old").await;
    drop(files);
    write(dir.path().join("new/3"), "ne");
    let mut files = open(&dir).files;
    assert_eq!(read(&mut files, "a").await, Ok(b"old".to_vec()));
    assert_eq!(files.used("snake").await, Ok(ENTRY_BYTES + 3));
}

#[tokio::test]
async fn a_write_that_fails_changes_nothing() {
    let dir = folder();
    let mut files = open(&dir).files;
    put(&mut files, "a", b"old").await;
    fs::remove_dir(dir.path().join("new")).expect("it is empty");
    assert!(files.write_at(at("a"), 1, b"new").await.is_err());
    assert!(files.truncate(at("a")).await.is_err());
    assert!(files.create(at("b"), Kind::File).await.is_err());
    assert_eq!(read(&mut files, "a").await, Ok(b"old".to_vec()));
    assert_eq!(files.stat(at("b")).await, Err(Errno::ENOENT));
}

#[tokio::test]
async fn what_apps_take_is_bounded() {
    let dir = folder();
    let mut files = open(&dir).files;
    // The app's folder is an entry too.
    let most = CAPACITY - 2 * ENTRY_BYTES;
    let content = vec![7; most as usize];
    put(&mut files, "a", &content[1..]).await;
    let size = most - 1;
    let more = files.write_at(at("a"), size, b"12").await;
    assert_eq!(more, Err(Errno::ENOSPC));
    assert_eq!(files.create(at("b"), Kind::File).await, Err(Errno::ENOSPC));
    assert_eq!(files.write_at(at("a"), size, b"1").await, Ok(1));
    let kind = Kind::File;
    let stat = Stat { kind, size: most };
    assert_eq!(files.stat(at("a")).await, Ok(stat));
}

#[tokio::test]
async fn clearing_takes_one_app_only() {
    let dir = folder();
    let mut files = open(&dir).files;
    put(&mut files, "a", b"1").await;
    let other = FilePath {
        folder: "snake2",
        path: "b",
    };
    let made = files.create(other, Kind::File).await;
    made.expect("it is not there");
    assert_eq!(files.clear("snake").await, Ok(()));
    assert_eq!(files.clear("snake").await, Ok(()));
    assert_eq!(list(&mut files, "").await, Ok(vec![]));
    assert_eq!(files.used("snake2").await, Ok(ENTRY_BYTES));
}

#[tokio::test]
async fn serves_the_bridge() {
    let dir = folder();
    let storage: Storage<_, 8> = Storage::new(open(&dir).files);
    let app = AppId::new(1);
    let own = AppFolder {
        app,
        name: "snake",
        quota: 1_000,
    };
    let mode = OpenMode::from_fs(4 | 8).expect("RDWR and CREATE");
    let fd = storage.open(&own, b"saves/one", mode).await;
    let fd = fd.expect("it can be made");
    assert_eq!(storage.write(app, fd, b"hello").await, Ok(5));
    assert_eq!(
        storage.write(app, fd, &[0; 1_000]).await,
        Err(Errno::ENOSPC)
    );
    let content = fs::read(dir.path().join("files/snake/saves/one"));
    assert_eq!(content.expect("it was made"), b"hello");
    assert_eq!(storage.erase("snake").await, Ok(()));
    assert!(names(dir.path().join("files")).is_empty());
}
