//! Output of lines to the device's log.

#![expect(missing_docs, reason = "each row says in `does` what it does")]

use crate::{ImportModule, NativeCall, Param, Ret};

/// Rows of the native module `log`.
pub static CALLS: &[&NativeCall] = &[
    &PRINTF_NATIVE,
    &LOG,
    &PRINTF_OLD,
    &LOG_DEBUG,
    &LOG_INFO,
    &LOG_ERROR,
];

pub static PRINTF_NATIVE: NativeCall = NativeCall::new("printf_native")
    .takes(&[Param::text("text")])
    .does(
        "Writes `text` to the app's log as one line, even if it is empty. A text of more than \
         256 bytes is cut and ends with an ellipsis. Returns 0.",
    );

pub static LOG: NativeCall = NativeCall::new("log")
    .takes(&[Param::i32("level"), Param::text("text")])
    .does(
        "Writes `text` to the log as one line at `level` (1 error, 2 warning, 3 information). \
         An old call, from before AkiraOS 1.4.",
    );

pub static PRINTF_OLD: NativeCall = NativeCall::new("printf")
    .takes(&[Param::text("text")])
    .alternate()
    .does(
        "Writes `text` to the log as one line, without formatting it. An old call, from before \
         AkiraOS 1.4; with a second parameter, the name means the C library's function.",
    );

pub static LOG_DEBUG: NativeCall = NativeCall::new("log_debug")
    .in_module(ImportModule::AKIRA_LOG)
    .takes(&[Param::text("text")])
    .returns(Ret::Void)
    .does("Writes `text` to the log as one line at the debug level.");

pub static LOG_INFO: NativeCall = NativeCall::new("log_info")
    .in_module(ImportModule::AKIRA_LOG)
    .takes(&[Param::text("text")])
    .returns(Ret::Void)
    .does("Writes `text` to the log as one line at the information level.");

pub static LOG_ERROR: NativeCall = NativeCall::new("log_error")
    .in_module(ImportModule::AKIRA_LOG)
    .takes(&[Param::text("text")])
    .returns(Ret::Void)
    .does("Writes `text` to the log as one line at the error level.");
