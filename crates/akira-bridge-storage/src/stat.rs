/// What an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileType {
    /// A file.
    File,
    /// A directory.
    Directory,
}

/// What is known about an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stat {
    /// What it is.
    pub kind: FileType,
    /// Its bytes, 0 for a directory.
    pub size: u32,
}

impl Stat {
    /// The bytes that `fs_stat` writes.
    pub const SIZE: usize = 16;

    /// What stands at the root of every app and is never created.
    pub const ROOT: Self = Self {
        kind: FileType::Directory,
        size: 0,
    };

    /// Encodes the answer of `fs_stat`: the size as little-endian u32, 0 for a file or 1 for a directory, three zeros,
    /// and the time of the last change in ms as u64, which is 0 because nobody keeps it.
    pub fn encode(&self) -> [u8; Self::SIZE] {
        let kind = u128::from(self.kind == FileType::Directory);
        (u128::from(self.size) | kind << 32).to_le_bytes()
    }
}
