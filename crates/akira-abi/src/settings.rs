//! Settings of the device: pairs of a key and a text.

#![expect(missing_docs, reason = "each row says in `does` what it does")]

use akira_caps::Capability;

use crate::{NativeCall, Param};

/// Rows of the native module `settings`.
pub static CALLS: &[&NativeCall] = &[&SETTINGS_GET, &SETTINGS_SET, &SETTINGS_DELETE];

pub static SETTINGS_GET: NativeCall = NativeCall::new("settings_get")
    .takes(&[
        Param::str("key"),
        Param::bytes_out("value", 2).or_efault(),
        Param::len("size"),
    ])
    .requires(Capability::Settings)
    .suspending()
    .does(
        "Writes the value of `key` with a NUL. Returns 0, not a length. Returns `-ENOENT` if \
         the key does not exist, `-EACCES` for a key under `system/` if the app does not hold \
         `system`. An error writes an empty string.",
    );

pub static SETTINGS_SET: NativeCall = NativeCall::new("settings_set")
    .takes(&[Param::str("key"), Param::str("value")])
    .requires(Capability::Settings)
    .suspending()
    .does(
        "Stores `value` under `key`. Returns `-EACCES` for a key under `system/` if the app \
         does not hold `system`, `-EDQUOT` if the app's budget for flash writes is used up for \
         now.",
    );

pub static SETTINGS_DELETE: NativeCall = NativeCall::new("settings_delete")
    .takes(&[Param::str("key")])
    .requires(Capability::Settings)
    .suspending()
    .does(
        "Deletes `key` and its value. Returns `-ENOENT` if the key does not exist, `-EACCES` \
         for a key under `system/` if the app does not hold `system`.",
    );
