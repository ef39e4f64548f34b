use super::{EntryKind, SharedStore, errno};
use crate::abi::Errno;
use crate::storage::{FilePath, FileSystem, FileType, Stat};
use embedded_storage_async::nor_flash::NorFlash;

/// Access to the apps' files in a [`SharedStore`], for the `storage` bridge. Each app has one
/// folder. Each call locks the store for one operation.
#[derive(Clone, Debug)]
pub struct StoreFiles<F, const RECORDS: usize>(pub(super) SharedStore<F, RECORDS>);

impl<F: NorFlash, const RECORDS: usize> FileSystem for StoreFiles<F, RECORDS> {
    async fn stat(&mut self, at: FilePath<'_>) -> Result<Stat, Errno> {
        let mut store = self.0.lock().await;
        let stat = store.stat(at.folder, at.path).await.map_err(errno)?;
        Ok(Stat {
            kind: kind(stat.kind),
            size: stat.size,
        })
    }

    async fn create(&mut self, at: FilePath<'_>, kind: FileType) -> Result<(), Errno> {
        let kind = match kind {
            FileType::File => EntryKind::File,
            FileType::Directory => EntryKind::Directory,
        };
        let mut store = self.0.to_write().await?;
        store.create(at.folder, at.path, kind).await.map_err(errno)
    }

    async fn remove(&mut self, at: FilePath<'_>) -> Result<(), Errno> {
        let mut store = self.0.to_remove().await;
        store.remove(at.folder, at.path).await.map_err(errno)
    }

    async fn truncate(&mut self, at: FilePath<'_>) -> Result<(), Errno> {
        let mut store = self.0.to_write().await?;
        store.truncate(at.folder, at.path).await.map_err(errno)
    }

    async fn read_at(
        &mut self,
        at: FilePath<'_>,
        offset: u32,
        buf: &mut [u8],
    ) -> Result<usize, Errno> {
        let mut store = self.0.lock().await;
        let read = store.read_at(at.folder, at.path, offset, buf).await;
        read.map_err(errno)
    }

    async fn write_at(
        &mut self,
        at: FilePath<'_>,
        offset: u32,
        bytes: &[u8],
    ) -> Result<usize, Errno> {
        let mut store = self.0.to_write().await?;
        let written = store.write_at(at.folder, at.path, offset, bytes).await;
        written.map_err(errno)
    }

    async fn list(
        &mut self,
        at: FilePath<'_>,
        each: &mut dyn FnMut(&str, FileType) -> bool,
    ) -> Result<(), Errno> {
        let mut each = |name: &str, entry| each(name, kind(entry));
        let mut store = self.0.lock().await;
        let listed = store.list(at.folder, at.path, &mut each).await;
        listed.map_err(errno)
    }

    async fn used(&mut self, folder: &str) -> Result<u32, Errno> {
        self.0.lock().await.folder_used(folder).await.map_err(errno)
    }

    async fn take_looked_at(&mut self) -> usize {
        self.0.lock().await.take_looked_at() as usize
    }

    async fn clear(&mut self, folder: &str) -> Result<(), Errno> {
        let mut store = self.0.lock().await;
        store.clear_folder(folder).await.map_err(errno)
    }
}

fn kind(kind: EntryKind) -> FileType {
    match kind {
        EntryKind::File => FileType::File,
        EntryKind::Directory => FileType::Directory,
    }
}
