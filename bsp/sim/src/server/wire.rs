//! TCP stream for hyper and the WebSocket. It limits the time of each write, and drains unread data
//! before it closes.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use akira_peers::{Limits, Pace};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep, sleep_until};

use super::bounds;
use super::places::Place;

/// Stream to a peer. A write fails if the peer reads more slowly than the lowest rate.
#[derive(Debug)]
pub(super) struct Wire {
    stream: TcpStream,
    place: Arc<Place>,
    limits: Limits,
    pace: Pace,
    blocked: Option<Blocked>,
    unread: usize,
    closing: bool,
}

/// Write that waits for the peer to read.
#[derive(Debug)]
struct Blocked {
    since: Instant,
    end: Pin<Box<Sleep>>,
}

impl Wire {
    pub(super) fn new(stream: TcpStream, place: Arc<Place>, limits: Limits) -> Self {
        Self {
            stream,
            place,
            limits,
            pace: Pace::new(&limits),
            blocked: None,
            unread: bounds::UNREAD,
            closing: false,
        }
    }

    /// Returns the result of a write; an error if the write has been pending for too long.
    fn timed(
        &mut self,
        context: &mut Context<'_>,
        written: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        match written {
            Poll::Ready(Ok(count)) => {
                self.resume(count);
                Poll::Ready(Ok(count))
            }
            Poll::Ready(error) => Poll::Ready(error),
            Poll::Pending => self.wait(context),
        }
    }

    fn wait(&mut self, context: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let (place, pace) = (&self.place, &self.pace);
        let blocked = self.blocked.get_or_insert_with(|| {
            let since = Instant::now();
            let deadline = since + pace.left();
            place.hold_until(deadline);
            Blocked {
                since,
                end: Box::pin(sleep_until(deadline)),
            }
        });
        ready!(blocked.end.as_mut().poll(context));
        let reason = "the peer reads too slowly";
        Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, reason)))
    }

    fn resume(&mut self, count: usize) {
        if let Some(blocked) = self.blocked.take() {
            self.pace.wait(blocked.since.elapsed(), count);
            self.place.hold_until(Instant::now() + self.limits.answer);
        }
    }

    /// Reads and discards data of a peer that has already been answered. Closing with unread data
    /// would reset the connection, and the peer could lose the answer.
    fn drain(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut bytes = [0; 4096];
        while self.unread > 0 {
            let mut buffer = ReadBuf::new(&mut bytes);
            ready!(Pin::new(&mut self.stream).poll_read(context, &mut buffer))?;
            match buffer.filled().len() {
                0 => break,
                count => self.unread = self.unread.saturating_sub(count),
            }
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.timed(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, parts);
        self.timed(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.stream).poll_shutdown(context))?;
        if !std::mem::replace(&mut self.closing, true) {
            self.place.hold_until(Instant::now() + self.limits.farewell);
        }
        self.drain(context)
    }
}
