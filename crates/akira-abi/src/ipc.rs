//! Messages between apps, addressed by topic.

#![expect(missing_docs, reason = "each row says in `does` what it does")]

use akira_caps::Capability;

use crate::{NativeCall, Param};

/// Rows of the native module `ipc`.
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
    .does(
        "Subscribes the app to `topic`. Returns `-ENOMEM` if the app has too many \
         subscriptions.",
    );

pub static MSG_UNSUBSCRIBE: NativeCall = NativeCall::new("msg_unsubscribe")
    .takes(&[Param::str("topic")])
    .requires(Capability::Ipc)
    .does(
        "Ends the subscription to `topic` and discards its messages. Returns `-ENOENT` if the \
         app does not subscribe to the topic.",
    );

pub static MSG_PENDING: NativeCall = NativeCall::new("msg_pending")
    .takes(&[Param::str("topic")])
    .requires(Capability::Ipc)
    .does(
        "Returns the number of messages on `topic` that wait for the app. Returns `-ENOENT` if \
         the app does not subscribe to the topic.",
    );

pub static MSG_PUBLISH: NativeCall = NativeCall::new("msg_publish")
    .takes(&[
        Param::str("topic"),
        Param::bytes_in("data", 2).or_efault(),
        Param::len("length"),
    ])
    .requires(Capability::Ipc)
    .does(
        "Sends 1 to 256 bytes to all subscribers of `topic`. Returns the number of apps that \
         received the message. Returns `-EMSGSIZE` if `length` is out of range.",
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
        "Takes the oldest message on `topic`. Waits at most `timeout_ms` milliseconds for a \
         message, not at all if 0, without limit if negative. Returns the number of bytes. \
         Returns `-EAGAIN` if no message arrived, `-ENOENT` if the app does not subscribe to \
         the topic.",
    );

pub static MSG_TRY_RECV: NativeCall = NativeCall::new("msg_try_recv")
    .takes(&[
        Param::str("topic"),
        Param::bytes_out("data", 2).or_efault(),
        Param::len("size"),
    ])
    .requires(Capability::Ipc)
    .does(
        "Takes the oldest message on `topic`. Returns the number of bytes. Returns `-EAGAIN` \
         if no message waits, `-ENOENT` if the app does not subscribe to the topic.",
    );
