//! Serial ports.

#![expect(missing_docs, reason = "each row says in `does` what it does")]

use akira_caps::Capability;

use crate::{NativeCall, Param};

/// The native calls of `uart`.
pub static CALLS: &[&NativeCall] = &[&UART_OPEN, &UART_WRITE, &UART_READ, &UART_CLOSE];

pub static UART_OPEN: NativeCall = NativeCall::new("uart_open")
    .takes(&[Param::i32("port"), Param::i32("baud_hz")])
    .requires(Capability::Uart)
    .planned()
    .does(
        "Opens `port`, counted from 0, and sets its speed. Returns a handle; `-EBUSY` while \
         another app has the port, `-ENODEV` if there is no such port.",
    );

pub static UART_WRITE: NativeCall = NativeCall::new("uart_write")
    .takes(&[
        Param::i32("handle"),
        Param::bytes_in("data", 2),
        Param::len("length"),
    ])
    .requires(Capability::Uart)
    .suspending()
    .planned()
    .does(
        "Writes `data` and waits until it is taken. Returns the number of bytes; `-EBADF` for \
         a handle that is not open.",
    );

pub static UART_READ: NativeCall = NativeCall::new("uart_read")
    .takes(&[
        Param::i32("handle"),
        Param::bytes_out("data", 2),
        Param::len("length"),
    ])
    .requires(Capability::Uart)
    .planned()
    .does(
        "Reads what has arrived, at most `length` bytes. Returns their number, 0 for none; \
         `-EBADF` for a handle that is not open.",
    );

pub static UART_CLOSE: NativeCall = NativeCall::new("uart_close")
    .takes(&[Param::i32("handle")])
    .requires(Capability::Uart)
    .planned()
    .does("Closes the port. `-EBADF` for a handle that is not open.");
