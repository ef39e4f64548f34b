//! Accepts connections, and serves each of them until it ends or loses its place.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use akira_peers::Limits;
use axum::Router;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::response::Response;
use hyper::body::{Frame, Incoming, SizeHint};
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Instant, sleep};

use super::bounds;
use super::places::{Place, Places};
use super::wire::Wire;

/// Pause after an `accept` that failed, for example because the host has no free socket.
const PAUSE: Duration = Duration::from_millis(50);

/// Place of the connection on which a request arrived.
#[derive(Clone, Debug)]
pub(super) struct Peer(pub(super) Arc<Place>);

/// Accepts connections until dropped.
pub(super) async fn accept(listener: TcpListener, router: Router, limits: Limits) -> ! {
    let places = Places::new(bounds::CONNECTIONS);
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            sleep(PAUSE).await;
            continue;
        };
        let deadline = Instant::now() + limits.request;
        // If all places are taken and all their deadlines are later, this connection is closed.
        if let Some(place) = places.enter(deadline, deadline) {
            tokio::spawn(attend(stream, router.clone(), limits, Arc::new(place)));
        }
    }
}

/// Serves a connection until it ends or loses its place.
async fn attend(stream: TcpStream, router: Router, limits: Limits, place: Arc<Place>) {
    // Frames and answers are written whole, so Nagle's algorithm would only delay them.
    let _ = stream.set_nodelay(true);
    let wire = Wire::new(stream, place.clone(), limits);
    let routes = TowerToHyperService::new(router);
    let peer = place.clone();
    let service = service_fn(move |mut request: Request<Incoming>| {
        peer.hold_until(Instant::now() + limits.answer);
        request.extensions_mut().insert(Peer(peer.clone()));
        let answer = routes.call(request);
        let peer = peer.clone();
        async move {
            let answer = answer.await?;
            Ok::<_, std::convert::Infallible>(watched(answer, peer, limits.request))
        }
    });
    let connection = http1::Builder::new()
        .half_close(true)
        .max_buf_size(bounds::HEAD)
        .max_headers(bounds::HEADERS)
        .serve_connection(TokioIo::new(wire), service)
        .with_upgrades();
    // An error is ignored: the peer or the network caused it, and nobody is left to report it to.
    tokio::select! {
        _ = connection => {}
        _ = place.lost() => {}
    }
}

fn watched(answer: Response, peer: Arc<Place>, next: Duration) -> Response<Answer> {
    answer.map(|body| Answer { body, peer, next })
}

/// Body of an answer. Its drop, after it has been handed to hyper, starts the time limit of the
/// next request.
struct Answer {
    body: Body,
    peer: Arc<Place>,
    next: Duration,
}

impl HttpBody for Answer {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        self.peer.hold_until(Instant::now() + self.next);
    }
}

/// Returns an error if a listener can be reached from other hosts.
pub(super) fn only_here(listener: &TcpListener) -> io::Result<()> {
    if listener.local_addr()?.ip().is_loopback() {
        return Ok(());
    }
    let reason = "the page has no authentication: listen on 127.0.0.1 only";
    Err(io::Error::new(io::ErrorKind::InvalidInput, reason))
}
