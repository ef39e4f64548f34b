//! Waiting and the uptime.

use core::time::Duration;

use crate::raw;

/// Waits while other apps run; at most the 71 minutes that fit in the call's 32 bits of microseconds.
pub fn delay(duration: Duration) {
    let micros = u32::try_from(duration.as_micros()).unwrap_or(u32::MAX);
    raw::delay(micros);
}

/// Returns how long the device has run, in whole milliseconds.
pub fn uptime() -> Duration {
    Duration::from_millis(raw::get_time_ms().unsigned_abs())
}
