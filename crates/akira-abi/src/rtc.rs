//! The wall clock and its alarms.

#![expect(missing_docs, reason = "each row says in `does` what it does")]

use akira_caps::Capability;

use crate::{NativeCall, Param};

/// Rows of the native module `rtc`.
pub static CALLS: &[&NativeCall] = &[
    &RTC_GET_UNIX_TIME,
    &RTC_GET_UPTIME_MS,
    &RTC_ALARM_FIRED,
    &RTC_SET_UNIX_TIME,
    &RTC_SET_ALARM,
];

pub static RTC_GET_UNIX_TIME: NativeCall = NativeCall::new("rtc_get_unix_time")
    .requires(Capability::RtcRead)
    .planned()
    .does("Returns the wall clock in seconds since 1970, or 0 if the clock is not set.");

pub static RTC_GET_UPTIME_MS: NativeCall = NativeCall::new("rtc_get_uptime_ms")
    .requires(Capability::RtcRead)
    .planned()
    .does("Returns the low 31 bits of the milliseconds since the device started.");

pub static RTC_ALARM_FIRED: NativeCall = NativeCall::new("rtc_alarm_fired")
    .requires(Capability::RtcRead)
    .planned()
    .does("Returns 1 if the alarm has fired since the last call, otherwise 0.");

pub static RTC_SET_UNIX_TIME: NativeCall = NativeCall::new("rtc_set_unix_time")
    .takes(&[Param::u32("seconds")])
    .requires(Capability::RtcWrite)
    .planned()
    .does("Sets the wall clock to `seconds` since 1970. Returns 0.");

pub static RTC_SET_ALARM: NativeCall = NativeCall::new("rtc_set_alarm")
    .takes(&[Param::u32("uptime_ms")])
    .requires(Capability::RtcWrite)
    .planned()
    .does(
        "Sets the app's alarm to the time `uptime_ms`, in milliseconds since the device \
         started. Returns 0.",
    );
