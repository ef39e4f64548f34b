//! Files as apps see them, in memory.

use akira_abi::{AppId, Errno};
use akira_bridge_storage::{
    AppFolder, ENTRY_BYTES, FilePath, FileSystem, FileType, Listing, MemoryFileSystem, Names,
    OpenMode, Stat, Storage, Whence,
};
use embassy_futures::block_on;

type Device = Storage<MemoryFileSystem, 12>;

/// What an app's files may take: two dozen entries.
const QUOTA: u32 = 24 * ENTRY_BYTES;

const APP: AppId = AppId::new(1);
const OTHER: AppId = AppId::new(2);
const SNAKE: AppFolder<'_> = AppFolder {
    app: APP,
    name: "snake",
    quota: QUOTA,
};
const CLOCK: AppFolder<'_> = AppFolder {
    app: OTHER,
    name: "clock",
    quota: QUOTA,
};

const READ: u32 = 0;
const WRITE: u32 = 1;
const APPEND: u32 = 2;
const RDWR: u32 = 3;

fn device() -> Device {
    Storage::new(MemoryFileSystem::new(100_000))
}

fn open(device: &Device, folder: &AppFolder<'_>, path: &str, flags: u32) -> Result<u32, Errno> {
    let mode = OpenMode::from_storage(flags)?;
    block_on(device.open(folder, path.as_bytes(), mode))
}

fn put(device: &Device, folder: &AppFolder<'_>, path: &str, bytes: &[u8]) -> Result<usize, Errno> {
    let fd = open(device, folder, path, WRITE)?;
    let written = block_on(device.write(folder.app, fd, bytes));
    device.close(folder.app, fd)?;
    written
}

fn cat(device: &Device, folder: &AppFolder<'_>, path: &str) -> Result<Vec<u8>, Errno> {
    let fd = open(device, folder, path, READ)?;
    let mut buf = [0; 2000];
    let read = block_on(device.read(folder.app, fd, &mut buf));
    device.close(folder.app, fd)?;
    read.map(|n| buf[..n].to_vec())
}

fn list(device: &Device, path: &str, names: Names) -> Result<(String, Listing), Errno> {
    let mut buf = [0xff; 256];
    let listing = block_on(device.list(&SNAKE, path.as_bytes(), names, &mut buf))?;
    assert_eq!(buf[listing.bytes - 1], 0, "the listing ends with a NUL");
    let text = String::from_utf8_lossy(&buf[..listing.bytes - 1]).into_owned();
    Ok((text, listing))
}

#[test]
fn reads_back_what_was_written() {
    let device = device();
    assert_eq!(put(&device, &SNAKE, "saves/one/score", b"4711"), Ok(4));
    assert_eq!(
        cat(&device, &SNAKE, "/saves//one/./score"),
        Ok(b"4711".to_vec())
    );
}

#[test]
fn apps_do_not_see_each_others_files() {
    let device = device();
    put(&device, &SNAKE, "a", b"secret").expect("there is room");
    assert_eq!(cat(&device, &CLOCK, "a"), Err(Errno::ENOENT));
    for path in ["../snake/a", "x/../../snake/a", "..", "a/.."] {
        assert_eq!(cat(&device, &CLOCK, path), Err(Errno::EACCES), "{path}");
        assert_eq!(
            put(&device, &CLOCK, path, b"x"),
            Err(Errno::EACCES),
            "{path}"
        );
    }
    assert_eq!(cat(&device, &CLOCK, "/snake/a"), Err(Errno::ENOENT));
}

#[test]
fn refuses_bad_paths() {
    let device = device();
    let long = "n".repeat(64);
    for path in [
        "",
        "/",
        ".",
        "a\nb",
        "a\0b",
        "a\\b",
        "c:",
        "a\u{1b}[2J",
        "\u{85}",
        &long,
        "a/b/c/d/e",
    ] {
        assert_eq!(
            put(&device, &SNAKE, path, b"x"),
            Err(Errno::EINVAL),
            "{path:?}"
        );
    }
    let bytes = block_on(device.stat(&SNAKE, b"\xff"));
    assert_eq!(bytes, Err(Errno::EINVAL));
    for path in [&long[..63], "a/b/c/d", "..a", "a..", "Grüße"] {
        assert_eq!(put(&device, &SNAKE, path, b"x"), Ok(1), "{path:?}");
    }
}

#[test]
fn refuses_bad_folders() {
    let device = device();
    let long = "n".repeat(32);
    for (name, errno) in [
        ("", Errno::EINVAL),
        (".", Errno::EINVAL),
        ("..", Errno::EACCES),
        ("a/b", Errno::EINVAL),
        (&long, Errno::EINVAL),
    ] {
        let folder = AppFolder { name, ..SNAKE };
        assert_eq!(put(&device, &folder, "a", b"x"), Err(errno), "{name:?}");
        assert_eq!(
            block_on(device.delete(&folder, b"a")),
            Err(errno),
            "{name:?}"
        );
        assert_eq!(block_on(device.erase(name)), Err(errno), "{name:?}");
    }
}

#[test]
fn storage_flags_say_create_and_empty() {
    let device = device();
    assert_eq!(open(&device, &SNAKE, "a", READ), Err(Errno::ENOENT));
    assert_eq!(open(&device, &SNAKE, "a", 4), Err(Errno::EINVAL));
    put(&device, &SNAKE, "a", b"long text").expect("there is room");
    put(&device, &SNAKE, "a", b"short").expect("there is room");
    assert_eq!(cat(&device, &SNAKE, "a"), Ok(b"short".to_vec()));
    let fd = open(&device, &SNAKE, "a", APPEND).expect("it exists");
    block_on(device.write(APP, fd, b"er")).expect("there is room");
    assert_eq!(cat(&device, &SNAKE, "a"), Ok(b"shorter".to_vec()));
    open(&device, &SNAKE, "a", RDWR).expect("it exists");
    assert_eq!(cat(&device, &SNAKE, "a"), Ok(vec![]));
}

#[test]
fn fs_flags_are_independent() {
    let mode = |flags| OpenMode::from_fs(flags);
    let read = OpenMode {
        read: true,
        ..OpenMode::default()
    };
    let write = OpenMode {
        write: true,
        ..OpenMode::default()
    };
    assert_eq!(mode(0), Ok(read));
    assert_eq!(mode(1), Ok(write));
    assert_eq!(
        mode(2),
        Ok(OpenMode {
            append: true,
            ..write
        })
    );
    assert_eq!(
        mode(4),
        Ok(OpenMode {
            read: true,
            ..write
        })
    );
    assert_eq!(
        mode(8),
        Ok(OpenMode {
            create: true,
            ..read
        })
    );
    assert_eq!(
        mode(0x19),
        Ok(OpenMode {
            create: true,
            truncate: true,
            ..write
        })
    );
    for bad in [0x10, 0x18, 0x20, u32::MAX] {
        assert_eq!(mode(bad), Err(Errno::EINVAL), "{bad}");
    }
}

#[test]
fn write_without_create_needs_the_file() {
    let device = device();
    let fs_open = |flags| {
        let mode = OpenMode::from_fs(flags)?;
        block_on(device.open(&SNAKE, b"a", mode))
    };
    assert_eq!(fs_open(1), Err(Errno::ENOENT));
    assert_eq!(fs_open(1 | 8), Ok(0));
    assert_eq!(fs_open(1), Ok(1));
}

#[test]
fn mode_limits_the_file() {
    let device = device();
    let write = open(&device, &SNAKE, "a", WRITE).expect("there is room");
    let read = open(&device, &SNAKE, "a", READ).expect("it exists");
    assert_eq!(block_on(device.write(APP, read, b"x")), Err(Errno::EBADF));
    assert_eq!(
        block_on(device.read(APP, write, &mut [0])),
        Err(Errno::EBADF)
    );
    assert_eq!(block_on(device.write(APP, write, b"")), Err(Errno::EINVAL));
    assert_eq!(
        block_on(device.read(APP, read, &mut [])),
        Err(Errno::EINVAL)
    );
}

#[test]
fn reading_goes_on_and_ends_with_zero() {
    let device = device();
    put(&device, &SNAKE, "a", b"abcde").expect("there is room");
    let fd = open(&device, &SNAKE, "a", READ).expect("it exists");
    let mut buf = [0; 3];
    for (read, text) in [(3, &b"abc"[..]), (2, b"de"), (0, b"")] {
        assert_eq!(block_on(device.read(APP, fd, &mut buf)), Ok(read));
        assert_eq!(&buf[..read], text);
    }
    assert_eq!(device.tell(APP, fd), Ok(5));
}

#[test]
fn seek_moves_within_i32() {
    let device = device();
    put(&device, &SNAKE, "a", b"abcde").expect("there is room");
    let fd = open(&device, &SNAKE, "a", READ).expect("it exists");
    let seek = |offset, whence| device.seek(APP, fd, offset, whence);
    assert_eq!(seek(-1, Whence::Start), Err(Errno::EINVAL));
    assert_eq!(seek(-2, Whence::End), Ok(3));
    assert_eq!(seek(1, Whence::Current), Ok(4));
    assert_eq!(seek(-5, Whence::Current), Err(Errno::EINVAL));
    assert_eq!(seek(i32::MIN, Whence::End), Err(Errno::EINVAL));
    assert_eq!(seek(i32::MAX, Whence::End), Err(Errno::EINVAL));
    assert_eq!(device.tell(APP, fd), Ok(4));
    assert_eq!(seek(i32::MAX, Whence::Start), Ok(i32::MAX.cast_unsigned()));
    assert_eq!(block_on(device.read(APP, fd, &mut [0; 4])), Ok(0));
    assert_eq!(Whence::from_fs(2), Ok(Whence::End));
    assert_eq!(Whence::from_fs(3), Err(Errno::EINVAL));
}

#[test]
fn gap_before_a_write_reads_as_zeros() {
    let device = device();
    let fd = open(&device, &SNAKE, "a", RDWR).expect("there is room");
    device
        .seek(APP, fd, 200, Whence::Start)
        .expect("it is in range");
    assert_eq!(block_on(device.write(APP, fd, b"end")), Ok(3));
    let mut expected = vec![0; 200];
    expected.extend(b"end");
    assert_eq!(cat(&device, &SNAKE, "a"), Ok(expected));
}

#[test]
fn hostile_position_costs_nothing() {
    let device = device();
    let fd = open(&device, &SNAKE, "a", RDWR).expect("there is room");
    let beyond = (QUOTA - ENTRY_BYTES) as i32;
    for position in [beyond, 1_000_000, i32::MAX] {
        device
            .seek(APP, fd, position, Whence::Start)
            .expect("it is in range");
        assert_eq!(block_on(device.write(APP, fd, b"x")), Err(Errno::ENOSPC));
    }
    assert_eq!(cat(&device, &SNAKE, "a"), Ok(vec![]));
}

#[test]
fn quota_counts_bytes_and_entries() {
    let device = device();
    let most = (QUOTA - ENTRY_BYTES) as usize;
    assert_eq!(
        put(&device, &SNAKE, "a", &vec![1; most + 1]),
        Err(Errno::ENOSPC)
    );
    assert_eq!(cat(&device, &SNAKE, "a"), Ok(vec![]));
    assert_eq!(put(&device, &SNAKE, "a", &vec![1; most]), Ok(most));
    assert_eq!(put(&device, &SNAKE, "b", b""), Err(Errno::ENOSPC));
    assert_eq!(block_on(device.mkdir(&SNAKE, b"d")), Err(Errno::ENOSPC));
    assert_eq!(put(&device, &CLOCK, "a", &vec![1; most]), Ok(most));
    put(&device, &SNAKE, "a", b"less").expect("it was emptied");
    assert_eq!(block_on(device.mkdir(&SNAKE, b"d")), Ok(()));
}

#[test]
fn overwriting_needs_no_quota() {
    let device = device();
    let most = (QUOTA - ENTRY_BYTES) as usize;
    let fd = open(&device, &SNAKE, "a", RDWR).expect("there is room");
    block_on(device.write(APP, fd, &vec![1; most])).expect("it fits");
    device
        .seek(APP, fd, 0, Whence::Start)
        .expect("it is in range");
    assert_eq!(block_on(device.write(APP, fd, &vec![2; most])), Ok(most));
    assert_eq!(block_on(device.write(APP, fd, b"x")), Err(Errno::ENOSPC));
}

#[test]
fn empty_files_are_bounded() {
    let device = device();
    let made = (0..100).take_while(|n| {
        let fd = open(&device, &SNAKE, &n.to_string(), WRITE);
        fd.is_ok_and(|fd| device.close(APP, fd).is_ok())
    });
    assert_eq!(made.count(), 24);
}

#[test]
fn an_app_leaves_the_others_their_files() {
    let device = device().with_files_per_app(6);
    for _ in 0..6 {
        open(&device, &SNAKE, "a", APPEND).expect("there is room");
    }
    assert_eq!(open(&device, &SNAKE, "a", APPEND), Err(Errno::EMFILE));
    for _ in 0..6 {
        open(&device, &CLOCK, "a", APPEND).expect("there is room");
    }
}

#[test]
fn app_opens_eight_files_and_the_device_twelve() {
    let device = device();
    for fd in 0..8 {
        assert_eq!(open(&device, &SNAKE, "a", APPEND), Ok(fd));
    }
    assert_eq!(open(&device, &SNAKE, "a", APPEND), Err(Errno::EMFILE));
    for fd in 0..4 {
        assert_eq!(open(&device, &CLOCK, "a", APPEND), Ok(fd));
    }
    assert_eq!(open(&device, &CLOCK, "a", APPEND), Err(Errno::EMFILE));
    device.release(APP);
    assert_eq!(open(&device, &CLOCK, "a", APPEND), Ok(4));
    assert_eq!(device.tell(APP, 0), Err(Errno::EBADF));
}

#[test]
fn closed_number_is_used_again() {
    let device = device();
    for fd in 0..3 {
        assert_eq!(open(&device, &SNAKE, "a", APPEND), Ok(fd));
    }
    assert_eq!(device.close(APP, 1), Ok(()));
    assert_eq!(device.close(APP, 1), Err(Errno::EBADF));
    assert_eq!(open(&device, &SNAKE, "a", APPEND), Ok(1));
}

#[test]
fn files_of_another_app_are_no_files() {
    let device = device();
    let fd = open(&device, &SNAKE, "a", RDWR).expect("there is room");
    assert_eq!(
        block_on(device.read(OTHER, fd, &mut [0])),
        Err(Errno::EBADF)
    );
    assert_eq!(block_on(device.write(OTHER, fd, b"x")), Err(Errno::EBADF));
    assert_eq!(device.seek(OTHER, fd, 0, Whence::Start), Err(Errno::EBADF));
    assert_eq!(device.close(OTHER, fd), Err(Errno::EBADF));
    assert_eq!(device.close(APP, u32::MAX), Err(Errno::EBADF));
}

#[test]
fn file_open_twice_has_one_size() {
    let device = device();
    let (one, two) = (
        open(&device, &SNAKE, "a", APPEND).expect("there is room"),
        open(&device, &SNAKE, "a", APPEND).expect("it exists"),
    );
    for (fd, text) in [(one, "ab"), (two, "cd"), (one, "ef")] {
        block_on(device.write(APP, fd, text.as_bytes())).expect("there is room");
    }
    assert_eq!(cat(&device, &SNAKE, "a"), Ok(b"abcdef".to_vec()));
    open(&device, &SNAKE, "a", WRITE).expect("it exists");
    block_on(device.write(APP, one, b"new")).expect("there is room");
    assert_eq!(cat(&device, &SNAKE, "a"), Ok(b"new".to_vec()));
}

#[test]
fn delete_removes_files_and_empty_directories() {
    let device = device();
    put(&device, &SNAKE, "d/a", b"x").expect("there is room");
    let delete = |path: &str| block_on(device.delete(&SNAKE, path.as_bytes()));
    assert_eq!(delete("d"), Err(Errno::EEXIST));
    assert_eq!(delete("d/a"), Ok(()));
    assert_eq!(delete("d/a"), Err(Errno::ENOENT));
    assert_eq!(delete("d"), Ok(()));
    assert_eq!(delete(""), Err(Errno::EINVAL));
}

#[test]
fn deleted_file_is_gone_for_who_has_it_open() {
    let device = device();
    let fd = open(&device, &SNAKE, "a", RDWR).expect("there is room");
    block_on(device.delete(&SNAKE, b"a")).expect("it exists");
    assert_eq!(block_on(device.read(APP, fd, &mut [0])), Err(Errno::ENOENT));
    assert_eq!(block_on(device.write(APP, fd, b"x")), Err(Errno::ENOENT));
    assert_eq!(device.close(APP, fd), Ok(()));
}

#[test]
fn a_file_of_the_same_path_is_not_the_one_that_was_deleted() {
    let device = device();
    let old = open(&device, &SNAKE, "log", RDWR).expect("there is room");
    block_on(device.write(APP, old, b"old")).expect("there is room");
    block_on(device.delete(&SNAKE, b"log")).expect("it exists");
    let new = open(&device, &SNAKE, "log", RDWR).expect("there is room");
    block_on(device.write(APP, new, b"new!")).expect("there is room");
    assert_eq!(device.seek(APP, old, 0, Whence::Start), Ok(0));
    assert_eq!(block_on(device.write(APP, old, b"OLD")), Err(Errno::ENOENT));
    let mut byte = [0];
    assert_eq!(
        block_on(device.read(APP, old, &mut byte)),
        Err(Errno::ENOENT)
    );
    assert_eq!(cat(&device, &SNAKE, "log"), Ok(b"new!".to_vec()));
    // Nor does the old one learn how long the new one is.
    assert_eq!(device.seek(APP, old, 0, Whence::End), Ok(3));
    // Removed again, and made again: each is itself.
    block_on(device.delete(&SNAKE, b"log")).expect("it exists");
    let third = open(&device, &SNAKE, "log", RDWR).expect("there is room");
    for fd in [old, new] {
        assert_eq!(block_on(device.write(APP, fd, b"x")), Err(Errno::ENOENT));
    }
    assert_eq!(block_on(device.write(APP, third, b"x")), Ok(1));
}

#[test]
fn mkdir_makes_the_way_and_refuses_what_exists() {
    let device = device();
    let mkdir = |path: &str| block_on(device.mkdir(&SNAKE, path.as_bytes()));
    assert_eq!(mkdir("a/b"), Ok(()));
    assert_eq!(mkdir("a/b"), Err(Errno::EEXIST));
    assert_eq!(mkdir("a"), Err(Errno::EEXIST));
    put(&device, &SNAKE, "f", b"x").expect("there is room");
    assert_eq!(mkdir("f/d"), Err(Errno::ENOENT));
    assert_eq!(put(&device, &SNAKE, "f/g", b"x"), Err(Errno::ENOENT));
    assert_eq!(open(&device, &SNAKE, "a", WRITE), Err(Errno::EINVAL));
}

#[test]
fn stat_knows_size_and_kind() {
    let device = device();
    put(&device, &SNAKE, "d/a", b"12345").expect("there is room");
    let stat = |path: &str| block_on(device.stat(&SNAKE, path.as_bytes()));
    assert_eq!(
        stat("d/a"),
        Ok(Stat {
            kind: FileType::File,
            size: 5
        })
    );
    assert_eq!(stat("d").map(|s| s.kind), Ok(FileType::Directory));
    assert_eq!(stat("/"), Ok(Stat::ROOT));
    assert_eq!(stat("none"), Err(Errno::ENOENT));
}

#[test]
fn stat_is_sixteen_bytes() {
    let mut expected = [0; 16];
    expected[..4].copy_from_slice(&0x1234_5678_u32.to_le_bytes());
    assert_eq!(
        Stat {
            kind: FileType::File,
            size: 0x1234_5678
        }
        .encode(),
        expected
    );
    let mut expected = [0; 16];
    expected[4] = 1;
    assert_eq!(Stat::ROOT.encode(), expected);
}

#[test]
fn list_marks_directories_and_leaves_out_dot_files() {
    let device = device();
    for path in ["b", "d/inner", ".hidden", "a", "d2"] {
        put(&device, &SNAKE, path, b"x").expect("there is room");
    }
    let (text, listing) = list(&device, "", Names::Marked).expect("it is a directory");
    assert_eq!(text, "a\nb\nd/\nd2\n");
    assert_eq!(
        listing,
        Listing {
            entries: 4,
            bytes: 11
        }
    );
    let (text, listing) = list(&device, "", Names::Bare).expect("it is a directory");
    assert_eq!(
        (text.as_str(), listing.entries),
        (".hidden\na\nb\nd\nd2\n", 5)
    );
    assert_eq!(
        list(&device, "d", Names::Marked).map(|l| l.0),
        Ok("inner\n".into())
    );
}

#[test]
fn list_of_nothing_is_empty_or_an_error() {
    let device = device();
    let empty = Listing {
        entries: 0,
        bytes: 1,
    };
    assert_eq!(list(&device, "", Names::Marked), Ok((String::new(), empty)));
    put(&device, &SNAKE, "f", b"x").expect("there is room");
    for path in ["none", "f"] {
        assert_eq!(
            list(&device, path, Names::Marked),
            Err(Errno::ENOENT),
            "{path}"
        );
    }
}

#[test]
fn list_leaves_out_whole_names() {
    let device = device();
    for path in ["aa", "bb", "cc"] {
        put(&device, &SNAKE, path, b"x").expect("there is room");
    }
    let lengths = [1, 3, 4, 6, 7, 9, 10];
    let expected = [
        "",
        "",
        "aa\n",
        "aa\n",
        "aa\nbb\n",
        "aa\nbb\n",
        "aa\nbb\ncc\n",
    ];
    for (length, text) in lengths.into_iter().zip(expected) {
        let mut buf = vec![0xff; length];
        let listing = block_on(device.list(&SNAKE, b"", Names::Bare, &mut buf)).expect("it exists");
        assert_eq!(
            &buf[..listing.bytes],
            [text.as_bytes(), b"\0"].concat(),
            "{length}"
        );
        assert_eq!(listing.entries, text.len() / 3);
    }
    let none = block_on(device.list(&SNAKE, b"", Names::Bare, &mut []));
    assert_eq!(none, Err(Errno::EINVAL));
}

#[test]
fn erase_removes_one_folder_and_no_other() {
    let device = device();
    let snakes = AppFolder {
        name: "snakes",
        ..SNAKE
    };
    put(&device, &SNAKE, "d/a", b"x").expect("there is room");
    put(&device, &snakes, "a", b"x").expect("there is room");
    block_on(device.erase("snake")).expect("it is a folder");
    assert_eq!(cat(&device, &SNAKE, "d/a"), Err(Errno::ENOENT));
    assert_eq!(cat(&device, &snakes, "a"), Ok(b"x".to_vec()));
}

#[test]
fn memory_is_bounded_whatever_the_quotas() {
    let device: Device = Storage::new(MemoryFileSystem::new(900));
    let most = 900 - ENTRY_BYTES as usize;
    assert_eq!(
        put(&device, &SNAKE, "a", &vec![1; most + 1]),
        Err(Errno::ENOSPC)
    );
    assert_eq!(put(&device, &SNAKE, "a", &vec![1; most]), Ok(most));
    assert_eq!(put(&device, &CLOCK, "a", b"x"), Err(Errno::ENOSPC));
}

#[test]
fn memory_refuses_a_write_beyond_the_end() {
    let mut files = MemoryFileSystem::new(1000);
    let at = FilePath {
        folder: "snake",
        path: "a",
    };
    block_on(files.create(at, FileType::File)).expect("there is room");
    assert_eq!(block_on(files.write_at(at, 1, b"x")), Err(Errno::EINVAL));
    assert_eq!(
        block_on(files.write_at(at, u32::MAX, b"x")),
        Err(Errno::EINVAL)
    );
    assert_eq!(block_on(files.used("snake")), Ok(ENTRY_BYTES));
}
