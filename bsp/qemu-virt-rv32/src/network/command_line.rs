//! Command line over TCP, for one peer with the token at a time.

use alloc::boxed::Box;
use core::cell::{Cell, RefCell};
use core::fmt;

use akira::Board as _;
use akira::log::Level;
use akira_peers::Backoff;
use akira_shell::{Config, Link, Shell};
use embassy_futures::join::{join, join4};
use embassy_futures::select::{Either, select};
use embassy_net::{IpAddress, Stack};
use embassy_sync::blocking_mutex::raw::NoopRawMutex;
use embassy_sync::mutex::Mutex;
use embassy_sync::signal::Signal;
use embassy_time::{Duration, Instant, Timer};

use super::service::{Peer, serve, time};
use super::slots::Slots;
use crate::Journal;
use crate::hardware::Apps;
use crate::start::{note, reboot, stats};

/// TCP port of the command line.
pub(super) const PORT: u16 = 2323;

/// Number of sockets: one for the session, one that listens, and two for peers that have not yet
/// sent the token.
pub(super) const SOCKETS: usize = 4;

/// Minimum time between two lines of the log about peers that do not know the token.
const REPORT: Duration = Duration::from_secs(60);

/// Serves peers that know the token.
pub(super) async fn run(
    apps: &Apps,
    journal: &'static Journal,
    stack: Stack<'static>,
    token: &str,
) {
    let config = Config::default()
        .with_log(journal)
        .with_stats(&stats)
        .with_reboot(&reboot);
    let shell = Mutex::<NoopRawMutex, _>::new(Shell::new(apps, apps.door(), config));
    let strangers = Strangers::default();
    let newest = Newest::default();
    let slots = Slots::<SOCKETS>::new();
    let slot = |index| {
        let (shell, strangers, newest, slots) = (&shell, &strangers, &newest, &slots);
        serve(
            (slots, index),
            (stack, PORT),
            async move |peer: &mut Peer<'_>| {
                let address = peer.address();
                let mut link = Link::new(peer, apps.runtime().board().clock());
                let delay = async || {
                    // The token was wrong, so this peer is the first to be displaced.
                    slots.hold_until(index, Instant::MIN);
                    strangers.delay().await;
                };
                if link.expect_token(token, delay).await.is_err() {
                    strangers.count(address);
                    return;
                }
                strangers.backoff.borrow_mut().reset();
                // This peer is not displaced until a later peer also sends the token.
                slots.hold_until(index, Instant::MAX);
                let turn = newest.enter();
                let mut shell = shell.lock().await;
                // The lock is held for the whole session, so memory is needed for only one session.
                say(apps, address, format_args!("connected"));
                match select(Box::pin(shell.serve(&mut link)), newest.after(turn)).await {
                    Either::First(Err(end)) => {
                        say(apps, address, format_args!("disconnected: {end}"))
                    }
                    Either::First(Ok(never)) => match never {},
                    Either::Second(()) => say(
                        apps,
                        address,
                        format_args!("disconnected: another peer took over"),
                    ),
                }
            },
        )
    };
    let peers = join4(slot(0), slot(1), slot(2), slot(3));
    join(peers, strangers.report(apps)).await;
}

/// Logs the start or the end of a session.
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
            format_args!("command line: unknown peer {what}"),
        ),
    }
}

/// Counter of peers that did not know the token. It limits their log lines, so that they cannot
/// fill the log.
#[derive(Default)]
struct Strangers {
    count: Cell<u32>,
    last: Cell<Option<IpAddress>>,
    came: Signal<NoopRawMutex, ()>,
    backoff: RefCell<Backoff>,
}

impl Strangers {
    fn count(&self, address: Option<IpAddress>) {
        self.count.set(self.count.get().saturating_add(1));
        self.last.set(address);
        self.came.signal(());
    }

    /// Delays the answer to a wrong token.
    async fn delay(&self) {
        let delay = self.backoff.borrow_mut().fail();
        Timer::after(time(delay)).await;
    }

    /// Logs failed peers: the first one at once, and those of the next minute together in one line.
    async fn report(&self, apps: &Apps) -> ! {
        loop {
            self.came.wait().await;
            let count = self.count.take();
            let text = format_args!("command line: peers without the token: {count}");
            match self.last.take() {
                Some(last) => note(
                    apps,
                    Level::Warn,
                    format_args!("{text}, the last was {last}"),
                ),
                None => note(apps, Level::Warn, text),
            }
            Timer::after(REPORT).await;
        }
    }
}

/// Turn of the peer that sent the token last.
#[derive(Default)]
struct Newest {
    turn: Cell<u32>,
    changed: Signal<NoopRawMutex, ()>,
}

impl Newest {
    /// Starts the turn of a new peer and ends the turns of earlier peers. Returns the new turn.
    fn enter(&self) -> u32 {
        self.turn.set(self.turn.get().wrapping_add(1));
        self.changed.signal(());
        self.turn.get()
    }

    /// Waits until a later peer has sent the token. Only the peer that holds the shell may call it.
    async fn after(&self, turn: u32) {
        while self.turn.get() == turn {
            self.changed.wait().await;
        }
    }
}
