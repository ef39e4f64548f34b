//! The app's own files. Paths are relative to the app's folder; a path with `..` returns `-EACCES`.

#![expect(missing_docs, reason = "each row says in `does` what it does")]

use akira_caps::Capability;

use crate::{NativeCall, Param, Ret};

/// Mask of the flags of `storage_open`: any flag requires the capability to write.
const ANY_FLAG: i8 = -1;

/// Rows of the native module `storage`.
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
        "Opens a file. Flags: 0 read, 1 write (creates or truncates), 2 append (creates), 3 \
         read and write (creates or truncates). Returns a descriptor. Returns `-ENOENT` if the \
         file does not exist, `-EINVAL` for other flags or an empty path, `-EMFILE` if the app \
         has too many open files.",
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
        "Reads from the current position, and advances the position. Returns the number of \
         bytes read, 0 at the end of the file. Returns `-EBADF` if the descriptor is not open, \
         `-EINVAL` if `length` is not positive.",
    );

pub static STORAGE_CLOSE: NativeCall = NativeCall::new("storage_close")
    .takes(&[Param::i32("fd")])
    .returns(Ret::Void)
    .requires_either(Capability::StorageRead, Capability::StorageWrite)
    .does(
        "Closes a file. Ignores a descriptor that is not open. Unlike on AkiraOS, an app with \
         only the right to write may call it.",
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
        "Writes the names in the folder `path`, each followed by a newline, and a NUL at the \
         end. Folders have a `/` after their name; names that begin with a dot are omitted. \
         Returns the number of bytes with the NUL.",
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
        "Writes at the current position, and advances the position. Returns the number of \
         bytes written. Returns `-EBADF` if the descriptor is not open, `-ENOSPC` if the app's \
         storage quota is used up, `-EDQUOT` if its budget for flash writes is used up for \
         now.",
    );

pub static STORAGE_DELETE: NativeCall = NativeCall::new("storage_delete")
    .takes(&[Param::str("path")])
    .requires(Capability::StorageWrite)
    .suspending()
    .does("Deletes a file. Returns `-ENOENT` if it does not exist.");
