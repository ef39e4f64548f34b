use super::parts::{self, State};
use super::{BYTES_PER_FUEL, OutOfBounds, counted, part, strlen};
use crate::abi::Errno;
use crate::{Answer, Call, Fault};

/// Maximum length of a string that `strdup` copies, in bytes. For a longer string, it fails as if
/// the memory were exhausted.
const LONGEST: usize = 32 << 10;

pub(super) fn malloc(call: &mut Call<'_>) -> Answer {
    let size = call.u32(0);
    call.allocate(size).map(|address| address as i32)
}

/// Allocates zeroed memory. The last word of the progress holds the address once the block is
/// allocated.
pub(super) fn calloc(call: &mut Call<'_>) -> Answer {
    let size = call.u32(0).checked_mul(call.u32(1)).ok_or(Errno::ENOMEM)?;
    let mut state = call.progress();
    if state[3] == 0 {
        state[3] = call.allocate(size)?;
    }
    let zeroed = parts::memset(call.memory(), [state[3], 0, size], &mut state);
    part(call, zeroed, state).map(|address| address as i32)
}

pub(super) fn realloc(call: &mut Call<'_>) -> Answer {
    let (old, size) = (call.u32(0), call.u32(1));
    let mut state = call.progress();
    let Some(old_size) = call.app().allocation(old) else {
        return if old == 0 {
            call.allocate(size).map(|address| address as i32)
        } else {
            Ok(0)
        };
    };
    if state[3] == 0 {
        if call.app().resize(old, size) {
            return Ok(old as i32);
        }
        state[3] = call.allocate(size)?;
    }
    let copied = move_part(call, old, old_size.min(size), &mut state);
    part(call, copied, state)?;
    call.app().free(old);
    Ok(state[3] as i32)
}

fn move_part(call: &mut Call<'_>, from: u32, len: u32, state: &mut State) -> parts::Part<u32> {
    parts::memmove(call.memory(), [state[3], from, len], state)
}

pub(super) fn free(call: &mut Call<'_>) -> Answer {
    let address = call.u32(0);
    call.app().free(address);
    Ok(0)
}

pub(super) fn strdup(call: &mut Call<'_>) -> Answer {
    let from = call.u32(0);
    let size = size_of_text(call, from)?;
    let address = call.allocate(size)?;
    let copied = super::memmove(call.memory(), address, from, size);
    counted(call, copied).map(|address| address as i32)
}

/// Returns the size of a string in bytes, including its NUL; `ENOMEM` if it is longer than
/// [`LONGEST`].
fn size_of_text(call: &mut Call<'_>, from: u32) -> Result<u32, Fault> {
    let memory = call.memory();
    let end = memory.len().min((from as usize).saturating_add(LONGEST));
    let is_long = end < memory.len();
    match strlen(&memory[..end], from) {
        Err(OutOfBounds) if is_long => {
            call.charge(LONGEST as u64 / u64::from(BYTES_PER_FUEL));
            Err(Errno::ENOMEM.into())
        }
        length => counted(call, length).map(|length| length + 1),
    }
}
