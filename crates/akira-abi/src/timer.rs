//! Stopwatches in milliseconds.

#![expect(missing_docs, reason = "each row says in `does` what it does")]

use akira_caps::Capability;

use crate::{NativeCall, Param};

/// The native calls of `timer`.
pub static CALLS: &[&NativeCall] = &[
    &TIMER_CREATE,
    &TIMER_START,
    &TIMER_STOP,
    &TIMER_FREE,
    &TIMER_ELAPSED,
];

pub static TIMER_CREATE: NativeCall = NativeCall::new("timer_create")
    .requires(Capability::Timer)
    .does("Makes a stopwatch at 0. Returns a handle, or `-ENOMEM` if the app has too many.");

pub static TIMER_START: NativeCall = NativeCall::new("timer_start")
    .takes(&[Param::i32("handle")])
    .requires(Capability::Timer)
    .does(
        "Starts the stopwatch from 0. `-EINVAL` for a handle that is not open, as from the \
         other timer calls.",
    );

pub static TIMER_STOP: NativeCall = NativeCall::new("timer_stop")
    .takes(&[Param::i32("handle")])
    .requires(Capability::Timer)
    .does("Stops the stopwatch; it keeps its time.");

pub static TIMER_FREE: NativeCall = NativeCall::new("timer_free")
    .takes(&[Param::i32("handle")])
    .requires(Capability::Timer)
    .does("Gives the stopwatch back.");

pub static TIMER_ELAPSED: NativeCall = NativeCall::new("timer_elapsed")
    .takes(&[Param::i32("handle")])
    .requires(Capability::Timer)
    .does(
        "Returns the milliseconds between the start and now, or the stop; the low 31 bits of \
         them.",
    );
