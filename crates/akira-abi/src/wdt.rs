//! The watchdog.

#![expect(missing_docs, reason = "each row says in `does` what it does")]

use akira_caps::Capability;

use crate::NativeCall;

/// Rows of the native module `wdt`.
pub static CALLS: &[&NativeCall] = &[&WDT_PET];

pub static WDT_PET: NativeCall = NativeCall::new("wdt_pet")
    .requires(Capability::Wdt)
    .planned()
    .does(
        "Feeds the watchdog, to show that the app is alive. Returns `-ENODEV` if the board has \
         no watchdog.",
    );
