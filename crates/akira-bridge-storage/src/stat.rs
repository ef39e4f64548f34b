/// The type of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileType {
    /// A file.
    File,
    /// A directory.
    Directory,
}

/// Type and size of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stat {
    /// The type of the entry.
    pub kind: FileType,
    /// The size in bytes, 0 for a directory.
    pub size: u32,
}

impl Stat {
    /// Size of the encoding that `fs_stat` writes, in bytes.
    pub const SIZE: usize = 16;

    /// The root of every app's folder, which exists without being created.
    pub const ROOT: Self = Self {
        kind: FileType::Directory,
        size: 0,
    };

    /// Encodes the answer of `fs_stat`: the size as little-endian u32, one byte that is 0 for a file or 1 for a
    /// directory, three zeros, and the time of the last change in ms as u64, which is always 0 because no time is
    /// stored.
    pub fn encode(&self) -> [u8; Self::SIZE] {
        let kind = u128::from(self.kind == FileType::Directory);
        (u128::from(self.size) | kind << 32).to_le_bytes()
    }
}
