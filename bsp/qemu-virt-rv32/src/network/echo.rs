//! Sends back what comes (RFC 862): a network can be tried with it, and measured.

use embassy_net::Stack;
use embassy_net::tcp::{Error, TcpSocket};
use embassy_time::{Duration, with_timeout};

use super::service::{Buffers, close};

const PORT: u16 = 7;

/// How long a peer may keep others waiting with nothing to say.
const IDLE: Duration = Duration::from_secs(60);

/// The bytes that are passed on at once.
const PIECE: usize = 1024;

/// Serves one peer after the other.
pub(super) async fn serve(stack: Stack<'static>) -> ! {
    let mut buffers = Buffers::new();
    loop {
        let mut socket = buffers.accept(stack, PORT).await;
        // However it ended, the next one is served.
        let _ = echo(&mut socket).await;
        close(socket).await;
    }
}

async fn echo(socket: &mut TcpSocket<'_>) -> Result<(), Error> {
    let mut piece = [0; PIECE];
    while let Ok(came) = with_timeout(IDLE, socket.read(&mut piece)).await {
        let mut rest = piece.get(..came?).unwrap_or_default();
        if rest.is_empty() {
            break;
        }
        while !rest.is_empty() {
            let sent = socket.write(rest).await?;
            rest = rest.get(sent..).unwrap_or_default();
        }
    }
    Ok(())
}
