use akira_abi::Errno;

use crate::path::check_folder;
use crate::{AppFolder, AppPath, ENTRY_BYTES, FilePath, FileSystem, FileType, OpenMode, Stat};

/// Returns the location of the entry at a checked path.
pub(super) fn locate<'a>(folder: &AppFolder<'a>, path: &'a str) -> Result<FilePath<'a>, Errno> {
    check_folder(folder.name)?;
    let folder = folder.name;
    Ok(FilePath { folder, path })
}

/// Creates or truncates a file as the mode requires, and returns the file's size.
pub(super) async fn prepare<F: FileSystem>(
    files: &mut F,
    folder: &AppFolder<'_>,
    path: &AppPath,
    mode: OpenMode,
) -> Result<u32, Errno> {
    let at = locate(folder, path.as_str())?;
    match files.stat(at).await {
        Ok(Stat {
            kind: FileType::Directory,
            ..
        }) => Err(Errno::EINVAL),
        Ok(Stat { size, .. }) if !mode.truncate || size == 0 => Ok(size),
        Ok(_) => files.truncate(at).await.map(|()| 0),
        Err(Errno::ENOENT) if mode.create => {
            make(files, folder, path, FileType::File).await?;
            Ok(0)
        }
        Err(errno) => Err(errno),
    }
}

/// Creates an entry and its missing parent directories.
pub(super) async fn make<F: FileSystem>(
    files: &mut F,
    folder: &AppFolder<'_>,
    path: &AppPath,
    kind: FileType,
) -> Result<(), Errno> {
    for parent in path.parents() {
        let at = locate(folder, parent)?;
        match create(files, folder, at, FileType::Directory).await {
            Ok(()) | Err(Errno::EEXIST) => (),
            Err(errno) => return Err(errno),
        }
    }
    let at = locate(folder, path.as_str())?;
    create(files, folder, at, kind).await
}

async fn create<F: FileSystem>(
    files: &mut F,
    folder: &AppFolder<'_>,
    at: FilePath<'_>,
    kind: FileType,
) -> Result<(), Errno> {
    match files.stat(at).await {
        Ok(_) => Err(Errno::EEXIST),
        Err(Errno::ENOENT) => {
            check_quota(files, folder.name, folder.quota, ENTRY_BYTES).await?;
            files.create(at, kind).await
        }
        Err(errno) => Err(errno),
    }
}

/// Rejects growth that would exceed the folder's quota.
pub(super) async fn check_quota<F: FileSystem>(
    files: &mut F,
    folder: &str,
    quota: u32,
    growth: u32,
) -> Result<(), Errno> {
    if growth == 0 {
        return Ok(());
    }
    match files.used(folder).await?.checked_add(growth) {
        Some(total) if total <= quota => Ok(()),
        _ => Err(Errno::ENOSPC),
    }
}
