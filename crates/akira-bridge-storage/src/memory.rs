use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Bound;

use akira_abi::Errno;

use crate::{ENTRY_BYTES, FilePath, FileSystem, FileType, Stat};

/// File system in RAM, which is lost when the device restarts. Use it for tests, simulators and
/// scratch space.
///
/// The file system holds a fixed number of bytes, including [`ENTRY_BYTES`] for each entry.
#[derive(Debug)]
pub struct MemoryFileSystem {
    capacity: u32,
    /// Entries by their `folder/path`. They are sorted, so a directory's entries follow the
    /// directory.
    entries: BTreeMap<String, Node>,
}

#[derive(Debug)]
enum Node {
    File(Vec<u8>),
    Directory,
}

impl MemoryFileSystem {
    /// Creates an empty file system that holds `capacity` bytes.
    pub const fn new(capacity: u32) -> Self {
        Self {
            capacity,
            entries: BTreeMap::new(),
        }
    }

    fn room(&self, bytes: u32) -> Result<(), Errno> {
        let used = sum(self.entries.values());
        match used.checked_add(bytes) {
            Some(total) if total <= self.capacity => Ok(()),
            _ => Err(Errno::ENOSPC),
        }
    }

    fn file(&mut self, at: FilePath<'_>) -> Result<&mut Vec<u8>, Errno> {
        match self.entries.get_mut(&key(at)) {
            Some(Node::File(bytes)) => Ok(bytes),
            _ => Err(Errno::ENOENT),
        }
    }

    fn kind(&self, at: FilePath<'_>) -> Option<FileType> {
        if at.path.is_empty() {
            return Some(FileType::Directory);
        }
        self.entries.get(&key(at)).map(Node::kind)
    }

    /// Iterates over all entries below a directory, with their paths relative to it.
    fn below<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = (&'a str, &'a Node)> {
        let from = (Bound::Included(prefix), Bound::Unbounded);
        let start = self.entries.range::<str, _>(from);
        start.map_while(move |(k, node)| Some((k.strip_prefix(prefix)?, node)))
    }
}

impl FileSystem for MemoryFileSystem {
    async fn stat(&mut self, at: FilePath<'_>) -> Result<Stat, Errno> {
        if at.path.is_empty() {
            return Ok(Stat::ROOT);
        }
        let node = self.entries.get(&key(at)).ok_or(Errno::ENOENT)?;
        Ok(Stat {
            kind: node.kind(),
            size: node.size(),
        })
    }

    async fn create(&mut self, at: FilePath<'_>, kind: FileType) -> Result<(), Errno> {
        if self.kind(at).is_some() {
            return Err(Errno::EEXIST);
        }
        let parent = at.path.rsplit_once('/').map_or("", |(parent, _)| parent);
        if self.kind(FilePath { path: parent, ..at }) != Some(FileType::Directory) {
            return Err(Errno::ENOENT);
        }
        self.room(ENTRY_BYTES)?;
        let node = match kind {
            FileType::File => Node::File(Vec::new()),
            FileType::Directory => Node::Directory,
        };
        self.entries.insert(key(at), node);
        Ok(())
    }

    async fn remove(&mut self, at: FilePath<'_>) -> Result<(), Errno> {
        let key = key(at);
        if self.below(&directory(&key)).next().is_some() {
            return Err(Errno::EEXIST);
        }
        self.entries.remove(&key).map(drop).ok_or(Errno::ENOENT)
    }

    async fn truncate(&mut self, at: FilePath<'_>) -> Result<(), Errno> {
        *self.file(at)? = Vec::new();
        Ok(())
    }

    async fn read_at(
        &mut self,
        at: FilePath<'_>,
        offset: u32,
        buf: &mut [u8],
    ) -> Result<usize, Errno> {
        let bytes = self.file(at)?;
        let rest = bytes.get(offset as usize..).unwrap_or_default();
        let read = rest.len().min(buf.len());
        for (to, from) in buf.iter_mut().zip(rest) {
            *to = *from;
        }
        Ok(read)
    }

    async fn write_at(
        &mut self,
        at: FilePath<'_>,
        offset: u32,
        bytes: &[u8],
    ) -> Result<usize, Errno> {
        let (start, size) = (offset as usize, self.file(at)?.len());
        let end = start.checked_add(bytes.len()).ok_or(Errno::ENOSPC)?;
        if start > size {
            return Err(Errno::EINVAL);
        }
        let growth = end.saturating_sub(size);
        self.room(u32::try_from(growth).map_err(|_| Errno::ENOSPC)?)?;
        let file = self.file(at)?;
        file.try_reserve(growth).map_err(|_| Errno::ENOSPC)?;
        file.resize(size.max(end), 0);
        if let Some(room) = file.get_mut(start..end) {
            room.copy_from_slice(bytes);
        }
        Ok(bytes.len())
    }

    async fn list(
        &mut self,
        at: FilePath<'_>,
        each: &mut dyn FnMut(&str, FileType) -> bool,
    ) -> Result<(), Errno> {
        if self.kind(at) != Some(FileType::Directory) {
            return Err(Errno::ENOENT);
        }
        let prefix = directory(&key(at));
        for (name, node) in self.below(&prefix) {
            if !name.contains('/') && !each(name, node.kind()) {
                break;
            }
        }
        Ok(())
    }

    async fn used(&mut self, folder: &str) -> Result<u32, Errno> {
        Ok(sum(self.below(&directory(folder)).map(|(_, node)| node)))
    }

    async fn clear(&mut self, folder: &str) -> Result<(), Errno> {
        let prefix = directory(folder);
        self.entries.retain(|key, _| !key.starts_with(&prefix));
        Ok(())
    }
}

impl Node {
    const fn kind(&self) -> FileType {
        match self {
            Self::File(_) => FileType::File,
            Self::Directory => FileType::Directory,
        }
    }

    fn size(&self) -> u32 {
        match self {
            // No file is larger than the capacity, a u32.
            Self::File(bytes) => u32::try_from(bytes.len()).unwrap_or(u32::MAX),
            Self::Directory => 0,
        }
    }
}

fn sum<'a>(nodes: impl Iterator<Item = &'a Node>) -> u32 {
    nodes.fold(0, |sum, node| {
        sum.saturating_add(ENTRY_BYTES).saturating_add(node.size())
    })
}

fn key(at: FilePath<'_>) -> String {
    if at.path.is_empty() {
        return at.folder.into();
    }
    [at.folder, "/", at.path].concat()
}

fn directory(key: &str) -> String {
    [key, "/"].concat()
}
