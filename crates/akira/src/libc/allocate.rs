use super::{counted, memmove, memset};
use crate::abi::Errno;
use crate::{Answer, Board, Call, Fault};

pub(super) fn malloc<B: Board>(call: &mut Call<'_, B>) -> Answer {
    let size = call.u32(0);
    call.allocate(size).map(|address| address as i32)
}

pub(super) fn calloc<B: Board>(call: &mut Call<'_, B>) -> Answer {
    let size = call.u32(0).checked_mul(call.u32(1)).ok_or(Errno::ENOMEM)?;
    let address = call.allocate(size)?;
    let zeroed = memset(call.memory(), address, 0, size);
    counted(call, zeroed).map(|address| address as i32)
}

pub(super) fn realloc<B: Board>(call: &mut Call<'_, B>) -> Answer {
    let (old, size) = (call.u32(0), call.u32(1));
    let Some(old_size) = call.app().allocation(old) else {
        return if old == 0 {
            call.allocate(size).map(|address| address as i32)
        } else {
            Ok(0)
        };
    };
    if call.app().resize(old, size) {
        return Ok(old as i32);
    }
    let address = call.allocate(size)?;
    let copied = memmove(call.memory(), address, old, old_size.min(size));
    counted(call, copied)?;
    call.app().free(old);
    Ok(address as i32)
}

pub(super) fn free<B: Board>(call: &mut Call<'_, B>) -> Answer {
    let address = call.u32(0);
    call.app().free(address);
    Ok(0)
}

pub(super) fn strdup<B: Board>(call: &mut Call<'_, B>) -> Answer {
    let (from, length) = (call.u32(0), call.bytes(0).len() as u32);
    let size = length.checked_add(1).ok_or(Fault::Errno(Errno::ENOMEM))?;
    let address = call.allocate(size)?;
    let copied = memmove(call.memory(), address, from, size);
    counted(call, copied).map(|address| address as i32)
}
