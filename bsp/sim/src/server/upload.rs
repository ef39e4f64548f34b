//! App images, as the raw body of a request.

use std::time::Duration;

use axum::Json;
use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, FromRequest, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::routing::post;

use super::error::ApiError;
use super::query::AppName;
use super::{IMAGE_LIMIT, Shared};
use crate::protocol::Report;
use crate::remote::{Command, Image};

/// A body that takes longer than this is given up, so that it does not hold up the uploads behind it.
const PATIENCE: Duration = Duration::from_secs(30);

type Answer = Result<Json<Report>, ApiError>;

pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/api/apps/install", post(install))
        .route("/api/v1/apps/inspect", post(inspect))
        .layer(DefaultBodyLimit::max(IMAGE_LIMIT))
}

async fn install(State(shared): State<Shared>, name: Option<AppName>, request: Request) -> Answer {
    let bytes = receive(&shared, request).await?;
    let image = image(name, bytes);
    let report = shared
        .device
        .ask(|reply| Command::Install { image, reply })
        .await??;
    Ok(Json(report))
}

async fn inspect(State(shared): State<Shared>, name: Option<AppName>, request: Request) -> Answer {
    let bytes = receive(&shared, request).await?;
    let image = image(name, bytes);
    let report = shared
        .device
        .ask(|reply| Command::Inspect { image, reply })
        .await??;
    Ok(Json(report))
}

fn image(name: Option<AppName>, bytes: Bytes) -> Image {
    Image {
        name: name.map(|AppName(name)| name),
        bytes: bytes.into(),
    }
}

/// Reads an image, at most two at a time, so that uploads hold a bounded amount of memory.
async fn receive(shared: &Shared, request: Request) -> Result<Bytes, ApiError> {
    if announced_length(request.headers()) > IMAGE_LIMIT {
        return Err(too_large());
    }
    let turn = shared.uploads.acquire().await;
    let body = tokio::time::timeout(PATIENCE, Bytes::from_request(request, &())).await;
    drop(turn);
    let bytes = body
        .map_err(|_| too_slow())?
        .map_err(|rejection| unreadable(&rejection))?;
    if bytes.is_empty() {
        return Err(empty());
    }
    Ok(bytes)
}

fn announced_length(headers: &HeaderMap) -> usize {
    let length = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok());
    length.and_then(|length| length.parse().ok()).unwrap_or(0)
}

fn unreadable(rejection: &BytesRejection) -> ApiError {
    if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return too_large();
    }
    ApiError::new(
        StatusCode::BAD_REQUEST,
        format!("the body could not be read: {rejection}"),
    )
}

fn too_large() -> ApiError {
    let message =
        format!("the image is over the limit of {IMAGE_LIMIT} bytes: strip it or make it smaller");
    ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, message)
}

fn too_slow() -> ApiError {
    let message = "the image did not arrive within 30 s: send it again";
    ApiError::new(StatusCode::REQUEST_TIMEOUT, message)
}

fn empty() -> ApiError {
    let message = "the body is empty: send the app's .wasm image as the raw body";
    ApiError::new(StatusCode::BAD_REQUEST, message)
}
