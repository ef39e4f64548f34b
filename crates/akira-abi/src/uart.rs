//! Serial ports.

#![expect(missing_docs, reason = "each row says in `does` what it does")]

use akira_caps::Capability;

use crate::{NativeCall, Param};

/// Rows of the native module `uart`.
pub static CALLS: &[&NativeCall] = &[&UART_OPEN, &UART_WRITE, &UART_READ, &UART_CLOSE];

pub static UART_OPEN: NativeCall = NativeCall::new("uart_open")
    .takes(&[Param::i32("port"), Param::i32("baud_hz")])
    .requires(Capability::Uart)
    .planned()
    .does(
        "Opens `port`, counted from 0, and sets its baud rate. Returns a handle. Returns \
         `-EBUSY` while another app has opened the port, `-ENODEV` if the port does not exist.",
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
        "Writes `data` and waits until the port has accepted it. Returns the number of bytes, \
         or `-EBADF` if the handle is not open.",
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
        "Reads at most `length` bytes that the port has received. Returns the number of bytes, \
         0 if none were received, or `-EBADF` if the handle is not open.",
    );

pub static UART_CLOSE: NativeCall = NativeCall::new("uart_close")
    .takes(&[Param::i32("handle")])
    .requires(Capability::Uart)
    .planned()
    .does("Closes the port. Returns `-EBADF` if the handle is not open.");
