//! What apps see of a file system that takes few bytes at a time, fails or never answers.

use std::cell::Cell;
use std::future::{Future, pending};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use akira_abi::{AppId, Errno};
use akira_bridge_storage::{
    AppFolder, FilePath, FileSystem, FileType, MemoryFileSystem, OpenMode, Stat, Storage, Whence,
};
use embassy_futures::block_on;

const APP: AppId = AppId::new(1);
const FOLDER: AppFolder<'_> = AppFolder {
    app: APP,
    name: "snake",
    quota: 10_000,
};

/// What happens to a write.
#[derive(Clone, Copy)]
enum Fate {
    /// It takes three bytes, or as many as the bench says.
    Short,
    /// It claims to have taken this many, and takes none.
    Lies(usize),
    /// It fails.
    Fails,
    /// It never ends.
    Hangs,
}

/// A file system that writes a few bytes at a time for `good` writes, and then as `then` says.
struct Slow<'a> {
    files: MemoryFileSystem,
    good: &'a Cell<u32>,
    then: &'a Cell<Fate>,
    takes: usize,
}

impl FileSystem for Slow<'_> {
    async fn stat(&mut self, at: FilePath<'_>) -> Result<Stat, Errno> {
        self.files.stat(at).await
    }

    async fn create(&mut self, at: FilePath<'_>, kind: FileType) -> Result<(), Errno> {
        self.files.create(at, kind).await
    }

    async fn remove(&mut self, at: FilePath<'_>) -> Result<(), Errno> {
        self.files.remove(at).await
    }

    async fn truncate(&mut self, at: FilePath<'_>) -> Result<(), Errno> {
        self.files.truncate(at).await
    }

    async fn read_at(
        &mut self,
        at: FilePath<'_>,
        offset: u32,
        buf: &mut [u8],
    ) -> Result<usize, Errno> {
        self.files.read_at(at, offset, buf).await
    }

    async fn write_at(
        &mut self,
        at: FilePath<'_>,
        offset: u32,
        bytes: &[u8],
    ) -> Result<usize, Errno> {
        let fate = match self.good.get().checked_sub(1) {
            Some(left) => {
                self.good.set(left);
                Fate::Short
            }
            None => self.then.get(),
        };
        match fate {
            Fate::Short => {
                self.files
                    .write_at(at, offset, &bytes[..bytes.len().min(self.takes)])
                    .await
            }
            Fate::Lies(length) => Ok(length),
            Fate::Fails => Err(Errno::EIO),
            Fate::Hangs => pending().await,
        }
    }

    async fn list(
        &mut self,
        at: FilePath<'_>,
        each: &mut dyn FnMut(&str, FileType) -> bool,
    ) -> Result<(), Errno> {
        self.files.list(at, each).await
    }

    async fn used(&mut self, folder: &str) -> Result<u32, Errno> {
        self.files.used(folder).await
    }

    async fn clear(&mut self, folder: &str) -> Result<(), Errno> {
        self.files.clear(folder).await
    }
}

struct Bench {
    good: Cell<u32>,
    then: Cell<Fate>,
    takes: usize,
}

impl Bench {
    fn new(good: u32, then: Fate) -> Self {
        Self {
            good: Cell::new(good),
            then: Cell::new(then),
            takes: 3,
        }
    }

    fn storage(&self) -> (Storage<Slow<'_>, 8>, u32) {
        let files = MemoryFileSystem::new(10_000);
        let storage = Storage::new(Slow {
            files,
            good: &self.good,
            then: &self.then,
            takes: self.takes,
        });
        let mode = OpenMode::from_storage(3).expect("3 is RDWR");
        let fd = block_on(storage.open(&FOLDER, b"a", mode)).expect("there is room");
        (storage, fd)
    }
}

fn content(storage: &Storage<Slow<'_>, 8>, fd: u32) -> Vec<u8> {
    let mut buf = [0; 256];
    storage.seek(APP, fd, 0, Whence::Start).expect("it is open");
    let read = block_on(storage.read(APP, fd, &mut buf)).expect("it is open for reading");
    buf[..read].to_vec()
}

#[test]
fn short_writes_add_up() {
    let bench = Bench::new(100, Fate::Fails);
    let (storage, fd) = bench.storage();
    storage
        .seek(APP, fd, 70, Whence::Start)
        .expect("it is open");
    assert_eq!(block_on(storage.write(APP, fd, b"0123456789")), Ok(10));
    assert_eq!(
        content(&storage, fd),
        [&[0; 70][..], b"0123456789"].concat()
    );
}

#[test]
fn a_gap_is_filled_with_few_writes() {
    let mut bench = Bench::new(100, Fate::Fails);
    bench.takes = usize::MAX;
    let (storage, fd) = bench.storage();
    storage
        .seek(APP, fd, 8192, Whence::Start)
        .expect("it is open");
    assert_eq!(block_on(storage.write(APP, fd, b"1")), Ok(1));
    let writes = 100 - bench.good.get();
    assert!(writes <= 8192 / 512 + 1, "{writes}");
}

#[test]
fn failure_after_a_part_is_a_short_write() {
    let bench = Bench::new(2, Fate::Fails);
    let (storage, fd) = bench.storage();
    assert_eq!(block_on(storage.write(APP, fd, b"0123456789")), Ok(6));
    assert_eq!(storage.tell(APP, fd), Ok(6));
    assert_eq!(block_on(storage.write(APP, fd, b"6789")), Err(Errno::EIO));
    assert_eq!(storage.tell(APP, fd), Ok(6));
    assert_eq!(content(&storage, fd), b"012345");
}

#[test]
fn count_that_cannot_be_is_an_io_error() {
    for length in [0, 5, usize::MAX] {
        let bench = Bench::new(0, Fate::Lies(length));
        let (storage, fd) = bench.storage();
        assert_eq!(block_on(storage.write(APP, fd, b"four")), Err(Errno::EIO));
    }
}

#[test]
fn dropped_write_keeps_what_was_taken_and_frees_the_storage() {
    let bench = Bench::new(2, Fate::Hangs);
    let (storage, fd) = bench.storage();
    {
        let mut write = pin!(storage.write(APP, fd, b"0123456789"));
        let poll = write.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        assert_eq!(poll, Poll::Pending);
    }
    assert_eq!(storage.tell(APP, fd), Ok(6));
    assert_eq!(content(&storage, fd), b"012345");
    bench.good.set(100);
    storage.seek(APP, fd, 0, Whence::End).expect("it is open");
    assert_eq!(block_on(storage.write(APP, fd, b"678")), Ok(3));
    assert_eq!(content(&storage, fd), b"012345678");
}

#[test]
fn app_that_ends_in_the_middle_of_a_write_leaves_no_file_open() {
    let bench = Bench::new(0, Fate::Hangs);
    let (storage, fd) = bench.storage();
    {
        let mut write = pin!(storage.write(APP, fd, b"x"));
        assert!(
            write
                .as_mut()
                .poll(&mut Context::from_waker(Waker::noop()))
                .is_pending()
        );
        storage.release(APP);
    }
    assert_eq!(storage.tell(APP, fd), Err(Errno::EBADF));
    let mode = OpenMode::from_storage(0).expect("0 is READ");
    assert_eq!(block_on(storage.open(&FOLDER, b"a", mode)), Ok(0));
}
