//! Reads the whole body of a request before the device gets a command, so that a slow peer occupies
//! no resources of the device.

use akira_peers::{Limits, Pace};
use axum::body::{BodyDataStream, Bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode, header};
use futures_util::StreamExt;
use tokio::time::{Instant, timeout};

use super::Shared;
use super::connection::Peer;
use super::error::ApiError;
use super::places::{Loss, Place};

/// A complete body, and its place among the [`BODIES`](super::bounds::BODIES).
pub(super) struct Received {
    pub(super) bytes: Vec<u8>,
    _place: Place,
}

/// A body that is being received.
struct Arrival<'a> {
    stream: BodyDataStream,
    pace: Pace,
    place: Place,
    peer: Option<Peer>,
    shared: &'a Shared,
}

/// Reads a body of 1 to `limit` bytes. The caller has checked the rest of the request.
///
/// # Errors
///
/// [`ApiError`] if the body is empty or too long, arrives too slowly, or loses its place to another
/// one.
pub(super) async fn receive(
    shared: &Shared,
    request: Request,
    limit: usize,
) -> Result<Received, ApiError> {
    if let Some(length) = announced_length(request.headers()) {
        check_length(length, limit)?;
    }
    let mut arrival = Arrival::begin(shared, request)?;
    let mut bytes = Vec::new();
    while let Some(piece) = arrival.next().await? {
        if piece.len() > limit - bytes.len() {
            return Err(too_large(limit));
        }
        bytes.extend_from_slice(&piece);
    }
    check_length(bytes.len(), limit)?;
    let _place = arrival.end();
    Ok(Received { bytes, _place })
}

impl<'a> Arrival<'a> {
    fn begin(shared: &'a Shared, request: Request) -> Result<Self, ApiError> {
        let deadline = Instant::now() + shared.limits.grace;
        let place = shared.bodies.enter(deadline, deadline).ok_or_else(busy)?;
        let peer = request.extensions().get().cloned();
        Ok(Self {
            stream: request.into_body().into_data_stream(),
            pace: Pace::new(&shared.limits),
            place,
            peer,
            shared,
        })
    }

    /// Returns the next piece of the body, or `None` at its end.
    async fn next(&mut self) -> Result<Option<Bytes>, ApiError> {
        let since = Instant::now();
        self.hold_until(since + self.pace.left());
        let piece = tokio::select! {
            piece = timeout(self.pace.left(), self.stream.next()) => piece,
            loss = self.place.lost() => return Err(self.stopped(loss)),
        };
        let piece = piece.map_err(|_| self.stopped(Loss::Overdue))?;
        let piece = piece.transpose().map_err(|error| unreadable(&error))?;
        let length = piece.as_ref().map_or(0, Bytes::len);
        self.pace.wait(since.elapsed(), length);
        Ok(piece)
    }

    /// Extends the deadline of the place by the time in which the device must answer.
    fn end(self) -> Place {
        self.hold_until(Instant::now() + self.shared.limits.answer);
        self.place
    }

    fn hold_until(&self, deadline: Instant) {
        self.place.hold_until(deadline);
        if let Some(Peer(connection)) = &self.peer {
            // The connection lasts longer than the body, so that an error answer reaches the peer.
            connection.hold_until(deadline + self.shared.limits.farewell);
        }
    }

    fn stopped(&self, loss: Loss) -> ApiError {
        let limits = self.shared.limits;
        match loss {
            Loss::Overdue => too_slow(&limits),
            Loss::Displaced => behind(),
        }
    }
}

fn announced_length(headers: &HeaderMap) -> Option<usize> {
    let length = headers.get(header::CONTENT_LENGTH)?;
    length.to_str().ok()?.parse().ok()
}

fn check_length(length: usize, limit: usize) -> Result<(), ApiError> {
    match length {
        0 => Err(empty()),
        length if length > limit => Err(too_large(limit)),
        _ => Ok(()),
    }
}

fn unreadable(error: &axum::Error) -> ApiError {
    let message = format!("the body could not be read: {error}");
    ApiError::new(StatusCode::BAD_REQUEST, message)
}

fn too_large(limit: usize) -> ApiError {
    let message = format!("the body exceeds the length limit of {limit} bytes: send a smaller one");
    ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, message)
}

fn empty() -> ApiError {
    let message = "the body is empty: send the file as the raw body";
    ApiError::new(StatusCode::BAD_REQUEST, message)
}

fn busy() -> ApiError {
    let message = "too many uploads wait for the device: send it again later";
    ApiError::new(StatusCode::SERVICE_UNAVAILABLE, message)
}

fn too_slow(limits: &Limits) -> ApiError {
    let message = format!(
        "the body did not arrive in time, it fell {:?} behind {} bytes a second: send it again",
        limits.grace, limits.rate
    );
    ApiError::new(StatusCode::REQUEST_TIMEOUT, message)
}

fn behind() -> ApiError {
    let message =
        "too many uploads arrive at once, and this one was the furthest behind: send it again";
    ApiError::new(StatusCode::SERVICE_UNAVAILABLE, message)
}
