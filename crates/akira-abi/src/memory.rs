//! Allocation by the host in the app's linear memory, within the app's quota.

#![expect(missing_docs, reason = "each row says in `does` what it does")]

use akira_caps::Capability;

use crate::{Denied, NativeCall, Param, Ret};

/// Rows of the native module `memory`.
pub static CALLS: &[&NativeCall] = &[&MEM_ALLOC, &MEM_FREE];

pub static MEM_ALLOC: NativeCall = NativeCall::new("mem_alloc")
    .takes(&[Param::u32("size")])
    .returns(Ret::Allocation)
    .requires(Capability::Memory)
    .denied_with(Denied::with(0))
    .does(
        "Allocates `size` bytes in the app's linear memory. Returns their address, or 0 if \
         `size` is 0 or more than 16 MiB or the quota is used up.",
    );

pub static MEM_FREE: NativeCall = NativeCall::new("mem_free")
    .takes(&[Param::u32("address")])
    .returns(Ret::Void)
    .requires(Capability::Memory)
    .does("Frees an allocation of `mem_alloc`. Ignores any other address.");
