use akira_abi::Errno;

/// The mode in which a file is opened, common to the flags of `storage_open` and `fs_open`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OpenMode {
    /// Allows reads.
    pub read: bool,
    /// Allows writes.
    pub write: bool,
    /// Writes at the end of the file.
    pub append: bool,
    /// Creates the file if it does not exist.
    pub create: bool,
    /// Empties the file.
    pub truncate: bool,
}

impl OpenMode {
    /// Decodes the flags of `storage_open`: READ 0, WRITE 1 and RDWR 3, which both create and empty the file, APPEND 2,
    /// which creates it.
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

    /// Decodes the flags of `fs_open`: READ 0, WRITE 1, APPEND 2 (which writes), RDWR 4, CREATE 8, TRUNC 0x10.
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

/// The base of the offset of `fs_seek`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whence {
    /// The start of the file.
    Start,
    /// The current position.
    Current,
    /// The end of the file.
    End,
}

impl Whence {
    /// Decodes the argument of `fs_seek`: SET 0, CUR 1, END 2.
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
