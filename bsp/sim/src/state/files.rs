use std::io::{self, ErrorKind};

use akira_abi::Errno;
use akira_bridge_storage::{FilePath, FileSystem, Kind, MemoryFileSystem, Stat};

use super::CAPACITY;
use super::folder::Folder;
use super::host_files::HostFiles;

/// The files of a console's apps, in a folder of the host or in memory.
#[derive(Debug)]
pub struct Files(Place);

#[derive(Debug)]
enum Place {
    Memory(MemoryFileSystem),
    Host(HostFiles),
}

impl Files {
    pub(super) fn new(folder: Option<Folder>) -> io::Result<Self> {
        Ok(Self(match folder {
            Some(folder) => Place::Host(HostFiles(folder)),
            None => Place::Memory(MemoryFileSystem::new(CAPACITY)),
        }))
    }
}

impl FileSystem for Files {
    async fn stat(&mut self, at: FilePath<'_>) -> Result<Stat, Errno> {
        match &mut self.0 {
            Place::Memory(files) => files.stat(at).await,
            Place::Host(files) => files.stat(at).map_err(errno),
        }
    }

    async fn create(&mut self, at: FilePath<'_>, kind: Kind) -> Result<(), Errno> {
        match &mut self.0 {
            Place::Memory(files) => files.create(at, kind).await,
            Place::Host(files) => files.create(at, kind).map_err(errno),
        }
    }

    async fn remove(&mut self, at: FilePath<'_>) -> Result<(), Errno> {
        match &mut self.0 {
            Place::Memory(files) => files.remove(at).await,
            Place::Host(files) => files.remove(at).map_err(errno),
        }
    }

    async fn truncate(&mut self, at: FilePath<'_>) -> Result<(), Errno> {
        match &mut self.0 {
            Place::Memory(files) => files.truncate(at).await,
            Place::Host(files) => files.truncate(at).map_err(errno),
        }
    }

    async fn read_at(
        &mut self,
        at: FilePath<'_>,
        offset: u32,
        buf: &mut [u8],
    ) -> Result<usize, Errno> {
        match &mut self.0 {
            Place::Memory(files) => files.read_at(at, offset, buf).await,
            Place::Host(files) => files.read_at(at, offset, buf).map_err(errno),
        }
    }

    async fn write_at(
        &mut self,
        at: FilePath<'_>,
        offset: u32,
        bytes: &[u8],
    ) -> Result<usize, Errno> {
        match &mut self.0 {
            Place::Memory(files) => files.write_at(at, offset, bytes).await,
            Place::Host(files) => files.write_at(at, offset, bytes).map_err(errno),
        }
    }

    async fn list(
        &mut self,
        at: FilePath<'_>,
        each: &mut dyn FnMut(&str, Kind) -> bool,
    ) -> Result<(), Errno> {
        match &mut self.0 {
            Place::Memory(files) => files.list(at, each).await,
            Place::Host(files) => {
                let entries = files.list(at).map_err(errno)?;
                entries.iter().all(|(name, kind)| each(name, *kind));
                Ok(())
            }
        }
    }

    async fn used(&mut self, folder: &str) -> Result<u32, Errno> {
        match &mut self.0 {
            Place::Memory(files) => files.used(folder).await,
            Place::Host(files) => files.used(folder).map_err(errno),
        }
    }

    async fn clear(&mut self, folder: &str) -> Result<(), Errno> {
        match &mut self.0 {
            Place::Memory(files) => files.clear(folder).await,
            Place::Host(files) => files.clear(folder).map_err(errno),
        }
    }
}

/// Returns what an app is told of an error of the host.
pub(super) fn errno(error: io::Error) -> Errno {
    match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::IsADirectory => Errno::ENOENT,
        ErrorKind::AlreadyExists | ErrorKind::DirectoryNotEmpty => Errno::EEXIST,
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
            Errno::ENOSPC
        }
        ErrorKind::InvalidInput | ErrorKind::InvalidFilename => Errno::EINVAL,
        _ => Errno::EIO,
    }
}
