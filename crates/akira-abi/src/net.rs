//! Sockets with message rings in the app's memory. No call waits; results arrive as events.

#![expect(missing_docs, reason = "each row says in `does` what it does")]

use akira_caps::Capability;

use crate::{NativeCall, Param};

/// The native calls of `net`.
pub static CALLS: &[&NativeCall] = &[
    &NET_OPEN,
    &NET_CONNECT,
    &NET_BIND,
    &NET_LISTEN,
    &NET_CLOSE,
    &NET_TX_BIND,
    &NET_RX_BIND,
    &NET_TX_FLUSH,
    &NET_EVENT_POP,
    &NET_GET_IP,
];

pub static NET_OPEN: NativeCall = NativeCall::new("net_open")
    .takes(&[Param::i32("kind")])
    .requires(Capability::NetworkUse)
    .planned()
    .does(
        "Makes a socket: 0 TCP, 1 UDP, 2 TLS. Returns a handle; `-EINVAL` for another kind, \
         `-EMFILE` if the app has too many.",
    );

pub static NET_CONNECT: NativeCall = NativeCall::new("net_connect")
    .takes(&[Param::i32("handle"), Param::str("host"), Param::u32("port")])
    .requires(Capability::NetworkUse)
    .planned()
    .does(
        "Begins to connect to a port (1 to 65535) of `host`; the result is an event. \
         `-EACCES` if the app's scope does not allow it, `-EBADF`.",
    );

pub static NET_BIND: NativeCall = NativeCall::new("net_bind")
    .takes(&[Param::i32("handle"), Param::u32("port")])
    .requires(Capability::NetworkUse)
    .planned()
    .does("Binds the socket to a local port. `-EBUSY` if it is taken, `-EBADF`.");

pub static NET_LISTEN: NativeCall = NativeCall::new("net_listen")
    .takes(&[Param::i32("handle"), Param::i32("backlog")])
    .requires(Capability::NetworkUse)
    .planned()
    .does("Begins to accept; each connection is an event with a new handle. `-EBADF`.");

pub static NET_CLOSE: NativeCall = NativeCall::new("net_close")
    .takes(&[Param::i32("handle")])
    .requires(Capability::NetworkUse)
    .planned()
    .does("Closes the socket and lets go of its rings. `-EBADF`.");

pub static NET_TX_BIND: NativeCall = NativeCall::new("net_tx_bind")
    .takes(&[
        Param::i32("handle"),
        Param::ring("buffer", 2),
        Param::len("size"),
    ])
    .requires(Capability::NetworkUse)
    .planned()
    .does(
        "Makes `buffer` the ring of what the app sends: header of 16 bytes (u32 written, u32 \
         read, u32 capacity, u32 flags), then frames of u16 length and data. Kept until the \
         socket closes. `-EINVAL` if `size` is 16 or less.",
    );

pub static NET_RX_BIND: NativeCall = NativeCall::new("net_rx_bind")
    .takes(&[
        Param::i32("handle"),
        Param::ring("buffer", 2),
        Param::len("size"),
    ])
    .requires(Capability::NetworkUse)
    .planned()
    .does(
        "Makes `buffer` the ring of what arrives, laid out as in `net_tx_bind`. Kept until \
         the socket closes. `-EINVAL` if `size` is 16 or less.",
    );

pub static NET_TX_FLUSH: NativeCall = NativeCall::new("net_tx_flush")
    .takes(&[Param::i32("handle")])
    .requires(Capability::NetworkUse)
    .planned()
    .does(
        "Sends what is in the ring as far as the network takes it now. Returns the number of \
         bytes; `-EBADF`.",
    );

pub static NET_EVENT_POP: NativeCall = NativeCall::new("net_event_pop")
    .takes(&[Param::bytes_out("event", 1).or_efault(), Param::len("size")])
    .requires(Capability::NetworkUse)
    .planned()
    .does(
        "Takes the oldest event of the app's sockets: u8 type, u8 handle, u16 extra. Returns \
         the type, not a length: 0 none, 1 connected, 2 disconnected, 3 data, 4 accepted \
         (extra: new handle), 5 error (extra: errno). `-EINVAL` if `size` is less than 4.",
    );

pub static NET_GET_IP: NativeCall = NativeCall::new("net_get_ip")
    .takes(&[
        Param::bytes_out("address", 1).or_efault(),
        Param::len("size"),
    ])
    .requires(Capability::NetworkUse)
    .planned()
    .does(
        "Writes the device's IPv4 address as text with a NUL. `-EINVAL` if `size` is less \
         than 16, `-ENODATA` without an address.",
    );
