//! The watchdog.

#![expect(missing_docs, reason = "each row says in `does` what it does")]

use akira_caps::Capability;

use crate::NativeCall;

/// The native calls of `wdt`.
pub static CALLS: &[&NativeCall] = &[&WDT_PET];

pub static WDT_PET: NativeCall = NativeCall::new("wdt_pet")
    .requires(Capability::Wdt)
    .planned()
    .does("Tells the watchdog that the app is alive. `-ENODEV` if there is none.");
