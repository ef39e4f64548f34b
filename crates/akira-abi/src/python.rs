//! Imports of the Python runtime. The calls of WASI return 0 or a WASI errno.

#![expect(missing_docs, reason = "each row says in `does` what it does")]

use crate::{ImportModule, NativeCall, Param, Ret};

/// Rows of the native module `python`.
pub static CALLS: &[&NativeCall] = &[
    &SETJMP, &LONGJMP, &FD_WRITE, &FD_CLOSE, &FD_SYNC, &FD_SEEK, &FD_READ,
];

pub static SETJMP: NativeCall = NativeCall::new("setjmp")
    .takes(&[Param::address("buffer")])
    .returns(Ret::Value)
    .planned()
    .does("Returns 0. `longjmp` cannot return to this point.");

pub static LONGJMP: NativeCall = NativeCall::new("longjmp")
    .takes(&[Param::address("buffer"), Param::i32("value")])
    .returns(Ret::Void)
    .planned()
    .does(
        "Does nothing, as on AkiraOS. An exception that should unwind C frames therefore traps \
         right afterwards.",
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
    .does(
        "Writes `count` buffers to the log if `fd` is 1 or 2, and stores the number of bytes \
         in `written`.",
    );

pub static FD_CLOSE: NativeCall = NativeCall::new("fd_close")
    .in_module(ImportModule::WASI)
    .takes(&[Param::u32("fd")])
    .returns(Ret::Value)
    .planned()
    .does("Returns 0, since no file is open.");

pub static FD_SYNC: NativeCall = NativeCall::new("fd_sync")
    .in_module(ImportModule::WASI)
    .takes(&[Param::u32("fd")])
    .returns(Ret::Value)
    .planned()
    .does("Returns 0, since no file is open.");

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
    .does("Returns an error, since neither the log nor the empty input can seek.");

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
    .does("Stores 0 in `read`, since the input is empty.");
