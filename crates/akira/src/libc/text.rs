use super::{part, snprintf_part};
use crate::abi::Instant;
use crate::{Answer, Call};

pub(super) fn sprintf(call: &mut Call<'_>) -> Answer {
    let (to, format, arguments) = (call.u32(0), call.u32(1), call.u32(2));
    print(call, (to, u32::MAX), format, arguments)
}

pub(super) fn snprintf(call: &mut Call<'_>) -> Answer {
    let (to, size, format, arguments) = (call.u32(0), call.u32(1), call.u32(2), call.u32(3));
    print(call, (to, size), format, arguments)
}

fn print(call: &mut Call<'_>, to: (u32, u32), format: u32, arguments: u32) -> Answer {
    let mut state = call.progress();
    let printed = snprintf_part(call.memory(), to, format, arguments, &mut state);
    part(call, printed, state)
}

/// Encodes a time as wasm32's `struct timespec`: i64 seconds, i32 nanoseconds, padding.
pub(super) fn timespec(time: Instant) -> [u8; 16] {
    let (seconds, nanoseconds) = (
        time.as_micros() / 1_000_000,
        time.as_micros() % 1_000_000 * 1_000,
    );
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&seconds.to_le_bytes());
    bytes[8..].copy_from_slice(&nanoseconds.to_le_bytes());
    bytes
}
