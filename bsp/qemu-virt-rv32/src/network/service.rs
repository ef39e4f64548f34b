//! Common parts of all TCP services: acceptance of peers, deadlines, and displacement of a peer by
//! a new one.

use alloc::boxed::Box;
use alloc::vec;

use akira_peers::{Limits, Pace};
use embassy_net::tcp::{Error, TcpSocket};
use embassy_net::{IpAddress, Stack};
use embassy_time::{Duration, Instant, with_timeout};
use embedded_io_async::{ErrorType, Read, Write};

use super::slots::Slots;

/// Time limits for peers. The lowest rate is less than the default, because this board's link is
/// slower than a desktop's.
pub(super) const LIMITS: Limits = Limits::new(Limits::DEFAULT.grace, 1024);

/// Size in bytes of a connection's buffer in either direction.
const BUFFER: usize = 4096;

/// Maximum time of a handshake, during which the socket accepts no other peer.
const HANDSHAKE: Duration = Duration::from_secs(2);

/// Maximum silence of a peer that has data to acknowledge.
const PATIENCE: Duration = Duration::from_secs(10);

/// Interval of the TCP keep-alive probes to a silent peer.
const KEEP_ALIVE: Duration = Duration::from_secs(3);

/// Converts a limit to the duration type of the network's clock.
pub(super) const fn time(limit: core::time::Duration) -> Duration {
    Duration::from_micros(limit.as_micros() as u64)
}

/// Connected peer. A write fails if the peer reads more slowly than the lowest rate.
pub(super) struct Peer<'b> {
    socket: TcpSocket<'b>,
    pace: Pace,
}

/// Serves the peers of one slot, one after the other.
pub(super) async fn serve<const N: usize>(
    (slots, index): (&Slots<N>, usize),
    (stack, port): (Stack<'_>, u16),
    talk: impl AsyncFn(&mut Peer<'_>),
) -> ! {
    let (mut incoming, mut outgoing) = (buffer(), buffer());
    loop {
        slots.listen(index);
        let socket = TcpSocket::new(stack, &mut incoming, &mut outgoing);
        let mut peer = accept(socket, port).await;
        slots.take(index, Instant::now() + time(LIMITS.request));
        let all = async {
            talk(&mut peer).await;
            slots.hold_until(index, Instant::MIN);
            peer.close().await;
        };
        // The select bounds the time until the socket is free: a new peer can displace this one
        // during the conversation and during the close.
        embassy_futures::select::select(all, slots.displaced(index)).await;
        peer.abort().await;
    }
}

fn buffer() -> Box<[u8]> {
    vec![0; BUFFER].into()
}

/// Waits for a peer; the connection ends when the peer stops answering.
async fn accept(mut socket: TcpSocket<'_>, port: u16) -> Peer<'_> {
    socket.set_keep_alive(Some(KEEP_ALIVE));
    loop {
        socket.set_timeout(Some(HANDSHAKE));
        let accepted = socket.accept(port).await.is_ok();
        if accepted && (socket.may_recv() || socket.may_send()) {
            break;
        }
        // The peer disconnected before it was accepted.
        socket.abort();
    }
    socket.set_timeout(Some(PATIENCE));
    let pace = Pace::new(&LIMITS);
    Peer { socket, pace }
}

impl Peer<'_> {
    pub(super) fn address(&self) -> Option<IpAddress> {
        self.socket.remote_endpoint().map(|peer| peer.addr)
    }

    /// Reads; fails if the peer falls below the lowest rate over both directions together.
    pub(super) async fn read_paced(&mut self, bytes: &mut [u8]) -> Result<usize, Error> {
        let since = Instant::now();
        let read = with_timeout(time(self.pace.left()), self.socket.read(bytes)).await;
        let count = read.map_err(|_| Error::ConnectionReset)??;
        self.pace.wait(elapsed(since), count);
        Ok(count)
    }

    /// Returns the time until which the peer may be idle.
    pub(super) fn deadline(&self) -> Instant {
        Instant::now() + time(self.pace.left())
    }

    /// Sends the pending data, if the peer reads it in time, and closes the connection.
    async fn close(&mut self) {
        self.socket.close();
        // An error is ignored: the caller aborts the connection afterwards.
        let _ = with_timeout(time(LIMITS.farewell), self.socket.flush()).await;
    }

    /// Aborts the connection, if it is still open.
    async fn abort(&mut self) {
        self.socket.abort();
        // An error is ignored: the connection is already aborted.
        let _ = with_timeout(time(LIMITS.farewell), self.socket.flush()).await;
    }
}

fn elapsed(since: Instant) -> core::time::Duration {
    core::time::Duration::from_micros(since.elapsed().as_micros())
}

impl ErrorType for Peer<'_> {
    type Error = Error;
}

impl Read for Peer<'_> {
    async fn read(&mut self, bytes: &mut [u8]) -> Result<usize, Error> {
        self.socket.read(bytes).await
    }
}

impl Write for Peer<'_> {
    async fn write(&mut self, bytes: &[u8]) -> Result<usize, Error> {
        let since = Instant::now();
        let written = with_timeout(time(self.pace.left()), self.socket.write(bytes)).await;
        let count = written.map_err(|_| Error::ConnectionReset)??;
        self.pace.wait(elapsed(since), count);
        Ok(count)
    }

    async fn flush(&mut self) -> Result<(), Error> {
        // No lowest rate applies: a short line takes a whole round trip however fast the peer
        // reads.
        let flushed = with_timeout(time(LIMITS.grace), self.socket.flush()).await;
        flushed.map_err(|_| Error::ConnectionReset)?
    }
}
