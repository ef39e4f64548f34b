//! `/ws`: the live screen, the apps, the log and the sensors one way; buttons and sensors the other.

mod input;
mod message;
mod output;

use axum::Router;
use axum::extract::State;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, close_code};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use futures_util::{SinkExt, StreamExt};

use self::input::Input;
use self::output::Output;
use super::Shared;
use super::error::ApiError;
use crate::remote::DeviceHandle;

/// The longest message that a page has reason to send, in bytes.
const MESSAGE_LIMIT: usize = 1024;
/// The longest reason that a close frame can carry, in bytes (RFC 6455, section 5.5).
const REASON_LIMIT: usize = 123;

pub(super) fn routes() -> Router<Shared> {
    Router::new().route("/ws", get(upgrade))
}

async fn upgrade(
    State(shared): State<Shared>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, ApiError> {
    let upgrade = upgrade.map_err(|error| ApiError::new(error.status(), error.body_text()))?;
    let page = shared.pages.clone().try_acquire_owned().map_err(|_| {
        let message = "too many pages are open: close one and reload";
        ApiError::new(StatusCode::SERVICE_UNAVAILABLE, message)
    })?;
    let upgrade = upgrade
        .max_message_size(MESSAGE_LIMIT)
        .max_frame_size(MESSAGE_LIMIT);
    Ok(upgrade.on_upgrade(async move |socket| {
        converse(socket, &shared.device).await;
        drop(page);
    }))
}

/// Talks with one page until either side leaves; the page's buttons do not outlive it.
async fn converse(socket: WebSocket, device: &DeviceHandle) {
    let (mut sink, stream) = socket.split();
    let mut input = Input::new(device);
    let reason = tokio::select! {
        reason = input.run(stream) => reason,
        reason = Output::new(&mut sink, device).run() => reason,
    };
    input.release_all().await;
    // The page may be gone already, and then there is nobody to tell.
    let _ = sink.send(Message::Close(Some(farewell(&reason)))).await;
}

fn farewell(reason: &str) -> CloseFrame {
    let end = reason.floor_char_boundary(REASON_LIMIT);
    CloseFrame {
        code: close_code::POLICY,
        reason: reason[..end].into(),
    }
}
