//! Link in memory: the input is given in advance, the output is recorded.

use crate::device::Device;
use akira_runtime::abi::Instant;
use akira_runtime::engine::Engine;
use akira_runtime::{Board, Runtime};
use embedded_io_async::{ErrorType, Read, Write};
use std::collections::VecDeque;
use std::convert::Infallible;
use std::future::poll_fn;
use std::task::{Context, Poll};
use std::time::Duration;

/// Event on the peer's side of a link.
pub(crate) enum Step {
    /// The peer sends bytes.
    Send(VecDeque<u8>),
    /// The peer sends nothing for this time.
    Wait(Duration),
    /// The test changes the device.
    Do(Box<dyn FnOnce(&Device)>),
}

impl Step {
    pub(crate) fn text(text: &str) -> Self {
        Self::bytes(text.as_bytes())
    }

    pub(crate) fn bytes(bytes: &[u8]) -> Self {
        Self::Send(bytes.iter().copied().collect())
    }

    pub(crate) fn act(act: impl FnOnce(&Device) + 'static) -> Self {
        Self::Do(Box::new(act))
    }
}

/// Link that is closed after the last step. It reads and writes a few bytes at a time, to test
/// partial transfers.
pub(crate) struct Link<E: Engine> {
    runtime: Runtime<Device, E>,
    steps: VecDeque<Step>,
    /// End of the current pause.
    until: Option<Instant>,
    output: Vec<u8>,
    flushed: usize,
}

impl<E: Engine> Link<E> {
    pub(crate) fn new(runtime: Runtime<Device, E>, steps: Vec<Step>) -> Self {
        Self {
            runtime,
            steps: steps.into(),
            until: None,
            output: Vec::new(),
            flushed: 0,
        }
    }

    pub(crate) fn take_output(self) -> Vec<u8> {
        assert_eq!(self.flushed, self.output.len(), "all is flushed at the end");
        self.output
    }

    fn poll(&mut self, bytes: &mut [u8], cx: &mut Context<'_>) -> Poll<usize> {
        assert_eq!(
            self.flushed,
            self.output.len(),
            "who waits has flushed before"
        );
        loop {
            match self.steps.front_mut() {
                None => return Poll::Ready(0),
                Some(Step::Send(rest)) if !rest.is_empty() => {
                    return Poll::Ready(take(rest, bytes));
                }
                Some(Step::Wait(time)) => {
                    let time = *time;
                    if !self.is_over(time, cx) {
                        return Poll::Pending;
                    }
                }
                _ => {}
            }
            if let Some(Step::Do(act)) = self.steps.pop_front() {
                act(self.runtime.board());
            }
        }
    }

    fn is_over(&mut self, time: Duration, cx: &mut Context<'_>) -> bool {
        let clock = self.runtime.board().clock();
        let until = *self.until.get_or_insert(clock.now() + time);
        if clock.now() < until {
            clock.wake_at(until, cx.waker());
            return false;
        }
        self.until = None;
        true
    }
}

fn take(rest: &mut VecDeque<u8>, bytes: &mut [u8]) -> usize {
    let count = rest.len().min(bytes.len()).min(7);
    for (place, byte) in bytes.iter_mut().zip(rest.drain(..count)) {
        *place = byte;
    }
    count
}

impl<E: Engine> ErrorType for Link<E> {
    type Error = Infallible;
}

impl<E: Engine> Read for Link<E> {
    async fn read(&mut self, bytes: &mut [u8]) -> Result<usize, Infallible> {
        Ok(poll_fn(|cx| self.poll(bytes, cx)).await)
    }
}

impl<E: Engine> Write for Link<E> {
    async fn write(&mut self, bytes: &[u8]) -> Result<usize, Infallible> {
        let count = bytes.len().min(11);
        self.output.extend_from_slice(&bytes[..count]);
        Ok(count)
    }

    async fn flush(&mut self) -> Result<(), Infallible> {
        self.flushed = self.output.len();
        Ok(())
    }
}
