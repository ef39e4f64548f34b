use akira_abi::Errno;

/// Mode in which [`Storage::open`](crate::Storage::open) opens a file, decoded from the flags of
/// `storage_open` or `fs_open`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OpenMode {
    /// Whether the app may read the file.
    pub read: bool,
    /// Whether the app may write to the file.
    pub write: bool,
    /// Whether every write appends to the file, regardless of the position.
    pub append: bool,
    /// Whether the file is created if it does not exist.
    pub create: bool,
    /// Whether an existing file is truncated to length 0.
    pub truncate: bool,
}

impl OpenMode {
    /// Decodes the flags of `storage_open`. READ is 0. WRITE is 1 and RDWR is 3; both create and
    /// truncate the file. APPEND is 2 and creates the file.
    ///
    /// # Errors
    ///
    /// `EINVAL` for any other number.
    pub const fn from_storage(flags: u32) -> Result<Self, Errno> {
        if flags > 3 {
            return Err(Errno::EINVAL);
        }
        let append = flags == 2;
        let write = flags != 0;
        Ok(Self {
            read: flags == 0 || flags == 3,
            write,
            append,
            create: write,
            truncate: write && !append,
        })
    }

    /// Decodes the flags of `fs_open`, which are bits: READ is 0, WRITE 1, APPEND 2 (which also
    /// writes), RDWR 4, CREATE 8 and TRUNC 0x10.
    ///
    /// # Errors
    ///
    /// `EINVAL` for any other bit, and for TRUNC without a flag that writes.
    pub const fn from_fs(flags: u32) -> Result<Self, Errno> {
        let write = flags & (1 | 2 | 4) != 0;
        let truncate = flags & 0x10 != 0;
        if flags > 0x1f || (truncate && !write) {
            return Err(Errno::EINVAL);
        }
        Ok(Self {
            read: !write || flags & 4 != 0,
            write,
            append: flags & 2 != 0,
            create: flags & 8 != 0,
            truncate,
        })
    }
}

/// Base to which the offset of `fs_seek` is added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whence {
    /// The offset counts from the start of the file.
    Start,
    /// The offset counts from the current position.
    Current,
    /// The offset counts from the end of the file.
    End,
}

impl Whence {
    /// Decodes the argument `whence` of `fs_seek`: SET is 0, CUR is 1, END is 2.
    ///
    /// # Errors
    ///
    /// `EINVAL` for any other number.
    pub const fn from_fs(whence: u32) -> Result<Self, Errno> {
        match whence {
            0 => Ok(Self::Start),
            1 => Ok(Self::Current),
            2 => Ok(Self::End),
            _ => Err(Errno::EINVAL),
        }
    }
}
