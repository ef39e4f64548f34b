//! Imports of the Python runtime. WASI results are 0 or a WASI errno.

#![expect(missing_docs, reason = "each row says in `does` what it does")]

use crate::{ImportModule, NativeCall, Param, Ret};

/// The native calls of `python`.
pub static CALLS: &[&NativeCall] = &[
    &SETJMP, &LONGJMP, &FD_WRITE, &FD_CLOSE, &FD_SYNC, &FD_SEEK, &FD_READ,
];

pub static SETJMP: NativeCall = NativeCall::new("setjmp")
    .takes(&[Param::address("buffer")])
    .returns(Ret::Value)
    .planned()
    .does("Returns 0: there is no way back to here.");

pub static LONGJMP: NativeCall = NativeCall::new("longjmp")
    .takes(&[Param::address("buffer"), Param::i32("value")])
    .returns(Ret::Void)
    .planned()
    .does(
        "Does nothing, as on AkiraOS; an exception that should unwind C frames traps right \
         after.",
    );

pub static FD_WRITE: NativeCall = NativeCall::new("fd_write")
    .in_module(ImportModule::WASI)
    .takes(&[
        Param::u32("fd"),
        Param::address("vectors"),
        Param::u32("count"),
        Param::address("written"),
    ])
    .returns(Ret::Value)
    .planned()
    .does("Writes `count` buffers to the log if `fd` is 1 or 2, and how many bytes that were.");

pub static FD_CLOSE: NativeCall = NativeCall::new("fd_close")
    .in_module(ImportModule::WASI)
    .takes(&[Param::u32("fd")])
    .returns(Ret::Value)
    .planned()
    .does("Returns 0: there is nothing to close.");

pub static FD_SYNC: NativeCall = NativeCall::new("fd_sync")
    .in_module(ImportModule::WASI)
    .takes(&[Param::u32("fd")])
    .returns(Ret::Value)
    .planned()
    .does("Returns 0: there is nothing to sync.");

pub static FD_SEEK: NativeCall = NativeCall::new("fd_seek")
    .in_module(ImportModule::WASI)
    .takes(&[
        Param::u32("fd"),
        Param::i64("offset"),
        Param::u32("whence"),
        Param::address("position"),
    ])
    .returns(Ret::Value)
    .planned()
    .does("Fails: the log and the empty input do not seek.");

pub static FD_READ: NativeCall = NativeCall::new("fd_read")
    .in_module(ImportModule::WASI)
    .takes(&[
        Param::u32("fd"),
        Param::address("vectors"),
        Param::u32("count"),
        Param::address("read"),
    ])
    .returns(Ret::Value)
    .planned()
    .does("Reads nothing and writes 0 to `read`: the input is empty.");
