//! The command line over TCP.

use core::fmt;

use akira::log::Level;
use akira_shell::{Config, Error, Shell};
use embassy_net::{IpAddress, Stack};
use embassy_time::{Duration, Timer};

use super::service::{Buffers, close};
use crate::Journal;
use crate::keep::Apps;
use crate::start::{note, reboot, stats};

/// Where it listens.
pub(super) const PORT: u16 = 2323;

/// How long nobody is served after someone did not know the token.
const PENALTY: Duration = Duration::from_secs(1);

/// Serves one peer after the other, each only once it has sent the token.
pub(super) async fn serve(
    apps: &Apps,
    journal: &'static Journal,
    stack: Stack<'static>,
    token: &str,
) -> ! {
    let config = Config::default()
        .with_token(token)
        .with_log(journal)
        .with_stats(&stats)
        .with_reboot(&reboot);
    let mut shell = Shell::new(apps.door(), config);
    let mut buffers = Buffers::new();
    loop {
        let mut socket = buffers.accept(stack, PORT).await;
        let peer = socket.remote_endpoint().map(|peer| peer.addr);
        say(apps, peer, format_args!("came"));
        let Err(end) = shell.run(&mut socket).await;
        say(apps, peer, format_args!("went: {end}"));
        close(socket).await;
        if matches!(end, Error::Refused) {
            Timer::after(PENALTY).await;
        }
    }
}

/// Notes who uses the command line from elsewhere.
fn say(apps: &Apps, peer: Option<IpAddress>, what: fmt::Arguments<'_>) {
    match peer {
        Some(peer) => note(
            apps,
            Level::Info,
            format_args!("command line: {peer} {what}"),
        ),
        None => note(
            apps,
            Level::Info,
            format_args!("command line: somebody {what}"),
        ),
    }
}
