//! Delays, and the time since the start of the device.

#![expect(missing_docs, reason = "each row says in `does` what it does")]

use crate::{ImportModule, NativeCall, Param, Ret};

/// Rows of the native module `time`.
pub static CALLS: &[&NativeCall] = &[&DELAY, &GET_TIME_MS, &SLEEP_MS];

pub static DELAY: NativeCall = NativeCall::new("delay")
    .takes(&[Param::u32("duration_us")])
    .suspending()
    .does("Waits `duration_us` microseconds, in which other apps run. Returns 0.");

pub static GET_TIME_MS: NativeCall = NativeCall::new("get_time_ms")
    .in_module(ImportModule::AKIRA_TIME)
    .returns(Ret::I64)
    .does("Returns the milliseconds since the device started.");

pub static SLEEP_MS: NativeCall = NativeCall::new("sleep_ms")
    .in_module(ImportModule::AKIRA_TIME)
    .takes(&[Param::i32("duration_ms")])
    .returns(Ret::Void)
    .suspending()
    .does(
        "Waits `duration_ms` milliseconds, in which other apps run. A duration of 0 lets them \
         run once. Returns at once, without waiting, if the duration is negative, or 3600000 \
         or more.",
    );
