//! The first serial port: 115 200 baud, eight bits, no parity.

use core::cell::RefCell;
use core::convert::Infallible;
use core::fmt;
use core::future::poll_fn;
use core::task::{Context, Poll, Waker};

use critical_section::Mutex;
use embedded_io_async::{ErrorType, Read, Write};
use heapless::Deque;

use crate::register::{Serial, UART0};

/// Size of the receive buffer in bytes. When it is full, the next byte stays in the port, and QEMU
/// makes the sender wait.
const RECEIVED: usize = 256;

/// Baud rate divider: 25 MHz divided by 115 200 baud.
const DIVIDER: u32 = 217;

static STATE: Mutex<RefCell<State>> = Mutex::new(RefCell::new(State {
    received: Deque::new(),
    reader: None,
    writer: None,
}));

/// The first serial port, interrupt-driven in both directions.
#[derive(Debug)]
#[non_exhaustive]
pub struct Uart;

struct State {
    received: Deque<u8, RECEIVED>,
    reader: Option<Waker>,
    writer: Option<Waker>,
}

impl Uart {
    /// Sets up the port. Only one value of this type may exist.
    pub(crate) fn start() -> Self {
        UART0.divider.write(DIVIDER);
        UART0.control.write(ON | Serial::RECEIVE_INTERRUPT);
        Self
    }
}

const ON: u32 = Serial::SEND | Serial::RECEIVE;

impl ErrorType for Uart {
    type Error = Infallible;
}

impl Read for Uart {
    /// # Cancel safety
    ///
    /// A drop loses no bytes.
    async fn read(&mut self, bytes: &mut [u8]) -> Result<usize, Infallible> {
        poll_fn(|cx| with(|state| state.poll_read(cx, bytes))).await
    }
}

impl Write for Uart {
    /// # Cancel safety
    ///
    /// A drop writes no byte.
    async fn write(&mut self, bytes: &[u8]) -> Result<usize, Infallible> {
        let Some(first) = bytes.first() else {
            return Ok(0);
        };
        poll_fn(|cx| with(|state| state.poll_write(cx, *first))).await
    }

    /// # Cancel safety
    ///
    /// A drop changes nothing.
    async fn flush(&mut self) -> Result<(), Infallible> {
        poll_fn(|cx| with(|state| state.poll_sent(cx))).await
    }
}

/// Writer without interrupts, for output before they are enabled and after a failure.
pub(crate) struct Blocking;

impl fmt::Write for Blocking {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for byte in text.bytes() {
            while UART0.state.read() & Serial::SENDING != 0 {}
            UART0.data.write(byte.into());
        }
        Ok(())
    }
}

/// Handles the receive interrupt: moves received bytes to the buffer.
pub(crate) fn on_received() {
    UART0.interrupt.write(Serial::RECEIVED_PENDING);
    if let Some(waker) = with(State::receive) {
        waker.wake();
    }
}

/// Handles the transmit interrupt: wakes the writer.
pub(crate) fn on_sent() {
    UART0.interrupt.write(Serial::SENT_PENDING);
    if let Some(waker) = with(|state| state.writer.take()) {
        waker.wake();
    }
}

fn with<R>(f: impl FnOnce(&mut State) -> R) -> R {
    critical_section::with(|cs| f(&mut STATE.borrow_ref_mut(cs)))
}

impl State {
    /// Moves received bytes from the port to the buffer. When the buffer is full, the next byte
    /// stays in the port and the receive interrupt is disabled.
    fn receive(&mut self) -> Option<Waker> {
        while !self.received.is_full() && UART0.state.read() & Serial::RECEIVED != 0 {
            // Cannot fail: the buffer is not full.
            let _ = self.received.push_back(UART0.data.read() as u8);
        }
        self.set_interrupts();
        self.reader.take()
    }

    fn poll_read(
        &mut self,
        cx: &mut Context<'_>,
        bytes: &mut [u8],
    ) -> Poll<Result<usize, Infallible>> {
        let mut count = 0;
        for (byte, received) in bytes
            .iter_mut()
            .zip(core::iter::from_fn(|| self.received.pop_front()))
        {
            *byte = received;
            count += 1;
        }
        self.receive();
        if count > 0 || bytes.is_empty() {
            return Poll::Ready(Ok(count));
        }
        self.reader = Some(cx.waker().clone());
        if !self.received.is_empty() {
            cx.waker().wake_by_ref();
        }
        Poll::Pending
    }

    fn poll_write(&mut self, cx: &mut Context<'_>, byte: u8) -> Poll<Result<usize, Infallible>> {
        if self.is_sending(cx) {
            return Poll::Pending;
        }
        UART0.data.write(byte.into());
        Poll::Ready(Ok(1))
    }

    fn poll_sent(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        if self.is_sending(cx) {
            return Poll::Pending;
        }
        Poll::Ready(Ok(()))
    }

    /// Returns whether a byte is still waiting to be sent. If so, the task is woken when the byte
    /// has been sent.
    fn is_sending(&mut self, cx: &mut Context<'_>) -> bool {
        self.writer = Some(cx.waker().clone());
        // Enabled before the check, so that a byte sent in between is not missed.
        self.set_interrupts();
        let sending = UART0.state.read() & Serial::SENDING != 0;
        if !sending {
            self.writer = None;
            self.set_interrupts();
        }
        sending
    }

    fn set_interrupts(&self) {
        let mut control = ON;
        if !self.received.is_full() {
            control |= Serial::RECEIVE_INTERRUPT;
        }
        if self.writer.is_some() {
            control |= Serial::SEND_INTERRUPT;
        }
        UART0.control.write(control);
    }
}
