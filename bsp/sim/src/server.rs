//! Web page and HTTP API of one console.
//!
//! All futures here may be dropped at any await. A request that has been read only in part has no
//! effect. The device executes a command that has been sent even if its client has disconnected.

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

/// State that all request handlers share.
#[derive(Clone)]
struct Shared {
    device: DeviceHandle,
    limits: Limits,
    bodies: Arc<Places>,
    pages: Arc<Places>,
    /// Start time of the server in milliseconds of Unix time.
    since_ms: u64,
}

impl FromRef<Shared> for DeviceHandle {
    fn from_ref(shared: &Shared) -> Self {
        shared.device.clone()
    }
}

/// Opens a port on the host's loopback interface, which other hosts cannot reach. Port 0 chooses a
/// free port.
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

/// Serves the page and the HTTP API until dropped, with [`Limits::DEFAULT`] for slow peers.
///
/// # Errors
///
/// If `listener` is not on a loopback address: the server has no authentication, so other hosts
/// must not connect.
///
/// # Cancel safety
///
/// A drop closes the port. Open connections last until their runtime ends.
pub async fn serve(listener: TcpListener, device: DeviceHandle) -> io::Result<()> {
    serve_with(listener, device, Limits::DEFAULT).await
}

/// Serves the page and the HTTP API until dropped, with these limits for slow peers.
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

/// Returns the routes, for another server or for a test without a network. Request bodies have
/// [`Limits::DEFAULT`]; the caller's server limits the connections.
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

/// Returns all routes except those to the page's files.
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
