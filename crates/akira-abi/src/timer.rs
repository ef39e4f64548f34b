//! Stopwatches that count milliseconds.

#![expect(missing_docs, reason = "each row says in `does` what it does")]

use akira_caps::Capability;

use crate::{NativeCall, Param};

/// Rows of the native module `timer`.
pub static CALLS: &[&NativeCall] = &[
    &TIMER_CREATE,
    &TIMER_START,
    &TIMER_STOP,
    &TIMER_FREE,
    &TIMER_ELAPSED,
];

pub static TIMER_CREATE: NativeCall = NativeCall::new("timer_create")
    .requires(Capability::Timer)
    .does(
        "Creates a stopwatch at 0. Returns a handle, or `-ENOMEM` if the app has too many \
         stopwatches.",
    );

pub static TIMER_START: NativeCall = NativeCall::new("timer_start")
    .takes(&[Param::i32("handle")])
    .requires(Capability::Timer)
    .does(
        "Starts the stopwatch from 0. Like the other timer calls, returns `-EINVAL` if the \
         handle is not open.",
    );

pub static TIMER_STOP: NativeCall = NativeCall::new("timer_stop")
    .takes(&[Param::i32("handle")])
    .requires(Capability::Timer)
    .does("Stops the stopwatch, which keeps its time.");

pub static TIMER_FREE: NativeCall = NativeCall::new("timer_free")
    .takes(&[Param::i32("handle")])
    .requires(Capability::Timer)
    .does("Frees the stopwatch and closes its handle.");

pub static TIMER_ELAPSED: NativeCall = NativeCall::new("timer_elapsed")
    .takes(&[Param::i32("handle")])
    .requires(Capability::Timer)
    .does(
        "Returns the milliseconds between the start of the stopwatch and its stop, or now if \
         it runs. Only the low 31 bits are returned.",
    );
