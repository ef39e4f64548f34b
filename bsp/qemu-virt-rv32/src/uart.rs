//! Driver of the serial port.

use core::convert::Infallible;
use core::fmt;

use embassy_sync::blocking_mutex::raw::CriticalSectionRawMutex;
use embassy_sync::pipe::Pipe;
use embedded_io_async::{ErrorType, Read, Write};

use crate::interrupt::Bell;
use crate::register::uart::{DATA, FIFO, INTERRUPTS, STATUS};

const RECEIVED_INTERRUPT: u8 = 1;
const SENT_INTERRUPT: u8 = 2;
const ENABLE_FIFO: u8 = 1;
const DATA_READY: u8 = 1;
const TRANSMITTER_EMPTY: u8 = 1 << 5;

/// Bytes that the empty transmitter accepts.
const FIFO_BYTES: usize = 16;

/// Buffer of received bytes. When it is full, the port's FIFO fills, and then the sender waits.
static RECEIVED: Pipe<CriticalSectionRawMutex, 512> = Pipe::new();
static SENT: Bell = Bell::new();

/// Serial port, which QEMU connects to a terminal or a socket. It has no baud rate to set.
///
/// A read that is dropped loses no bytes.
#[derive(Debug)]
pub struct Uart(());

impl Uart {
    pub(crate) fn new() -> Self {
        FIFO.write(ENABLE_FIFO);
        INTERRUPTS.write(RECEIVED_INTERRUPT);
        Self(())
    }
}

impl ErrorType for Uart {
    type Error = Infallible;
}

impl Read for Uart {
    async fn read(&mut self, buf: &mut [u8]) -> Result<usize, Infallible> {
        let read = RECEIVED.read(buf).await;
        critical_section::with(|_| enable(RECEIVED_INTERRUPT));
        Ok(read)
    }
}

impl Write for Uart {
    async fn write(&mut self, bytes: &[u8]) -> Result<usize, Infallible> {
        while !transmitter_is_empty() {
            SENT.reset();
            critical_section::with(|_| enable(SENT_INTERRUPT));
            SENT.wait().await;
        }
        let bytes = bytes.get(..FIFO_BYTES).unwrap_or(bytes);
        bytes.iter().for_each(|byte| DATA.write(*byte));
        Ok(bytes.len())
    }

    async fn flush(&mut self) -> Result<(), Infallible> {
        Ok(())
    }
}

/// Writer without interrupts that waits by spinning, for output while no tasks run: at start-up and
/// after a fatal failure.
#[derive(Debug)]
pub(crate) struct LastWords;

impl fmt::Write for LastWords {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for byte in text.bytes() {
            while !transmitter_is_empty() {
                core::hint::spin_loop();
            }
            DATA.write(byte);
        }
        Ok(())
    }
}

/// Writes a line and waits by spinning until it is written, for code that runs without tasks.
pub fn say(line: fmt::Arguments<'_>) {
    // Cannot fail.
    let _ = fmt::write(&mut LastWords, format_args!("{line}\r\n"));
}

pub(crate) fn interrupt() {
    while STATUS.read() & DATA_READY != 0 {
        if RECEIVED.is_full() {
            disable(RECEIVED_INTERRUPT);
            break;
        }
        // Cannot fail: the buffer is not full.
        let _ = RECEIVED.try_write(&[DATA.read()]);
    }
    if transmitter_is_empty() {
        disable(SENT_INTERRUPT);
        SENT.signal(());
    }
}

fn transmitter_is_empty() -> bool {
    STATUS.read() & TRANSMITTER_EMPTY != 0
}

/// Enables an interrupt of the port. Call it only in a critical section or an interrupt handler.
fn enable(interrupt: u8) {
    INTERRUPTS.write(INTERRUPTS.read() | interrupt);
}

/// Disables an interrupt of the port. Call it only in a critical section or an interrupt handler.
fn disable(interrupt: u8) {
    INTERRUPTS.write(INTERRUPTS.read() & !interrupt);
}
