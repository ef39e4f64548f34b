use std::fs::{self, File, TryLockError};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::{CAPACITY, host};

/// A folder of the host that one console has for itself. Clones are the same folder; the last unlocks it.
#[derive(Clone, Debug)]
pub(super) struct Folder(Arc<Locked>);

#[derive(Debug)]
struct Locked {
    dir: PathBuf,
    /// Unlocked when it is closed, also if the console is killed.
    _lock: File,
    /// Counts what was written, so that no two writes share a file.
    writes: AtomicU64,
}

impl Folder {
    /// Makes the folder if need be, locks it, and removes what a killed console was writing.
    pub(super) fn lock(dir: &Path) -> io::Result<Self> {
        fs::create_dir_all(dir).map_err(host::at(dir))?;
        // A link given by its user is followed, once: here.
        let dir = dir.canonicalize().map_err(host::at(dir))?;
        let folder = Self(Arc::new(Locked {
            _lock: lock(&dir.join("lock"))?,
            dir,
            writes: AtomicU64::new(0),
        }));
        folder.empty_new()?;
        for name in ["apps", "files"] {
            host::make_directory(&folder.path(name))?;
        }
        Ok(folder)
    }

    /// Returns the path of what has this name in the folder.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.0.dir.join(name)
    }

    /// Gives a file new content, or makes it: after a cut it has the old or the new.
    pub(super) fn replace(&self, path: &Path, content: &[u8]) -> io::Result<()> {
        let number = self.0.writes.fetch_add(1, Ordering::Relaxed);
        let aside = self.path("new").join(number.to_string());
        let replaced =
            write(&aside, content).and_then(|()| fs::rename(&aside, path).map_err(host::at(path)));
        if replaced.is_err() {
            // If this fails too, the next console removes it.
            let _ = fs::remove_file(&aside);
        }
        replaced?;
        host::sync_parent(path)
    }

    /// Returns how many bytes apps and their files take.
    pub(super) fn used(&self) -> io::Result<u64> {
        let apps = host::usage(&self.path("apps"))?;
        Ok(apps.saturating_add(host::usage(&self.path("files"))?))
    }

    /// Refuses what would go over [`CAPACITY`].
    pub(super) fn room(&self, bytes: u64) -> io::Result<()> {
        let free = u64::from(CAPACITY).saturating_sub(self.used()?);
        if bytes > free {
            let what = format!("{bytes} bytes are needed and {free} free; uninstall an app");
            return Err(host::fault(&self.0.dir, ErrorKind::StorageFull, what));
        }
        Ok(())
    }

    fn empty_new(&self) -> io::Result<()> {
        let new = self.path("new");
        match fs::remove_dir_all(&new) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(host::at(&new)(error)),
            _ => host::make_directory(&new),
        }
    }
}

fn lock(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.read(true).write(true);
    let opened = match options.clone().create_new(true).open(path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            host::file(path)?;
            options.open(path)
        }
        opened => opened,
    };
    let file = opened.map_err(host::at(path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::Error(error)) => Err(host::at(path)(error)),
        Err(TryLockError::WouldBlock) => {
            let what = "another console uses this folder; end it, or give this one its own folder";
            Err(host::fault(path, ErrorKind::ResourceBusy, what))
        }
    }
}

/// Writes a file that is not there, and brings it to the disk.
fn write(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = File::create_new(path).map_err(host::at(path))?;
    file.write_all(content).map_err(host::at(path))?;
    file.sync_all().map_err(host::at(path))
}
