//! Delays and the uptime.

use core::time::Duration;

use crate::raw;

/// Waits while other apps run. The longest delay is 71 minutes, the range of the call's 32-bit
/// count of microseconds.
pub fn delay(duration: Duration) {
    let micros = u32::try_from(duration.as_micros()).unwrap_or(u32::MAX);
    raw::delay(micros);
}

/// Returns the time since the device started, in whole milliseconds.
pub fn uptime() -> Duration {
    Duration::from_millis(raw::get_time_ms().unsigned_abs())
}
