use core::fmt;

use akira_abi::Errno;
use heapless::String;

/// Maximum length of a path, in bytes.
pub const MAX_PATH: usize = 63;
/// Maximum depth of an entry in names: `a/b/c/d` has depth 4.
pub const MAX_DEPTH: usize = 4;

/// Checked path within an app's folder: names joined by `/`, none of which is `.` or `..`. The
/// empty path is the folder itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AppPath(String<MAX_PATH>);

impl AppPath {
    /// Checks a path that an app passes, and returns its normalised form.
    ///
    /// Leading, trailing and repeated slashes are ignored, and so is the name `.`. An app's `/` is
    /// its own folder.
    ///
    /// # Errors
    ///
    /// `EACCES` if a name is `..`; `EINVAL` if the path is longer than 63 bytes, deeper than 4
    /// names or not UTF-8, or contains a control character, `\` or `:`, which lead out of a folder
    /// on some file systems.
    pub fn new(path: &[u8]) -> Result<Self, Errno> {
        if path.len() > MAX_PATH {
            return Err(Errno::EINVAL);
        }
        let path = str::from_utf8(path).map_err(|_| Errno::EINVAL)?;
        let mut checked = Self::default();
        let names = path.split('/').filter(|n| !matches!(*n, "" | "."));
        for (depth, name) in names.enumerate() {
            check_name(name)?;
            if depth >= MAX_DEPTH {
                return Err(Errno::EINVAL);
            }
            checked.push(name)?;
        }
        Ok(checked)
    }

    /// Checks the path of an entry that can be created or removed. Works like [`new`](Self::new),
    /// but rejects the folder itself.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`new`](Self::new), and `EINVAL` for the folder itself.
    pub fn entry(path: &[u8]) -> Result<Self, Errno> {
        let path = Self::new(path)?;
        if path.0.is_empty() {
            return Err(Errno::EINVAL);
        }
        Ok(path)
    }

    /// Returns the path as text, without a leading `/`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the parent directories of the entry, outermost first, without the folder itself.
    pub fn parents(&self) -> impl Iterator<Item = &str> {
        self.0
            .match_indices('/')
            .filter_map(|(end, _)| self.0.get(..end))
    }

    fn push(&mut self, name: &str) -> Result<(), Errno> {
        let separator = if self.0.is_empty() { "" } else { "/" };
        for part in [separator, name] {
            self.0.push_str(part).map_err(|_| Errno::EINVAL)?;
        }
        Ok(())
    }
}

impl fmt::Display for AppPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Checks the name of an app's folder.
pub(crate) fn check_folder(name: &str) -> Result<(), Errno> {
    if matches!(name, "" | ".") || name.len() > MAX_FOLDER || name.contains('/') {
        return Err(Errno::EINVAL);
    }
    check_name(name)
}

/// Maximum length of the name of an app's folder, in bytes.
pub(crate) const MAX_FOLDER: usize = 31;

fn check_name(name: &str) -> Result<(), Errno> {
    if name == ".." {
        return Err(Errno::EACCES);
    }
    if name
        .chars()
        .any(|c| c.is_control() || matches!(c, '\\' | ':'))
    {
        return Err(Errno::EINVAL);
    }
    Ok(())
}
