//! Sends back what comes (RFC 862): a network can be tried with it, and measured.

use embassy_futures::join::join3;
use embassy_net::Stack;
use embassy_net::tcp::Error;
use embedded_io_async::Write as _;

use super::service::{Peer, serve};
use super::slots::Slots;

const PORT: u16 = 7;

/// Peers at once, with the one that is next.
pub(super) const SOCKETS: usize = 3;

/// The bytes that are passed on at once.
const PIECE: usize = 1024;

/// Serves peers that keep the lowest rate, beside each other.
pub(super) async fn run(stack: Stack<'static>) {
    let slots = Slots::<SOCKETS>::new();
    let slot = |index| {
        let slots = &slots;
        serve(
            (slots, index),
            (stack, PORT),
            async move |peer: &mut Peer<'_>| {
                // However it ended, the next one is served.
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
