//! Sockets that exchange data through rings in the app's memory. No call waits; results arrive as
//! events.

#![expect(missing_docs, reason = "each row says in `does` what it does")]

use akira_caps::Capability;

use crate::{NativeCall, Param};

/// Rows of the native module `net`.
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
        "Opens a socket: 0 TCP, 1 UDP, 2 TLS. Returns a handle. Returns `-EINVAL` for any \
         other kind, `-EMFILE` if the app has too many sockets.",
    );

pub static NET_CONNECT: NativeCall = NativeCall::new("net_connect")
    .takes(&[Param::i32("handle"), Param::str("host"), Param::u32("port")])
    .requires(Capability::NetworkUse)
    .planned()
    .does(
        "Starts to connect to a port (1 to 65535) of `host`. The result arrives as an event. \
         Returns `-EACCES` if the app's scope does not allow the host or port, `-EBADF` if the \
         handle is not open.",
    );

pub static NET_BIND: NativeCall = NativeCall::new("net_bind")
    .takes(&[Param::i32("handle"), Param::u32("port")])
    .requires(Capability::NetworkUse)
    .planned()
    .does(
        "Binds the socket to a local port. Returns `-EBUSY` if the port is in use, `-EBADF` if \
         the handle is not open.",
    );

pub static NET_LISTEN: NativeCall = NativeCall::new("net_listen")
    .takes(&[Param::i32("handle"), Param::i32("backlog")])
    .requires(Capability::NetworkUse)
    .planned()
    .does(
        "Starts to accept connections. Each connection arrives as an event with a new handle. \
         Returns `-EBADF` if the handle is not open.",
    );

pub static NET_CLOSE: NativeCall = NativeCall::new("net_close")
    .takes(&[Param::i32("handle")])
    .requires(Capability::NetworkUse)
    .planned()
    .does("Closes the socket and releases its rings. Returns `-EBADF` if the handle is not open.");

pub static NET_TX_BIND: NativeCall = NativeCall::new("net_tx_bind")
    .takes(&[
        Param::i32("handle"),
        Param::ring("buffer", 2),
        Param::len("size"),
    ])
    .requires(Capability::NetworkUse)
    .planned()
    .does(
        "Uses `buffer` as the ring for outgoing data until the socket closes. It has a header \
         of 16 bytes (u32 written, u32 read, u32 capacity, u32 flags), then frames of u16 \
         length and data. Returns `-EINVAL` if `size` is 16 or less.",
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
        "Uses `buffer` as the ring for incoming data until the socket closes. It has the \
         layout described at `net_tx_bind`. Returns `-EINVAL` if `size` is 16 or less.",
    );

pub static NET_TX_FLUSH: NativeCall = NativeCall::new("net_tx_flush")
    .takes(&[Param::i32("handle")])
    .requires(Capability::NetworkUse)
    .planned()
    .does(
        "Sends as much data from the ring as the network accepts now. Returns the number of \
         bytes, or `-EBADF` if the handle is not open.",
    );

pub static NET_EVENT_POP: NativeCall = NativeCall::new("net_event_pop")
    .takes(&[Param::bytes_out("event", 1).or_efault(), Param::len("size")])
    .requires(Capability::NetworkUse)
    .planned()
    .does(
        "Takes the oldest event of the app's sockets: u8 type, u8 handle, u16 extra. Returns \
         the type, not a length: 0 none, 1 connected, 2 disconnected, 3 data, 4 accepted \
         (extra: new handle), 5 error (extra: errno). Returns `-EINVAL` if `size` is less than \
         4.",
    );

pub static NET_GET_IP: NativeCall = NativeCall::new("net_get_ip")
    .takes(&[
        Param::bytes_out("address", 1).or_efault(),
        Param::len("size"),
    ])
    .requires(Capability::NetworkUse)
    .planned()
    .does(
        "Writes the device's IPv4 address as a text with a NUL. Returns `-EINVAL` if `size` is \
         less than 16, `-ENODATA` if the device has no address.",
    );
