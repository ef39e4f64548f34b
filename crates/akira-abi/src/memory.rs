//! Allocation by the host, within the app's quota.

#![expect(missing_docs, reason = "each row says in `does` what it does")]

use akira_caps::Capability;

use crate::{Denied, NativeCall, Param, Ret};

/// The native calls of `memory`.
pub static CALLS: &[&NativeCall] = &[&MEM_ALLOC, &MEM_FREE];

pub static MEM_ALLOC: NativeCall = NativeCall::new("mem_alloc")
    .takes(&[Param::u32("size")])
    .returns(Ret::Allocation)
    .requires(Capability::Memory)
    .denied_with(Denied::with(0))
    .does(
        "Allocates `size` bytes in linear memory. Returns their address, or 0 if `size` is 0 \
         or more than 16 MiB or the quota is used up.",
    );

pub static MEM_FREE: NativeCall = NativeCall::new("mem_free")
    .takes(&[Param::u32("address")])
    .returns(Ret::Void)
    .requires(Capability::Memory)
    .does("Frees what `mem_alloc` returned; ignores any other address.");
