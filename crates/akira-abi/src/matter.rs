//! Matter through a coprocessor. These calls have their own error numbers: -1 no coprocessor, -2
//! time-out, -3 invalid, -4 not permitted, -5 I/O.

#![expect(missing_docs, reason = "each row says in `does` what it does")]

use akira_caps::Capability;

use crate::{Denied, NativeCall, Param, Ret};

/// Result for an app that lacks the capability. It is not `-EPERM`, since Matter has its own error
/// numbers.
const NOT_PERMITTED: Denied = Denied::with(-4);

/// Rows of the native module `matter`.
pub static CALLS: &[&NativeCall] = &[
    &MATTER_COMMISSION,
    &MATTER_SEND,
    &MATTER_SUBSCRIBE,
    &MATTER_POLL,
    &MATTER_ENDPOINT_ADD,
    &MATTER_REPORT_ATTR,
    &MATTER_CMD_POLL,
    &MATTER_OPEN_PAIRING,
    &MATTER_GET_PAIRING,
];

pub static MATTER_COMMISSION: NativeCall = NativeCall::new("matter_commission")
    .takes(&[Param::str("passcode"), Param::fixed_out("eui64", 8)])
    .returns(Ret::Value)
    .requires(Capability::Matter)
    .suspending()
    .planned()
    .denied_with(NOT_PERMITTED)
    .does("Commissions a device into the fabric and writes its EUI-64, 8 bytes. Returns 0.");

pub static MATTER_SEND: NativeCall = NativeCall::new("matter_send")
    .takes(&[
        Param::fixed_in("eui64", 8),
        Param::bytes_in("payload", 2),
        Param::len("length"),
    ])
    .returns(Ret::Value)
    .requires(Capability::Matter)
    .suspending()
    .planned()
    .denied_with(NOT_PERMITTED)
    .does("Sends bytes to a commissioned device. Returns 0.");

pub static MATTER_SUBSCRIBE: NativeCall = NativeCall::new("matter_subscribe")
    .takes(&[Param::fixed_in("eui64", 8), Param::i32("attribute")])
    .returns(Ret::Value)
    .requires(Capability::Matter)
    .suspending()
    .planned()
    .denied_with(NOT_PERMITTED)
    .does("Subscribes to the changes of an attribute, which `matter_poll` delivers. Returns 0.");

pub static MATTER_POLL: NativeCall = NativeCall::new("matter_poll")
    .takes(&[
        Param::fixed_out("eui64", 8),
        Param::fixed_out("attribute", 4),
        Param::bytes_out("value", 3),
        Param::len("size"),
        Param::i32("timeout_ms"),
    ])
    .returns(Ret::Value)
    .requires(Capability::Matter)
    .suspending()
    .planned()
    .denied_with(NOT_PERMITTED)
    .does(
        "Waits at most `timeout_ms` milliseconds for a change of a subscribed attribute, \
         without limit if negative. Writes the EUI-64 of the device, the attribute (an i32) \
         and the value. Returns the length of the value in bytes.",
    );

pub static MATTER_ENDPOINT_ADD: NativeCall = NativeCall::new("matter_endpoint_add")
    .takes(&[
        Param::i32("device_type"),
        Param::bytes_in("clusters", 2).of_items(4),
        Param::len("count"),
    ])
    .returns(Ret::Value)
    .requires(Capability::Matter)
    .suspending()
    .planned()
    .denied_with(NOT_PERMITTED)
    .does(
        "Adds an endpoint with `count` server clusters, a u32 each. Returns the number of the \
         endpoint.",
    );

pub static MATTER_REPORT_ATTR: NativeCall = NativeCall::new("matter_report_attr")
    .takes(&[
        Param::i32("endpoint"),
        Param::i32("cluster"),
        Param::i32("attribute"),
        Param::bytes_in("value", 4),
        Param::len("length"),
    ])
    .returns(Ret::Value)
    .requires(Capability::Matter)
    .suspending()
    .planned()
    .denied_with(NOT_PERMITTED)
    .does(
        "Reports the value of an attribute of one of the device's own endpoints, at most 255 \
         bytes. Returns 0.",
    );

pub static MATTER_CMD_POLL: NativeCall = NativeCall::new("matter_cmd_poll")
    .takes(&[
        Param::fixed_out("endpoint", 4),
        Param::fixed_out("cluster", 4),
        Param::fixed_out("command", 4),
        Param::bytes_out("payload", 4),
        Param::len("size"),
        Param::i32("timeout_ms"),
    ])
    .returns(Ret::Value)
    .requires(Capability::Matter)
    .suspending()
    .planned()
    .denied_with(NOT_PERMITTED)
    .does(
        "Waits at most `timeout_ms` milliseconds for a command to one of the device's own \
         endpoints, without limit if negative. Writes the endpoint, the cluster and the \
         command (an i32 each) and the payload. Returns the length of the payload in bytes.",
    );

pub static MATTER_OPEN_PAIRING: NativeCall = NativeCall::new("matter_open_pairing")
    .takes(&[Param::i32("timeout_s")])
    .returns(Ret::Value)
    .requires(Capability::Matter)
    .suspending()
    .planned()
    .denied_with(NOT_PERMITTED)
    .does(
        "Lets controllers pair for `timeout_s` seconds, or for the default time of the \
         coprocessor if 0. Returns 0.",
    );

pub static MATTER_GET_PAIRING: NativeCall = NativeCall::new("matter_get_pairing")
    .takes(&[
        Param::bytes_out("qr", 1),
        Param::len("qr_size"),
        Param::bytes_out("manual", 3),
        Param::len("manual_size"),
    ])
    .returns(Ret::Value)
    .requires(Capability::Matter)
    .suspending()
    .planned()
    .denied_with(NOT_PERMITTED)
    .does(
        "Writes the pairing codes as texts with a NUL: one for a QR code and one to type. \
         Returns 0.",
    );
