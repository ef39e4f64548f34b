//! The app's own files. Paths are relative to its folder; `..` is `-EACCES`.

#![expect(missing_docs, reason = "each row says in `does` what it does")]

use akira_caps::Capability;

use crate::{NativeCall, Param, Ret};

/// Mask of the flags of `storage_open`: any flag requires the capability to write.
const ANY_FLAG: i8 = -1;

/// The native calls of `storage`.
pub static CALLS: &[&NativeCall] = &[
    &STORAGE_OPEN,
    &STORAGE_READ,
    &STORAGE_CLOSE,
    &STORAGE_LIST,
    &STORAGE_WRITE,
    &STORAGE_DELETE,
];

pub static STORAGE_OPEN: NativeCall = NativeCall::new("storage_open")
    .takes(&[Param::str("path"), Param::u32("flags")])
    .requires_by_flag(
        1,
        ANY_FLAG,
        Capability::StorageWrite,
        Capability::StorageRead,
    )
    .suspending()
    .does(
        "Opens a file. Flags: 0 read, 1 write (creates or empties), 2 append (creates), 3 \
         read and write (creates or empties). Returns a descriptor; `-ENOENT`, `-EINVAL` for \
         other flags or no path, `-EMFILE` if the app has too many open.",
    );

pub static STORAGE_READ: NativeCall = NativeCall::new("storage_read")
    .takes(&[
        Param::i32("fd"),
        Param::bytes_out("data", 2),
        Param::len("length"),
    ])
    .requires(Capability::StorageRead)
    .suspending()
    .does(
        "Reads at the position and moves it on. Returns the number of bytes, 0 at the end; \
         `-EBADF`, or `-EINVAL` if `length` is not positive.",
    );

pub static STORAGE_CLOSE: NativeCall = NativeCall::new("storage_close")
    .takes(&[Param::i32("fd")])
    .returns(Ret::Void)
    .requires_either(Capability::StorageRead, Capability::StorageWrite)
    .does(
        "Closes the file; ignores a descriptor that is not open. Unlike on AkiraOS, the right \
         to write is enough.",
    );

pub static STORAGE_LIST: NativeCall = NativeCall::new("storage_list")
    .takes(&[
        Param::str("path"),
        Param::bytes_out("names", 2),
        Param::len("size"),
    ])
    .requires(Capability::StorageRead)
    .suspending()
    .does(
        "Writes the names in the folder `path`, each ended by a newline, folders with a `/`, \
         dot files left out, and a NUL at the end. Returns the number of bytes with the NUL.",
    );

pub static STORAGE_WRITE: NativeCall = NativeCall::new("storage_write")
    .takes(&[
        Param::i32("fd"),
        Param::bytes_in("data", 2),
        Param::len("length"),
    ])
    .requires(Capability::StorageWrite)
    .suspending()
    .does(
        "Writes at the position and moves it on. Returns the number of bytes; `-EBADF`, or \
         `-ENOSPC` if the app's share is full, `-EDQUOT` if its budget of flash \
         writes is used up for now.",
    );

pub static STORAGE_DELETE: NativeCall = NativeCall::new("storage_delete")
    .takes(&[Param::str("path")])
    .requires(Capability::StorageWrite)
    .suspending()
    .does("Deletes a file. `-ENOENT` if there is none.");
