//! Updates of the firmware.

#![expect(missing_docs, reason = "each row says in `does` what it does")]

use akira_caps::Capability;

use crate::{NativeCall, Param};

/// Rows of the native module `ota`.
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
        "Reads the manifest at an HTTPS `url`. Returns 1 if it offers newer firmware, \
         otherwise 0. Returns `-EPROTO` if `url` has another scheme.",
    );

pub static OTA_FETCH_AND_APPLY: NativeCall = NativeCall::new("ota_fetch_and_apply")
    .takes(&[Param::str("url")])
    .requires(Capability::OtaTrigger)
    .suspending()
    .planned()
    .does(
        "Downloads the firmware that the manifest at an HTTPS `url` names, verifies it, and \
         marks it for the next boot. Returns `-EACCES` if it is older than the running \
         firmware, `-EBUSY` during another update, `-EPERM` if the manifest has no hash.",
    );

pub static OTA_GET_STATE: NativeCall = NativeCall::new("ota_get_state")
    .requires(Capability::OtaTrigger)
    .planned()
    .does("Returns the state of the update; 0 if no update is in progress.");

pub static OTA_CONFIRM: NativeCall = NativeCall::new("ota_confirm")
    .requires(Capability::OtaTrigger)
    .suspending()
    .planned()
    .does(
        "Confirms the running firmware, so that the next boot does not revert to the previous \
         one.",
    );

pub static OTA_ROLLBACK: NativeCall = NativeCall::new("ota_rollback")
    .requires(Capability::OtaTrigger)
    .suspending()
    .planned()
    .does("Reverts to the previous firmware at the next boot.");
