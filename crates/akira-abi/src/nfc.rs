//! The dynamic NFC tag ST25DV. Each call returns `-ENODEV` if the board has no tag.

#![expect(missing_docs, reason = "each row says in `does` what it does")]

use akira_caps::Capability;

use crate::{NativeCall, Param};

/// Rows of the native module `nfc`.
pub static CALLS: &[&NativeCall] = &[
    &NFC_UID,
    &NFC_READ,
    &NFC_WRITE,
    &NFC_FIELD_PRESENT,
    &NFC_MB_ENABLE,
    &NFC_MB_PUT,
    &NFC_MB_GET,
    &NFC_MB_STATUS,
];

pub static NFC_UID: NativeCall = NativeCall::new("nfc_uid")
    .takes(&[Param::fixed_out("uid", 8)])
    .requires(Capability::Nfc)
    .suspending()
    .planned()
    .does("Writes the tag's UID, 8 bytes.");

pub static NFC_READ: NativeCall = NativeCall::new("nfc_read")
    .takes(&[
        Param::i32("address"),
        Param::bytes_out("data", 2),
        Param::len("length"),
    ])
    .requires(Capability::Nfc)
    .suspending()
    .planned()
    .does("Reads at most 256 bytes of the tag's memory.");

pub static NFC_WRITE: NativeCall = NativeCall::new("nfc_write")
    .takes(&[
        Param::i32("address"),
        Param::bytes_in("data", 2),
        Param::len("length"),
    ])
    .requires(Capability::Nfc)
    .suspending()
    .planned()
    .does("Writes at most 256 bytes of the tag's memory.");

pub static NFC_FIELD_PRESENT: NativeCall = NativeCall::new("nfc_field_present")
    .requires(Capability::Nfc)
    .suspending()
    .planned()
    .does("Returns 1 while a reader is near the tag, otherwise 0.");

pub static NFC_MB_ENABLE: NativeCall = NativeCall::new("nfc_mb_enable")
    .takes(&[Param::u32("enable"), Param::u32("watchdog")])
    .requires(Capability::Nfc)
    .suspending()
    .planned()
    .does(
        "Turns the tag's mailbox on, or off if `enable` is 0. A `watchdog` of 0 sets no time \
         limit; n from 1 to 7 sets 30 ms times 2 to the power of n - 1.",
    );

pub static NFC_MB_PUT: NativeCall = NativeCall::new("nfc_mb_put")
    .takes(&[Param::bytes_in("data", 1), Param::len("length")])
    .requires(Capability::Nfc)
    .suspending()
    .planned()
    .does("Puts a message of 1 to 256 bytes into the mailbox for the reader.");

pub static NFC_MB_GET: NativeCall = NativeCall::new("nfc_mb_get")
    .takes(&[Param::bytes_out("data", 1), Param::len("size")])
    .requires(Capability::Nfc)
    .suspending()
    .planned()
    .does("Takes the reader's message from the mailbox. Returns the number of bytes.");

pub static NFC_MB_STATUS: NativeCall = NativeCall::new("nfc_mb_status")
    .takes(&[
        Param::fixed_out("control", 1),
        Param::fixed_out("length", 4),
    ])
    .requires(Capability::Nfc)
    .suspending()
    .planned()
    .does(
        "Writes the mailbox's control register, a u8, and the length of the message in it, a \
         u32.",
    );
