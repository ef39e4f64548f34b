//! Checks that operations on files, by two apps with several open files, agree with a model that
//! keeps entries in a map.

#![no_main]

use std::collections::BTreeMap;

use akira::abi::{AppId, Errno};
use akira_bridge_storage::{
    AppFolder, ENTRY_BYTES, FileType, MemoryFileSystem, OpenMode, Stat, Storage, Whence,
};
use akira_fuzz::input::Input;
use embassy_futures::block_on;
use libfuzzer_sys::fuzz_target;

/// Larger than the quotas of both apps together.
const CAPACITY: u32 = 100_000;
const QUOTA: u32 = 10 * ENTRY_BYTES;
/// Maximum number of open files of one app.
const MOST_OPEN: usize = 8;

const PATHS: [&str; 8] = ["a", "b", "d", "d/a", "/d//e/./b/", "a/b", "d/e", "x/y/z/a"];

fuzz_target!(|bytes: &[u8]| {
    let mut input = Input::new(bytes);
    let storage = Storage::new(MemoryFileSystem::new(CAPACITY));
    let mut sides = [Side::new("snake", 1), Side::new("blocks", 2)];
    while !input.is_empty() {
        let operation = input.byte();
        let side = &mut sides[usize::from(operation & 1)];
        side.step(&storage, operation >> 1, &mut input);
    }
    sides.iter().for_each(|side| side.judge(&storage));
});

type Files = Storage<MemoryFileSystem, 16>;

/// App with its expected files.
struct Side {
    folder: AppFolder<'static>,
    entries: BTreeMap<&'static str, Entry>,
    open: [Option<Open>; MOST_OPEN],
}

#[derive(Clone, Debug, PartialEq)]
enum Entry {
    File(Vec<u8>),
    Directory,
}

#[derive(Clone, Copy)]
struct Open {
    path: &'static str,
    mode: OpenMode,
    position: u32,
    /// Whether its file was deleted. A new file at the same path does not change that.
    is_gone: bool,
}

impl Side {
    fn new(name: &'static str, app: u32) -> Self {
        Self {
            folder: AppFolder {
                app: AppId::new(app),
                name,
                quota: QUOTA,
            },
            entries: BTreeMap::new(),
            open: [None; MOST_OPEN],
        }
    }

    fn step(&mut self, storage: &Files, operation: u8, input: &mut Input<'_>) {
        let choice = input.byte();
        let path = PATHS[usize::from(choice) % PATHS.len()];
        let fd = u32::from(choice % 10);
        match operation % 8 {
            0 => self.open(storage, path, input.byte().into()),
            1 => self.write(storage, fd, input),
            2 => self.read(storage, fd, input),
            3 => self.seek(storage, fd, input),
            4 => self.close(storage, fd),
            5 => self.delete(storage, path),
            6 => self.mkdir(storage, path),
            _ => self.stat(storage, path),
        }
    }

    fn open(&mut self, storage: &Files, path: &'static str, flags: u32) {
        let Ok(mode) = OpenMode::from_fs(flags) else {
            return;
        };
        let opened = block_on(storage.open(&self.folder, path.as_bytes(), mode));
        assert_eq!(opened, self.model_open(path, mode), "open {path} {mode:?}");
    }

    fn model_open(&mut self, path: &'static str, mode: OpenMode) -> Result<u32, Errno> {
        let fd = self.open.iter().position(Option::is_none);
        let fd = fd.ok_or(Errno::EMFILE)?;
        let key = checked(path);
        match self.entries.get_mut(key) {
            Some(Entry::Directory) => return Err(Errno::EINVAL),
            Some(Entry::File(bytes)) if mode.truncate => bytes.clear(),
            Some(Entry::File(_)) => {}
            None if mode.create => self.make(key, Entry::File(Vec::new()))?,
            None => return Err(Errno::ENOENT),
        }
        self.open[fd] = Some(Open {
            path: key,
            mode,
            position: 0,
            is_gone: false,
        });
        Ok(fd as u32)
    }

    fn write(&mut self, storage: &Files, fd: u32, input: &mut Input<'_>) {
        let size = input.byte();
        let bytes = vec![input.byte(); size.into()];
        let written = block_on(storage.write(self.folder.app, fd, &bytes));
        if self.is_gone(fd) {
            assert!(written.is_err());
        } else {
            assert_eq!(written, self.model_write(fd, &bytes), "write {fd}");
        }
    }

    fn model_write(&mut self, fd: u32, bytes: &[u8]) -> Result<usize, Errno> {
        let used = self.used();
        let open = self.open.get_mut(fd as usize).and_then(Option::as_mut);
        let open = open.filter(|open| open.mode.write).ok_or(Errno::EBADF)?;
        if bytes.is_empty() {
            return Err(Errno::EINVAL);
        }
        let Some(Entry::File(file)) = self.entries.get_mut(open.path) else {
            return Err(Errno::ENOENT);
        };
        let start = if open.mode.append {
            file.len()
        } else {
            open.position as usize
        };
        let end = start + bytes.len();
        let growth = end.saturating_sub(file.len());
        if end > i32::MAX as usize || growth > 0 && used + growth > QUOTA as usize {
            return Err(Errno::ENOSPC);
        }
        file.resize(file.len().max(end), 0);
        file[start..end].copy_from_slice(bytes);
        open.position = end as u32;
        Ok(bytes.len())
    }

    fn read(&mut self, storage: &Files, fd: u32, input: &mut Input<'_>) {
        let mut buf = vec![0xaa; input.byte().into()];
        let read = block_on(storage.read(self.folder.app, fd, &mut buf));
        if self.is_gone(fd) {
            assert!(read.is_err());
            return;
        }
        let expected = self.model_read(fd, buf.len());
        assert_eq!(read, expected.as_ref().map(Vec::len).map_err(|e| *e));
        if let Ok(bytes) = expected {
            assert_eq!(buf[..bytes.len()], bytes);
        }
    }

    fn model_read(&mut self, fd: u32, size: usize) -> Result<Vec<u8>, Errno> {
        let open = self.open.get_mut(fd as usize).and_then(Option::as_mut);
        let open = open.filter(|open| open.mode.read).ok_or(Errno::EBADF)?;
        if size == 0 {
            return Err(Errno::EINVAL);
        }
        let Some(Entry::File(file)) = self.entries.get(open.path) else {
            return Err(Errno::ENOENT);
        };
        let rest = file.get(open.position as usize..).unwrap_or_default();
        let bytes = rest[..rest.len().min(size)].to_vec();
        open.position += bytes.len() as u32;
        Ok(bytes)
    }

    fn seek(&mut self, storage: &Files, fd: u32, input: &mut Input<'_>) {
        let Ok(whence) = Whence::from_fs(input.byte().into()) else {
            return;
        };
        let offset = match input.byte() {
            255 => input.word() as i32,
            byte => i32::from(byte) - 100,
        };
        let moved = storage.seek(self.folder.app, fd, offset, whence);
        let told = storage.tell(self.folder.app, fd);
        if self.is_gone(fd) {
            self.note_position(fd, told);
            return;
        }
        assert_eq!(moved, self.model_seek(fd, offset, whence), "seek {fd}");
        let open = self.open.get(fd as usize).and_then(Option::as_ref);
        assert_eq!(told, open.map(|open| open.position).ok_or(Errno::EBADF));
    }

    fn model_seek(&mut self, fd: u32, offset: i32, whence: Whence) -> Result<u32, Errno> {
        let size = self.size(fd);
        let open = self.open.get_mut(fd as usize).and_then(Option::as_mut);
        let open = open.ok_or(Errno::EBADF)?;
        let base = match whence {
            Whence::Start => 0,
            Whence::Current => i64::from(open.position),
            Whence::End => size,
        };
        let position = i32::try_from(base + i64::from(offset)).map_err(|_| Errno::EINVAL)?;
        open.position = u32::try_from(position).map_err(|_| Errno::EINVAL)?;
        Ok(open.position)
    }

    fn close(&mut self, storage: &Files, fd: u32) {
        let was_open = self.open.get_mut(fd as usize).and_then(Option::take);
        let closed = storage.close(self.folder.app, fd);
        assert_eq!(closed, was_open.map(drop).ok_or(Errno::EBADF));
    }

    fn delete(&mut self, storage: &Files, path: &'static str) {
        let deleted = block_on(storage.delete(&self.folder, path.as_bytes()));
        let key = checked(path);
        let mut below = self.entries.keys().filter_map(|k| k.strip_prefix(key));
        let expected = if below.any(|rest| rest.starts_with('/')) {
            Err(Errno::EEXIST)
        } else {
            self.entries.remove(key).map(drop).ok_or(Errno::ENOENT)
        };
        if expected.is_ok() {
            let open = self.open.iter_mut().flatten();
            open.filter(|open| open.path == key)
                .for_each(|open| open.is_gone = true);
        }
        assert_eq!(deleted, expected, "delete {path}");
    }

    fn mkdir(&mut self, storage: &Files, path: &'static str) {
        let made = block_on(storage.mkdir(&self.folder, path.as_bytes()));
        let expected = self.make(checked(path), Entry::Directory);
        assert_eq!(made, expected, "mkdir {path}");
    }

    fn stat(&self, storage: &Files, path: &'static str) {
        let stat = block_on(storage.stat(&self.folder, path.as_bytes()));
        let expected = self.entries.get(checked(path)).map(|entry| match entry {
            Entry::File(bytes) => (FileType::File, bytes.len() as u32),
            Entry::Directory => (FileType::Directory, 0),
        });
        let expected = expected.map(|(kind, size)| Stat { kind, size });
        assert_eq!(stat, expected.ok_or(Errno::ENOENT), "stat {path}");
    }

    /// Reads every entry again and compares it with the model.
    fn judge(&self, storage: &Files) {
        storage.release(self.folder.app);
        for (path, entry) in &self.entries {
            self.stat(storage, path);
            let Entry::File(bytes) = entry else { continue };
            let mode = OpenMode::from_fs(0).expect("READ");
            let fd = block_on(storage.open(&self.folder, path.as_bytes(), mode));
            let fd = fd.expect("it is there");
            let mut buf = vec![0; bytes.len() + 1];
            let read = block_on(storage.read(self.folder.app, fd, &mut buf));
            assert_eq!(read, Ok(bytes.len()));
            assert_eq!(buf[..bytes.len()], *bytes);
            storage.release(self.folder.app);
        }
        assert!(self.used() <= QUOTA as usize);
    }

    /// Creates an entry and its parent directories.
    fn make(&mut self, key: &'static str, entry: Entry) -> Result<(), Errno> {
        for (end, _) in key.match_indices('/') {
            match self.make_one(&key[..end], Entry::Directory) {
                Ok(()) | Err(Errno::EEXIST) => {}
                Err(errno) => return Err(errno),
            }
        }
        self.make_one(key, entry)
    }

    fn make_one(&mut self, key: &'static str, entry: Entry) -> Result<(), Errno> {
        if self.entries.contains_key(key) {
            return Err(Errno::EEXIST);
        }
        if self.used() + ENTRY_BYTES as usize > QUOTA as usize {
            return Err(Errno::ENOSPC);
        }
        if let Some((parent, _)) = key.rsplit_once('/')
            && self.entries.get(parent) != Some(&Entry::Directory)
        {
            return Err(Errno::ENOENT);
        }
        self.entries.insert(key, entry);
        Ok(())
    }

    fn used(&self) -> usize {
        let sizes = self.entries.values().map(|entry| match entry {
            Entry::File(bytes) => bytes.len(),
            Entry::Directory => 0,
        });
        sizes.map(|size| size + ENTRY_BYTES as usize).sum()
    }

    /// Returns whether a descriptor refers to a file that was deleted.
    fn is_gone(&self, fd: u32) -> bool {
        let open = self.open.get(fd as usize).and_then(Option::as_ref);
        open.is_some_and(|open| open.is_gone)
    }

    fn size(&self, fd: u32) -> i64 {
        let open = self.open.get(fd as usize).and_then(Option::as_ref);
        match open.and_then(|open| self.entries.get(open.path)) {
            Some(Entry::File(bytes)) => bytes.len() as i64,
            _ => 0,
        }
    }

    fn note_position(&mut self, fd: u32, told: Result<u32, Errno>) {
        let open = self.open.get_mut(fd as usize).and_then(Option::as_mut);
        if let (Some(open), Ok(position)) = (open, told) {
            open.position = position;
        }
    }
}

/// Returns a path in its normalised form.
fn checked(path: &'static str) -> &'static str {
    match path {
        "/d//e/./b/" => "d/e/b",
        path => path,
    }
}
