//! Files against a model, through many random calls.

use std::collections::BTreeMap;

use akira_abi::{AppId, Errno};
use akira_bridge_storage::{
    AppFolder, ENTRY_BYTES, FileSystem, MemoryFileSystem, OpenMode, Storage, Whence,
};
use embassy_futures::block_on;

const APP: AppId = AppId::new(1);
const QUOTA: u32 = 9 * ENTRY_BYTES;
const FOLDER: AppFolder<'_> = AppFolder {
    app: APP,
    name: "snake",
    quota: QUOTA,
};

struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}

/// The files as they should be.
#[derive(Default)]
struct Model {
    files: BTreeMap<String, Vec<u8>>,
}

impl Model {
    fn used(&self) -> usize {
        self.files
            .values()
            .map(|f| f.len() + ENTRY_BYTES as usize)
            .sum()
    }

    /// Writes if the quota allows.
    fn write(&mut self, path: &str, offset: usize, bytes: &[u8]) -> Result<usize, Errno> {
        let used = self.used();
        let file = self.files.get_mut(path).ok_or(Errno::ENOENT)?;
        let end = offset + bytes.len();
        if used + end.saturating_sub(file.len()) > QUOTA as usize {
            return Err(Errno::ENOSPC);
        }
        file.resize(file.len().max(end), 0);
        file[offset..end].copy_from_slice(bytes);
        Ok(bytes.len())
    }

    fn create(&mut self, path: &str) -> Result<(), Errno> {
        if !self.files.contains_key(path) {
            if self.used() + ENTRY_BYTES as usize > QUOTA as usize {
                return Err(Errno::ENOSPC);
            }
            self.files.insert(path.into(), vec![]);
        }
        Ok(())
    }
}

#[test]
fn files_agree_with_the_model() {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let mut model = Model::default();
    let mut files = MemoryFileSystem::new(100_000);
    let storage: Storage<_, 8> = Storage::new(&mut files);
    let create = OpenMode::from_fs(4 | 8).expect("RDWR and CREATE");
    for _ in 0..20_000 {
        let path = format!("f{}", random.below(6));
        if random.below(8) == 0 {
            let removed = model.files.remove(&path).map(drop).ok_or(Errno::ENOENT);
            assert_eq!(block_on(storage.delete(&FOLDER, path.as_bytes())), removed);
            continue;
        }
        let fd = block_on(storage.open(&FOLDER, path.as_bytes(), create));
        assert_eq!(fd.map(|_| ()), model.create(&path));
        let Ok(fd) = fd else { continue };
        let offset = random.below(300);
        let bytes = vec![random.below(256) as u8; 1 + random.below(200) as usize];
        storage
            .seek(APP, fd, offset as i32, Whence::Start)
            .expect("it is open");
        let written = block_on(storage.write(APP, fd, &bytes));
        assert_eq!(written, model.write(&path, offset as usize, &bytes));
        let mut buf = [0; 700];
        storage.seek(APP, fd, 0, Whence::Start).expect("it is open");
        let read = block_on(storage.read(APP, fd, &mut buf)).expect("it exists");
        assert_eq!(
            Some(&buf[..read]),
            model.files.get(&path).map(Vec::as_slice)
        );
        storage.close(APP, fd).expect("it is open");
    }
    let used = block_on(files.used(FOLDER.name));
    assert_eq!(used.map(|u| u as usize), Ok(model.used()));
}
