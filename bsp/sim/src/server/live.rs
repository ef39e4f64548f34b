//! WebSocket `/ws`. The server sends the screen, the apps, the log and the sensors; the page sends
//! button presses and sensor values.

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

/// Maximum size of a message from a page in bytes.
const MESSAGE_LIMIT: usize = 1024;
/// Maximum length of the reason in a close frame in bytes (RFC 6455, section 5.5).
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

/// Serves one page until either side closes the connection. Then releases the buttons that the page
/// holds down.
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
    // An error is ignored: the page may already be closed, or may not read.
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
