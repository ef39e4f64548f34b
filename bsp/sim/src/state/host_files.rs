use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom};
use std::iter;
use std::path::{Path, PathBuf};

use akira_bridge_storage::{ENTRY_BYTES, FilePath, Kind, Stat};

use super::folder::Folder;
use super::{CAPACITY, host};

/// The files of apps in a folder of the host.
///
/// Names come checked, and are checked again here: this is what stands between an app and its user's files. A write
/// copies the whole file, because a host that loses power may have overwritten any part of one.
#[derive(Debug)]
pub(super) struct HostFiles(pub(super) Folder);

impl HostFiles {
    pub(super) fn stat(&self, at: FilePath<'_>) -> io::Result<Stat> {
        if at.path.is_empty() {
            return plain(at.folder).map(|_| Stat::ROOT);
        }
        let (kind, size) = host::kind(&self.locate(at)?)?;
        let size = u32::try_from(size).unwrap_or(u32::MAX);
        Ok(Stat { kind, size })
    }

    pub(super) fn create(&self, at: FilePath<'_>, kind: Kind) -> io::Result<()> {
        host::make_directory(&self.folder(at.folder)?)?;
        let path = self.locate(at)?;
        if fs::symlink_metadata(&path).is_ok() {
            return Err(host::at(&path)(ErrorKind::AlreadyExists.into()));
        }
        self.0.room(ENTRY_BYTES.into())?;
        match kind {
            Kind::File => self.0.replace(&path, &[]),
            Kind::Directory => host::make_directory(&path),
        }
    }

    pub(super) fn remove(&self, at: FilePath<'_>) -> io::Result<()> {
        let path = self.entry(at)?;
        let removed = match host::kind(&path)? {
            (Kind::File, _) => fs::remove_file(&path),
            (Kind::Directory, _) => fs::remove_dir(&path),
        };
        removed.map_err(host::at(&path))?;
        host::sync_parent(&path)
    }

    pub(super) fn truncate(&self, at: FilePath<'_>) -> io::Result<()> {
        let path = self.entry(at)?;
        host::file(&path)?;
        self.0.replace(&path, &[])
    }

    pub(super) fn read_at(
        &self,
        at: FilePath<'_>,
        offset: u32,
        buf: &mut [u8],
    ) -> io::Result<usize> {
        let path = self.entry(at)?;
        host::file(&path)?;
        read_from(&path, offset.into(), buf).map_err(host::at(&path))
    }

    pub(super) fn write_at(
        &self,
        at: FilePath<'_>,
        offset: u32,
        bytes: &[u8],
    ) -> io::Result<usize> {
        let path = self.entry(at)?;
        let content = host::read(&path, CAPACITY.into())?;
        let mut content = content.ok_or(ErrorKind::NotFound)?;
        let start = usize::try_from(offset).unwrap_or(usize::MAX);
        let rest = content.get(start..).ok_or(ErrorKind::InvalidInput)?.len();
        self.0.room(bytes.len().saturating_sub(rest) as u64)?;
        let end = start + rest.min(bytes.len());
        content.splice(start..end, bytes.iter().copied());
        self.0.replace(&path, &content)?;
        Ok(bytes.len())
    }

    /// Returns the entries of a directory, sorted. What is neither file nor directory, or has no UTF-8 name, is left out.
    pub(super) fn list(&self, at: FilePath<'_>) -> io::Result<Vec<(String, Kind)>> {
        let path = match at.path {
            "" => self.folder(at.folder)?,
            _ => self.locate(at)?,
        };
        match host::directory(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound && at.path.is_empty() => {
                return Ok(Vec::new());
            }
            result => result?,
        }
        let mut entries = Vec::new();
        // Apps cannot make more entries than this.
        let most = (CAPACITY / ENTRY_BYTES) as usize;
        for entry in fs::read_dir(&path).map_err(host::at(&path))?.take(most) {
            let entry = entry.map_err(host::at(&path))?;
            let kind = host::kind(&entry.path()).ok();
            let name = entry.file_name().into_string().ok();
            entries.extend(name.zip(kind.map(|(kind, _)| kind)));
        }
        entries.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
        Ok(entries)
    }

    pub(super) fn used(&self, folder: &str) -> io::Result<u32> {
        let path = self.folder(folder)?;
        let used = match host::directory(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => 0,
            result => result.and_then(|()| host::usage(&path))?,
        };
        Ok(u32::try_from(used).unwrap_or(u32::MAX))
    }

    pub(super) fn clear(&self, folder: &str) -> io::Result<()> {
        let path = self.folder(folder)?;
        // Of a link this removes only the link.
        match fs::remove_dir_all(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            Err(error) => Err(host::at(&path)(error)),
            Ok(()) => host::sync_parent(&path),
        }
    }

    fn folder(&self, name: &str) -> io::Result<PathBuf> {
        Ok(self.0.path("files").join(plain(name)?))
    }

    /// Returns the path of an entry, once it is sure that it leads through directories of the app only.
    fn locate(&self, at: FilePath<'_>) -> io::Result<PathBuf> {
        let mut path = self.0.path("files");
        let names = at.path.split('/').filter(|_| !at.path.is_empty());
        for name in iter::once(at.folder).chain(names) {
            host::directory(&path)?;
            path.push(plain(name)?);
        }
        Ok(path)
    }

    /// As [`locate`](Self::locate), but not the folder itself.
    fn entry(&self, at: FilePath<'_>) -> io::Result<PathBuf> {
        match at.path {
            "" => Err(ErrorKind::InvalidInput.into()),
            _ => self.locate(at),
        }
    }
}

/// Passes one name of a path that stays where it is, on any host.
fn plain(name: &str) -> io::Result<&str> {
    let odd = |c: char| c.is_control() || matches!(c, '/' | '\\' | ':');
    if matches!(name, "" | "." | "..") || name.contains(odd) {
        return Err(ErrorKind::InvalidInput.into());
    }
    Ok(name)
}

fn read_from(path: &Path, offset: u64, buf: &mut [u8]) -> io::Result<usize> {
    let mut file = File::open(path)?;
    file.seek(SeekFrom::Start(offset))?;
    let mut read = 0;
    while let Some(rest) = buf.get_mut(read..).filter(|rest| !rest.is_empty()) {
        match file.read(rest) {
            Ok(0) => break,
            Ok(bytes) => read += bytes,
            Err(error) if error.kind() == ErrorKind::Interrupted => (),
            Err(error) => return Err(error),
        }
    }
    Ok(read)
}
