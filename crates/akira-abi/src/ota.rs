//! Updates of the firmware.

#![expect(missing_docs, reason = "each row says in `does` what it does")]

use akira_caps::Capability;

use crate::{NativeCall, Param};

/// The native calls of `ota`.
pub static CALLS: &[&NativeCall] = &[
    &OTA_CHECK,
    &OTA_FETCH_AND_APPLY,
    &OTA_GET_STATE,
    &OTA_CONFIRM,
    &OTA_ROLLBACK,
];

pub static OTA_CHECK: NativeCall = NativeCall::new("ota_check")
    .takes(&[Param::str("url")])
    .requires(Capability::OtaTrigger)
    .suspending()
    .planned()
    .does(
        "Asks the manifest at an HTTPS `url` whether it has newer firmware. Returns 1 or 0; \
         `-EPROTO` for another scheme.",
    );

pub static OTA_FETCH_AND_APPLY: NativeCall = NativeCall::new("ota_fetch_and_apply")
    .takes(&[Param::str("url")])
    .requires(Capability::OtaTrigger)
    .suspending()
    .planned()
    .does(
        "Downloads the firmware that the manifest at an HTTPS `url` names, verifies it and \
         marks it for the next boot. `-EACCES` if it is older than what runs, `-EBUSY` during \
         another update, `-EPERM` without a hash.",
    );

pub static OTA_GET_STATE: NativeCall = NativeCall::new("ota_get_state")
    .requires(Capability::OtaTrigger)
    .planned()
    .does("Returns the state of the update, 0 if none is under way.");

pub static OTA_CONFIRM: NativeCall = NativeCall::new("ota_confirm")
    .requires(Capability::OtaTrigger)
    .suspending()
    .planned()
    .does("Keeps the running firmware, so that the next boot does not go back.");

pub static OTA_ROLLBACK: NativeCall = NativeCall::new("ota_rollback")
    .requires(Capability::OtaTrigger)
    .suspending()
    .planned()
    .does("Goes back to the firmware before at the next boot.");
