//! The app's own files with seeking and folders. Paths are relative to its folder; `..` is `-EACCES`.

#![expect(missing_docs, reason = "each row says in `does` what it does")]

use akira_caps::Capability;

use crate::{NativeCall, Param};

/// Flags of `fs_open` that let the app change files: write, append, read and write, create, empty.
const FS_WRITES: i8 = 1 | 2 | 4 | 8 | 16;

/// The native calls of `fs`.
pub static CALLS: &[&NativeCall] = &[
    &FS_OPEN,
    &FS_CLOSE,
    &FS_READ,
    &FS_SEEK,
    &FS_TELL,
    &FS_STAT,
    &FS_READDIR,
    &FS_WRITE,
    &FS_UNLINK,
    &FS_MKDIR,
];

pub static FS_OPEN: NativeCall = NativeCall::new("fs_open")
    .takes(&[Param::str("path"), Param::u32("flags")])
    .requires_by_flag(1, FS_WRITES, Capability::FsWrite, Capability::FsRead)
    .suspending()
    .does(
        "Opens a file. Flags: 0 read, 1 write, 2 append, 4 read and write, 8 create, 16 empty \
         it first. Returns a descriptor; `-ENOENT`, `-EINVAL`, or `-EMFILE` if the app has \
         too many open. Unlike on AkiraOS, each flag but read needs the right to write.",
    );

pub static FS_CLOSE: NativeCall = NativeCall::new("fs_close")
    .takes(&[Param::i32("fd")])
    .requires_either(Capability::FsRead, Capability::FsWrite)
    .does(
        "Closes the file. `-EBADF` for a descriptor that is not open. Unlike on AkiraOS, the \
         right to write is enough.",
    );

pub static FS_READ: NativeCall = NativeCall::new("fs_read")
    .takes(&[
        Param::i32("fd"),
        Param::bytes_out("data", 2),
        Param::len("length"),
    ])
    .requires(Capability::FsRead)
    .suspending()
    .does(
        "Reads at the position and moves it on. Returns the number of bytes, 0 at the end, or \
         `-EBADF`.",
    );

pub static FS_SEEK: NativeCall = NativeCall::new("fs_seek")
    .takes(&[Param::i32("fd"), Param::i32("offset"), Param::i32("whence")])
    .requires_either(Capability::FsRead, Capability::FsWrite)
    .does(
        "Moves the position to `offset` bytes from the start (`whence` 0), the position (1) \
         or the end (2). `-EINVAL` before the start, `-EBADF`. Unlike on AkiraOS, the right \
         to write is enough.",
    );

pub static FS_TELL: NativeCall = NativeCall::new("fs_tell")
    .takes(&[Param::i32("fd")])
    .requires_either(Capability::FsRead, Capability::FsWrite)
    .does(
        "Returns the position in bytes, or `-EBADF`. Unlike on AkiraOS, the right to write is \
         enough.",
    );

pub static FS_STAT: NativeCall = NativeCall::new("fs_stat")
    .takes(&[Param::str("path"), Param::fixed_out("stat", 16)])
    .requires(Capability::FsRead)
    .suspending()
    .does(
        "Writes 16 bytes about a path: u32 size, u8 type (0 file, 1 folder), 3 bytes of 0, \
         u64 time of change in ms, always 0. `-ENOENT` if there is nothing.",
    );

pub static FS_READDIR: NativeCall = NativeCall::new("fs_readdir")
    .takes(&[
        Param::str("path"),
        Param::bytes_out("names", 2),
        Param::len("size"),
    ])
    .requires(Capability::FsRead)
    .suspending()
    .does(
        "Writes the names in the folder `path`, each ended by a newline. Returns the number \
         of names, not of bytes.",
    );

pub static FS_WRITE: NativeCall = NativeCall::new("fs_write")
    .takes(&[
        Param::i32("fd"),
        Param::bytes_in("data", 2),
        Param::len("length"),
    ])
    .requires(Capability::FsWrite)
    .suspending()
    .does(
        "Writes at the position and moves it on. Returns the number of bytes; `-EBADF`, or \
         `-ENOSPC` if the app's share is full, `-EDQUOT` if its budget of flash \
         writes is used up for now.",
    );

pub static FS_UNLINK: NativeCall = NativeCall::new("fs_unlink")
    .takes(&[Param::str("path")])
    .requires(Capability::FsWrite)
    .suspending()
    .does("Deletes a file. `-ENOENT` if there is none.");

pub static FS_MKDIR: NativeCall = NativeCall::new("fs_mkdir")
    .takes(&[Param::str("path")])
    .requires(Capability::FsWrite)
    .suspending()
    .does("Makes a folder. `-EEXIST` if the path is taken.");
