//! The host's files, with errors that say which, and without following symbolic links.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::Path;

use akira_bridge_storage::{ENTRY_BYTES, Kind};

/// Names the file in an error.
pub(super) fn at(path: &Path) -> impl Fn(io::Error) -> io::Error {
    move |error| io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

/// Makes an error about a file.
pub(super) fn fault(path: &Path, kind: ErrorKind, what: impl AsRef<str>) -> io::Error {
    at(path)(io::Error::new(kind, what.as_ref()))
}

/// Returns what a file or a directory is, and its bytes. Links, devices and the like are errors.
pub(super) fn kind(path: &Path) -> io::Result<(Kind, u64)> {
    let metadata = fs::symlink_metadata(path).map_err(at(path))?;
    match metadata.file_type() {
        t if t.is_dir() => Ok((Kind::Directory, 0)),
        t if t.is_file() => Ok((Kind::File, metadata.len())),
        _ => Err(fault(
            path,
            ErrorKind::Other,
            "a link or a device, which is not followed; remove it",
        )),
    }
}

/// Makes sure that `path` is a directory.
pub(super) fn directory(path: &Path) -> io::Result<()> {
    match kind(path)? {
        (Kind::Directory, _) => Ok(()),
        (Kind::File, _) => Err(fault(
            path,
            ErrorKind::NotADirectory,
            "a file where a folder belongs; move it away",
        )),
    }
}

/// Makes sure that `path` is a file, and returns its bytes.
pub(super) fn file(path: &Path) -> io::Result<u64> {
    match kind(path)? {
        (Kind::File, bytes) => Ok(bytes),
        (Kind::Directory, _) => Err(fault(
            path,
            ErrorKind::IsADirectory,
            "a folder where a file belongs; move it away",
        )),
    }
}

/// Makes a directory, unless it is there.
pub(super) fn make_directory(path: &Path) -> io::Result<()> {
    match fs::create_dir(path) {
        Ok(()) => sync_parent(path),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => directory(path),
        Err(error) => Err(at(path)(error)),
    }
}

/// Reads a file of at most `most` bytes, or returns `None` if there is none.
pub(super) fn read(path: &Path, most: u64) -> io::Result<Option<Vec<u8>>> {
    let bytes = match file(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        bytes => bytes?,
    };
    if bytes > most {
        let what = format!("{bytes} bytes, and at most {most} are read; move it away");
        return Err(fault(path, ErrorKind::FileTooLarge, what));
    }
    let mut content = Vec::new();
    let opened = File::open(path).map_err(at(path))?;
    opened
        .take(most)
        .read_to_end(&mut content)
        .map_err(at(path))?;
    Ok(Some(content))
}

/// Brings what was made, renamed or removed beside `path` to the disk.
pub(super) fn sync_parent(path: &Path) -> io::Result<()> {
    // Only Unix lets a directory be opened; elsewhere the file system sees to its own order.
    match path.parent().filter(|_| cfg!(unix)) {
        Some(parent) => File::open(parent)
            .and_then(|directory| directory.sync_all())
            .map_err(at(parent)),
        None => Ok(()),
    }
}

/// Returns what the content of a directory takes: the bytes of its files, and [`ENTRY_BYTES`] for each entry. A
/// directory that is not there takes nothing.
pub(super) fn usage(path: &Path) -> io::Result<u64> {
    let (mut bytes, mut left) = (0_u64, vec![path.to_owned()]);
    while let Some(directory) = left.pop() {
        let entries = match fs::read_dir(&directory) {
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            entries => entries.map_err(at(&directory))?,
        };
        for entry in entries {
            let entry = entry.map_err(at(&directory))?;
            let Ok((kind, size)) = kind(&entry.path()) else {
                continue;
            };
            bytes = bytes.saturating_add(size + u64::from(ENTRY_BYTES));
            left.extend((kind == Kind::Directory).then(|| entry.path()));
        }
    }
    Ok(bytes)
}
