//! Echo service (RFC 862), to test a network and to measure it.

use embassy_futures::join::join3;
use embassy_net::Stack;
use embassy_net::tcp::Error;
use embedded_io_async::Write as _;

use super::service::{Peer, serve};
use super::slots::Slots;

const PORT: u16 = 7;

/// Number of sockets: the peers served at once, and the one that listens.
pub(super) const SOCKETS: usize = 3;

/// Size of the echo buffer in bytes.
const PIECE: usize = 1024;

/// Serves several peers concurrently. A peer that falls below the lowest rate is disconnected.
pub(super) async fn run(stack: Stack<'static>) {
    let slots = Slots::<SOCKETS>::new();
    let slot = |index| {
        let slots = &slots;
        serve(
            (slots, index),
            (stack, PORT),
            async move |peer: &mut Peer<'_>| {
                // An error is ignored: it ends this connection, and the next peer is served.
                let _ = echo(peer, slots, index).await;
            },
        )
    };
    join3(slot(0), slot(1), slot(2)).await;
}

async fn echo(peer: &mut Peer<'_>, slots: &Slots<SOCKETS>, index: usize) -> Result<(), Error> {
    let mut piece = [0; PIECE];
    loop {
        slots.hold_until(index, peer.deadline());
        let count = peer.read_paced(&mut piece).await?;
        let mut rest = piece.get(..count).unwrap_or_default();
        if rest.is_empty() {
            return Ok(());
        }
        while !rest.is_empty() {
            slots.hold_until(index, peer.deadline());
            let sent = peer.write(rest).await?;
            rest = rest.get(sent..).unwrap_or_default();
        }
    }
}
