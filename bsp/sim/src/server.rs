//! The page and the HTTP API of one console.
//!
//! Everything here may be dropped at any await: a half-read request does nothing, and a command that was sent is
//! carried out by the device whether or not anyone is left to hear of it.

mod api;
mod error;
mod guard;
mod live;
mod page;
mod query;
mod screen;
mod upload;

use std::io;
use std::net::Ipv4Addr;
use std::sync::Arc;

use axum::Router;
use axum::extract::FromRef;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use crate::remote::DeviceHandle;

/// The largest app image that is taken, in bytes.
pub const IMAGE_LIMIT: usize = 4 << 20;
/// Images that may be on their way at once; further uploads wait.
const UPLOADS: usize = 2;
/// Pages that may be open at once; further ones are told to wait.
const PAGES: usize = 16;

/// What every request can reach.
#[derive(Clone)]
struct Shared {
    device: DeviceHandle,
    uploads: Arc<Semaphore>,
    pages: Arc<Semaphore>,
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

/// Serves the page and the HTTP API until dropped.
///
/// # Errors
///
/// If `listener` is not on a loopback address: there is no authentication yet, so no other host may connect.
///
/// # Cancel safety
///
/// A drop closes the port; connections that are open go on until their runtime ends.
pub async fn serve(listener: TcpListener, device: DeviceHandle) -> io::Result<()> {
    if !listener.local_addr()?.ip().is_loopback() {
        let reason = "the page has no authentication: listen on 127.0.0.1 only";
        return Err(io::Error::new(io::ErrorKind::InvalidInput, reason));
    }
    axum::serve(listener, router(device)).await
}

/// Makes the routes, for a server of one's own or for a test without one.
pub fn router(device: DeviceHandle) -> Router {
    let shared = Shared {
        device,
        uploads: Arc::new(Semaphore::new(UPLOADS)),
        pages: Arc::new(Semaphore::new(PAGES)),
    };
    Router::new()
        .merge(page::routes())
        .merge(api::routes())
        .merge(upload::routes())
        .merge(screen::routes())
        .merge(live::routes())
        .fallback(error::no_such_route)
        .method_not_allowed_fallback(error::no_such_method)
        .layer(axum::middleware::from_fn(guard::guard))
        .with_state(shared)
}
