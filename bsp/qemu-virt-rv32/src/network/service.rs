//! What all services on TCP do alike.

use alloc::boxed::Box;
use alloc::vec;

use embassy_net::Stack;
use embassy_net::tcp::TcpSocket;
use embassy_time::{Duration, with_timeout};

/// The bytes that wait in either direction of a connection.
const BUFFER: usize = 4096;

/// How long a peer may be silent that has something to acknowledge.
const PATIENCE: Duration = Duration::from_secs(10);

/// How often a silent peer is asked whether it is still there.
const KEEP_ALIVE: Duration = Duration::from_secs(3);

/// How long the end of a connection may take.
const FAREWELL: Duration = Duration::from_secs(5);

/// The memory of one connection.
pub(super) struct Buffers {
    incoming: Box<[u8]>,
    outgoing: Box<[u8]>,
}

impl Buffers {
    pub(super) fn new() -> Self {
        Self {
            incoming: vec![0; BUFFER].into(),
            outgoing: vec![0; BUFFER].into(),
        }
    }

    /// Waits for a peer; one that is gone without a word ends the connection.
    ///
    /// # Cancel safety
    ///
    /// A drop ends the connection.
    pub(super) async fn accept<'b>(&'b mut self, stack: Stack<'b>, port: u16) -> TcpSocket<'b> {
        let mut socket = TcpSocket::new(stack, &mut self.incoming, &mut self.outgoing);
        socket.set_timeout(Some(PATIENCE));
        socket.set_keep_alive(Some(KEEP_ALIVE));
        while socket.accept(port).await.is_err() {
            // A peer that went away before it was there.
            socket.abort();
        }
        socket
    }
}

/// Lets the peer have what was written, if it takes it in time, and ends the connection.
pub(super) async fn close(mut socket: TcpSocket<'_>) {
    socket.close();
    if with_timeout(FAREWELL, socket.flush()).await.is_err() {
        socket.abort();
        // Nothing is left to do if this fails.
        let _ = with_timeout(FAREWELL, socket.flush()).await;
    }
}
