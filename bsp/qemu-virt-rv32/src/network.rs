//! Network of the console: an address by DHCP, an echo service, and the command line for peers that
//! know its token.

mod command_line;
mod echo;
mod service;
mod slots;
mod status;
mod token;

use akira::log::Level;
use embassy_futures::join::join4;
use embassy_futures::select::{Either, select};
use embassy_net::{Config, Stack, StackResources};
use embassy_net_driver_channel as channel;
use embassy_net_driver_channel::driver::HardwareAddress;
use static_cell::ConstStaticCell;

use crate::Journal;
use crate::hardware::Apps;
use crate::start::note;
use crate::virtio::{Entropy, FRAME, Network};
pub(crate) use status::Status;
use token::Token;

/// Number of sockets: the connections of each service, and one for DHCP.
const SOCKETS: usize = echo::SOCKETS + command_line::SOCKETS + 1;

/// Number of frames queued between the adapter and the stack, in either direction.
const FRAMES: usize = 8;

/// Parts of the device that the network needs.
pub(crate) struct Parts {
    pub(crate) apps: Apps,
    pub(crate) journal: &'static Journal,
    pub(crate) status: &'static Status,
    pub(crate) adapter: Network,
    pub(crate) entropy: Entropy,
}

/// Serves the network; returns only if a device fails.
pub(crate) async fn run(mut parts: Parts) {
    let mut random = [0; 8];
    let (seed, token) = match parts.entropy.fill(&mut random).await {
        Ok(()) => (
            u64::from_le_bytes(random),
            Token::draw(&mut parts.entropy).await,
        ),
        // Without random numbers the token and the sequence numbers of connections could be guessed.
        Err(error) => return fail(&parts.apps, "entropy device", error),
    };
    let token = match token {
        Ok(token) => parts.status.open(token),
        Err(error) => return fail(&parts.apps, "entropy device", error),
    };
    serve(parts, seed, token).await;
}

async fn serve(parts: Parts, seed: u64, token: &str) {
    static FRAME_QUEUES: ConstStaticCell<channel::State<FRAME, FRAMES, FRAMES>> =
        ConstStaticCell::new(channel::State::new());
    static RESOURCES: ConstStaticCell<StackResources<SOCKETS>> =
        ConstStaticCell::new(StackResources::new());
    let Parts {
        apps,
        journal,
        status,
        adapter,
        ..
    } = parts;
    let address = HardwareAddress::Ethernet(adapter.address());
    let (wire, device) = channel::new(FRAME_QUEUES.take(), address);
    let resources = RESOURCES.take();
    let (stack, mut runner) =
        embassy_net::new(device, Config::dhcpv4(Default::default()), resources, seed);
    let services = join4(
        runner.run(),
        watch_address(&apps, stack, status),
        echo::run(stack),
        command_line::run(&apps, journal, stack, token),
    );
    let Either::First(error) = select(adapter.run(wire), services).await;
    status.set_address(None);
    fail(&apps, "network adapter", error);
}

/// Logs when the console gets or loses its address.
async fn watch_address(apps: &Apps, stack: Stack<'static>, status: &Status) -> ! {
    loop {
        stack.wait_config_up().await;
        if let Some(config) = stack.config_v4() {
            status.set_address(Some(config.address));
            note(
                apps,
                Level::Info,
                format_args!("network: the address is {}", config.address),
            );
        }
        stack.wait_config_down().await;
        status.set_address(None);
        note(
            apps,
            Level::Warn,
            format_args!("network: the address was lost"),
        );
    }
}

fn fail(apps: &Apps, what: &str, error: virtio_drivers::Error) {
    note(
        apps,
        Level::Error,
        format_args!("{what}: {error}; the network is off"),
    );
}
