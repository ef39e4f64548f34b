//! Folder names and paths within folders.

use heapless::Vec;

use crate::Error;

/// Maximum length of a folder's name, in bytes.
pub const MAX_FOLDER: usize = 31;

/// Maximum length of a path within a folder, in bytes.
pub const MAX_PATH: usize = 63;

/// A folder, `/` and a path in it.
pub(super) type Key = Vec<u8, { MAX_FOLDER + 1 + MAX_PATH }>;

/// Joins a folder and a path in it, or rejects them if one is malformed.
pub(super) fn key(folder: &str, path: &str) -> Result<Key, Error> {
    let is_folder = (1..=MAX_FOLDER).contains(&folder.len()) && !folder.contains('/');
    if !is_folder || !is_path(path) {
        return Err(Error::Invalid);
    }
    let mut key = Key::new();
    let separator: &[u8] = if path.is_empty() { b"" } else { b"/" };
    for part in [folder.as_bytes(), separator, path.as_bytes()] {
        key.extend_from_slice(part).map_err(|_| Error::Invalid)?;
    }
    Ok(key)
}

/// Returns whether `text` is a key that [`key`] can return.
pub(crate) fn is_key(text: &str) -> bool {
    let (folder, path) = text.split_once('/').unwrap_or((text, ""));
    key(folder, path).is_ok_and(|key| key == text.as_bytes())
}

/// Returns whether `path` is valid: names joined by `/`, or empty for the folder itself.
pub(super) fn is_path(path: &str) -> bool {
    let names = || path.split('/');
    let are_names = path.is_empty() || names().all(|name| !matches!(name, "" | "." | ".."));
    are_names && path.len() <= MAX_PATH
}

/// Returns the parent directory of an entry.
pub(super) fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(parent, _)| parent)
}

/// Returns all parent directories of an entry, except the folder itself.
pub(super) fn ancestors(path: &str) -> impl Iterator<Item = &str> {
    let separators = path.match_indices('/');
    separators.filter_map(|(place, _)| path.get(..place))
}

/// Returns the name of the entry with this key if the entry is a direct child of `directory`.
pub(super) fn name_in<'k>(key: &'k [u8], directory: &[u8]) -> Option<&'k str> {
    let name = key.strip_prefix(directory)?.strip_prefix(b"/")?;
    let name = core::str::from_utf8(name).ok()?;
    (!name.contains('/')).then_some(name)
}
