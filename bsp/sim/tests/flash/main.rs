//! The console's flash: it behaves like a chip, persists its data in a file, and refuses other
//! files.

mod chip;
mod file;

use std::path::PathBuf;

use tempfile::TempDir;

/// Temporary folder for a test's files.
struct Desk(TempDir);

impl Desk {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("there is room for a folder"))
    }

    /// Returns the path of the file with this name.
    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Writes a file in the folder and returns its path.
    fn put(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, bytes).expect("there is room for a file");
        path
    }

    fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).expect("the file is there")
    }
}
