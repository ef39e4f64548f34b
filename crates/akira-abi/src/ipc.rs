//! Messages between apps, by topic.

#![expect(missing_docs, reason = "each row says in `does` what it does")]

use akira_caps::Capability;

use crate::{NativeCall, Param};

/// The native calls of `ipc`.
pub static CALLS: &[&NativeCall] = &[
    &MSG_SUBSCRIBE,
    &MSG_UNSUBSCRIBE,
    &MSG_PENDING,
    &MSG_PUBLISH,
    &MSG_RECV,
    &MSG_TRY_RECV,
];

pub static MSG_SUBSCRIBE: NativeCall = NativeCall::new("msg_subscribe")
    .takes(&[Param::str("topic")])
    .requires(Capability::Ipc)
    .does("Subscribes the app to `topic`. `-ENOMEM` if it has too many subscriptions.");

pub static MSG_UNSUBSCRIBE: NativeCall = NativeCall::new("msg_unsubscribe")
    .takes(&[Param::str("topic")])
    .requires(Capability::Ipc)
    .does("Ends a subscription and drops its messages. `-ENOENT` if there is none.");

pub static MSG_PENDING: NativeCall = NativeCall::new("msg_pending")
    .takes(&[Param::str("topic")])
    .requires(Capability::Ipc)
    .does("Returns the number of messages that wait. `-ENOENT` without a subscription.");

pub static MSG_PUBLISH: NativeCall = NativeCall::new("msg_publish")
    .takes(&[
        Param::str("topic"),
        Param::bytes_in("data", 2).or_efault(),
        Param::len("length"),
    ])
    .requires(Capability::Ipc)
    .does(
        "Sends 1 to 256 bytes to all who subscribed to `topic`. Returns how many got it; \
         `-EMSGSIZE` for none or more.",
    );

pub static MSG_RECV: NativeCall = NativeCall::new("msg_recv")
    .takes(&[
        Param::str("topic"),
        Param::bytes_out("data", 2).or_efault(),
        Param::len("size"),
        Param::i32("timeout_ms"),
    ])
    .requires(Capability::Ipc)
    .suspending()
    .does(
        "Takes the oldest message, waiting `timeout_ms` milliseconds for one, not at all if \
         0, for ever if negative. Returns the number of bytes; `-EAGAIN` if none came, \
         `-ENOENT` without a subscription.",
    );

pub static MSG_TRY_RECV: NativeCall = NativeCall::new("msg_try_recv")
    .takes(&[
        Param::str("topic"),
        Param::bytes_out("data", 2).or_efault(),
        Param::len("size"),
    ])
    .requires(Capability::Ipc)
    .does(
        "Takes the oldest message. Returns the number of bytes; `-EAGAIN` if there is none, \
         `-ENOENT` without a subscription.",
    );
