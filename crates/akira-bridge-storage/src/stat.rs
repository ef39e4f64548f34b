/// Type of an entry in an app's folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileType {
    /// The entry is a file.
    File,
    /// The entry is a directory.
    Directory,
}

/// Type and size of an entry, returned by [`Storage::stat`](crate::Storage::stat).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stat {
    /// Whether the entry is a file or a directory.
    pub kind: FileType,
    /// Size of the file in bytes; 0 for a directory.
    pub size: u32,
}

impl Stat {
    /// Size of the encoding that `fs_stat` writes, in bytes.
    pub const SIZE: usize = 16;

    /// Type and size of an app's folder itself, which exists without being created.
    pub const ROOT: Self = Self {
        kind: FileType::Directory,
        size: 0,
    };

    /// Encodes the answer of `fs_stat`: the size as little-endian u32, one byte that is 0 for a
    /// file or 1 for a directory, three zeros, and the time of the last change in milliseconds as
    /// u64, which is always 0 because no time is stored.
    pub fn encode(&self) -> [u8; Self::SIZE] {
        let kind = u128::from(self.kind == FileType::Directory);
        (u128::from(self.size) | kind << 32).to_le_bytes()
    }
}
