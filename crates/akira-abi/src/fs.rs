//! The app's own files, with seeking and folders. Paths are relative to the app's folder; a path
//! with `..` returns `-EACCES`.

#![expect(missing_docs, reason = "each row says in `does` what it does")]

use akira_caps::Capability;

use crate::{NativeCall, Param};

/// Flags of `fs_open` that let the app change files: write, append, read and write, create, empty.
const FS_WRITES: i8 = 1 | 2 | 4 | 8 | 16;

/// Rows of the native module `fs`.
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
        "Opens a file. Flags, added up: 0 read, 1 write, 2 append, 4 read and write, 8 create, \
         16 truncate. Returns a descriptor. Returns `-ENOENT` if the file does not exist, \
         `-EINVAL` if an argument is invalid, `-EMFILE` if the app has too many open files. \
         Unlike on AkiraOS, each flag except read needs the right to write.",
    );

pub static FS_CLOSE: NativeCall = NativeCall::new("fs_close")
    .takes(&[Param::i32("fd")])
    .requires_either(Capability::FsRead, Capability::FsWrite)
    .does(
        "Closes a file. Returns `-EBADF` if the descriptor is not open. Unlike on AkiraOS, an \
         app with only the right to write may call it.",
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
        "Reads from the current position, and advances the position. Returns the number of \
         bytes read, 0 at the end of the file, or `-EBADF` if the descriptor is not open.",
    );

pub static FS_SEEK: NativeCall = NativeCall::new("fs_seek")
    .takes(&[Param::i32("fd"), Param::i32("offset"), Param::i32("whence")])
    .requires_either(Capability::FsRead, Capability::FsWrite)
    .does(
        "Sets the position to `offset` bytes from the start (`whence` 0), the current position \
         (1) or the end (2). Returns `-EINVAL` if the new position is before the start, \
         `-EBADF` if the descriptor is not open. Unlike on AkiraOS, an app with only the right \
         to write may call it.",
    );

pub static FS_TELL: NativeCall = NativeCall::new("fs_tell")
    .takes(&[Param::i32("fd")])
    .requires_either(Capability::FsRead, Capability::FsWrite)
    .does(
        "Returns the position in bytes, or `-EBADF` if the descriptor is not open. Unlike on \
         AkiraOS, an app with only the right to write may call it.",
    );

pub static FS_STAT: NativeCall = NativeCall::new("fs_stat")
    .takes(&[Param::str("path"), Param::fixed_out("stat", 16)])
    .requires(Capability::FsRead)
    .suspending()
    .does(
        "Writes 16 bytes about a path: u32 size, u8 type (0 file, 1 folder), 3 bytes of 0, u64 \
         modification time in ms, which is always 0. Returns `-ENOENT` if the path does not \
         exist.",
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
        "Writes the names in the folder `path`, each followed by a newline. Returns the number \
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
        "Writes at the current position, and advances the position. Returns the number of \
         bytes written. Returns `-EBADF` if the descriptor is not open, `-ENOSPC` if the app's \
         storage quota is used up, `-EDQUOT` if its budget for flash writes is used up for \
         now.",
    );

pub static FS_UNLINK: NativeCall = NativeCall::new("fs_unlink")
    .takes(&[Param::str("path")])
    .requires(Capability::FsWrite)
    .suspending()
    .does("Deletes a file. Returns `-ENOENT` if it does not exist.");

pub static FS_MKDIR: NativeCall = NativeCall::new("fs_mkdir")
    .takes(&[Param::str("path")])
    .requires(Capability::FsWrite)
    .suspending()
    .does("Creates a folder. Returns `-EEXIST` if the path exists already.");
