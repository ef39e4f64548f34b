//! The page and the HTTP API of one console.
//!
//! Everything here may be dropped at any await: a half-read request does nothing, and a command that was sent is
//! carried out by the device whether or not anyone is left to hear of it.

mod api;
mod body;
mod bounds;
mod connection;
mod error;
mod guard;
mod live;
mod openapi;
mod page;
mod places;
mod query;
mod routes;
mod screen;
mod upload;
mod wire;

use std::io;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::SystemTime;

use akira_peers::Limits;
use axum::Router;
use axum::extract::FromRef;
use tokio::net::TcpListener;

use self::places::Places;
use self::routes::Routes;
use crate::remote::DeviceHandle;

pub use bounds::IMAGE_LIMIT;

/// What every request can reach.
#[derive(Clone)]
struct Shared {
    device: DeviceHandle,
    limits: Limits,
    bodies: Arc<Places>,
    pages: Arc<Places>,
    /// When the server was started, in milliseconds of Unix time.
    since_ms: u64,
}

impl FromRef<Shared> for DeviceHandle {
    fn from_ref(shared: &Shared) -> Self {
        shared.device.clone()
    }
}

/// Opens a port on this host's loopback interface, where nobody else can reach it.
///
/// # Errors
///
/// If the port is taken or not allowed.
///
/// # Cancel safety
///
/// A drop leaves the port closed.
pub async fn bind(port: u16) -> io::Result<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await
}

/// Serves the page and the HTTP API until dropped, with the usual patience for slow peers.
///
/// # Errors
///
/// If `listener` is not on a loopback address: there is no authentication yet, so no other host may connect.
///
/// # Cancel safety
///
/// A drop closes the port; connections that are open stay until their runtime ends.
pub async fn serve(listener: TcpListener, device: DeviceHandle) -> io::Result<()> {
    serve_with(listener, device, Limits::DEFAULT).await
}

/// Likewise, with other limits for slow peers.
///
/// # Errors
///
/// As [`serve`].
///
/// # Cancel safety
///
/// As [`serve`].
pub async fn serve_with(
    listener: TcpListener,
    device: DeviceHandle,
    limits: Limits,
) -> io::Result<()> {
    connection::only_here(&listener)?;
    connection::accept(listener, routes(device, limits), limits).await
}

/// Makes the routes, for a server of one's own or for a test without one. Bodies have the usual limits; those of
/// connections are the server's.
pub fn router(device: DeviceHandle) -> Router {
    routes(device, Limits::DEFAULT)
}

fn routes(device: DeviceHandle, limits: Limits) -> Router {
    let shared = Shared {
        device,
        limits,
        bodies: Places::new(bounds::BODIES),
        pages: Places::new(bounds::PAGES),
        since_ms: unix_ms(),
    };
    page::routes()
        .merge(api_routes().into_router())
        .fallback(error::no_such_route)
        .method_not_allowed_fallback(error::no_such_method)
        .layer(axum::middleware::from_fn(guard::guard))
        .with_state(shared)
}

/// Returns all routes but those to the page's files.
fn api_routes() -> Routes {
    api::routes()
        .merge(upload::routes())
        .merge(screen::routes())
        .merge(live::routes())
        .merge(openapi::routes())
}

fn unix_ms() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.map_or(0, |since| since.as_millis() as u64)
}
