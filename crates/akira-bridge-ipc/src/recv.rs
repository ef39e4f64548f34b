use crate::Ipc;
use akira_abi::{AppId, Clock, Errno, Instant};
use core::future::poll_fn;
use core::task::{Context, Poll};
use core::time::Duration;

/// Maximum time for which [`Ipc::recv`] waits for a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timeout {
    /// `recv` does not wait.
    None,
    /// `recv` waits until a message arrives.
    Forever,
    /// `recv` waits until this time at the latest.
    Until(Instant),
}

impl Timeout {
    /// Converts the argument of the native call `msg_recv`, in milliseconds: 0 does not wait, a
    /// negative value waits forever.
    pub fn from_millis(ms: i32, now: Instant) -> Self {
        match u64::try_from(ms) {
            Ok(0) => Self::None,
            Ok(ms) => Self::Until(now + Duration::from_millis(ms)),
            Err(_) => Self::Forever,
        }
    }
}

impl<const APPS: usize, const SUBSCRIPTIONS: usize, const QUEUE_BYTES: usize>
    Ipc<APPS, SUBSCRIPTIONS, QUEUE_BYTES>
{
    /// Waits for a message of a topic and moves the message into the buffer. Returns the length of
    /// the message in bytes.
    ///
    /// # Errors
    ///
    /// [`Errno::ENOENT`] if the app does not subscribe to the topic, or its subscription ends;
    /// [`Errno::EAGAIN`] if no message arrived in time; [`Errno::EMSGSIZE`] if the message is
    /// longer than the buffer; the message then stays in the queue.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses no message. It leaves at most one waker registered in the bridge
    /// and one in the clock.
    pub async fn recv(
        &self,
        app: AppId,
        topic: &str,
        buffer: &mut [u8],
        timeout: Timeout,
        clock: &(impl Clock + ?Sized),
    ) -> Result<usize, Errno> {
        poll_fn(|cx| match self.try_recv(app, topic, buffer) {
            Err(Errno::EAGAIN) if is_left(timeout, clock, cx) => {
                self.register(app, cx.waker());
                Poll::Pending
            }
            result => Poll::Ready(result),
        })
        .await
    }
}

/// Returns whether time is left. If so, registers the task to be woken at the end of the timeout.
fn is_left(timeout: Timeout, clock: &(impl Clock + ?Sized), cx: &Context<'_>) -> bool {
    match timeout {
        Timeout::None => false,
        Timeout::Forever => true,
        Timeout::Until(end) if clock.now() >= end => false,
        Timeout::Until(end) => {
            clock.wake_at(end, cx.waker());
            true
        }
    }
}
