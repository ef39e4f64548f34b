//! Settings of the device: keys and strings.

#![expect(missing_docs, reason = "each row says in `does` what it does")]

use akira_caps::Capability;

use crate::{NativeCall, Param};

/// The native calls of `settings`.
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
        "Writes the value of `key` with a NUL; an error leaves an empty string. Returns 0, \
         not a length; `-ENOENT` without such a key, `-EACCES` under `system/` without a \
         grant for it.",
    );

pub static SETTINGS_SET: NativeCall = NativeCall::new("settings_set")
    .takes(&[Param::str("key"), Param::str("value")])
    .requires(Capability::Settings)
    .suspending()
    .does(
        "Stores `value` under `key`. `-EACCES` under `system/` without a grant for it, `-EDQUOT` \
         if the app's budget of flash writes is used up for now.",
    );

pub static SETTINGS_DELETE: NativeCall = NativeCall::new("settings_delete")
    .takes(&[Param::str("key")])
    .requires(Capability::Settings)
    .suspending()
    .does(
        "Deletes `key`. `-ENOENT` without such a key, `-EACCES` under `system/` without a \
         grant for it.",
    );
