//! `/ws`: the live screen, the apps, the log and the sensors one way; buttons and sensors the other.

mod input;
mod message;
mod output;
mod presence;

use axum::extract::State;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, close_code};
use axum::http::{Extensions, StatusCode};
use axum::response::Response;
use futures_util::{SinkExt, StreamExt};
use tokio::time::timeout;

use self::input::Input;
use self::output::Output;
use self::presence::Presence;
use super::Shared;
use super::error::ApiError;
use super::routes::Routes;

/// The longest message that a page has reason to send, in bytes.
const MESSAGE_LIMIT: usize = 1024;
/// The longest reason that a close frame can carry, in bytes (RFC 6455, section 5.5).
const REASON_LIMIT: usize = 123;

pub(super) fn routes() -> Routes {
    Routes::new().get("/ws", upgrade)
}

async fn upgrade(
    State(shared): State<Shared>,
    extensions: Extensions,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, ApiError> {
    let upgrade = upgrade.map_err(|error| ApiError::new(error.status(), error.body_text()))?;
    let presence = Presence::enter(&shared, &extensions).ok_or_else(|| {
        let message = "too many pages are open: close one and reload";
        ApiError::new(StatusCode::SERVICE_UNAVAILABLE, message)
    })?;
    let upgrade = upgrade
        .max_message_size(MESSAGE_LIMIT)
        .max_frame_size(MESSAGE_LIMIT);
    Ok(upgrade.on_upgrade(async move |socket| {
        converse(socket, &shared, presence).await;
    }))
}

/// Talks with one page until either side leaves; the page's buttons do not outlive it.
async fn converse(socket: WebSocket, shared: &Shared, presence: Presence) {
    let (device, limits) = (&shared.device, &shared.limits);
    presence.confirm();
    let (mut sink, stream) = socket.split();
    let mut input = Input::new(device, &presence);
    let reason = tokio::select! {
        reason = input.run(stream) => reason,
        reason = Output::new(&mut sink, device, limits).run(shared.since_ms) => reason,
        reason = presence.lost() => reason,
    };
    input.release_all().await;
    // The page may be gone already, or not read, and then there is nobody to tell.
    let close = Message::Close(Some(farewell(&reason)));
    let _ = timeout(limits.farewell, sink.send(close)).await;
}

fn farewell(reason: &str) -> CloseFrame {
    let end = reason.floor_char_boundary(REASON_LIMIT);
    CloseFrame {
        code: close_code::POLICY,
        reason: reason[..end].into(),
    }
}
