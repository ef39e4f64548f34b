//! App images, as the raw body of a request.

use std::fmt;
use std::time::Duration;

use axum::Json;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, FromRequest, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::routing::post;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use futures_util::StreamExt;
use tokio::sync::{mpsc, oneshot};

use super::error::ApiError;
use super::query::AppName;
use super::{IMAGE_LIMIT, Shared};
use crate::protocol::Report;
use crate::remote::{Command, Image, Upload, hear};

/// A body that takes longer than this is given up, so that it does not hold up the uploads behind it.
const PATIENCE: Duration = Duration::from_secs(30);

/// The header with the signature of an app that has none inside.
const SIGNATURE: &str = "akira-signature";

type Answer = Result<Json<Report>, ApiError>;

pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/api/apps/install", post(install))
        .route("/api/v1/apps/inspect", post(inspect))
        .layer(DefaultBodyLimit::max(IMAGE_LIMIT))
}

async fn install(State(shared): State<Shared>, name: Option<AppName>, request: Request) -> Answer {
    if let (Some(AppName(name)), Some(size)) = (&name, announced_length(request.headers())) {
        return install_pieces(&shared, name.clone(), size, request).await;
    }
    let upload = Upload::Whole(receive(&shared, name, request).await?);
    let report = shared
        .device
        .ask(|reply| Command::Install { upload, reply })
        .await??;
    Ok(Json(report))
}

/// Hands an app over to the device as it comes: it takes no more memory than a piece, however large the app is.
async fn install_pieces(shared: &Shared, name: String, size: usize, request: Request) -> Answer {
    let size = check_length(size)?;
    let signature = signature(request.headers())?;
    let _turn = shared.uploads.acquire().await;
    let (sender, pieces) = mpsc::channel(1);
    let (reply, answer) = oneshot::channel();
    let upload = Upload::Pieces {
        name,
        size,
        signature,
        pieces,
    };
    shared
        .device
        .tell(Command::Install { upload, reply })
        .await?;
    let fed = tokio::time::timeout(PATIENCE, feed(request, sender)).await;
    fed.map_err(|_| too_slow())??;
    Ok(Json(hear(answer).await??))
}

/// Passes the body on until it ends, or until the device takes no more of it.
async fn feed(request: Request, sender: mpsc::Sender<Vec<u8>>) -> Result<(), ApiError> {
    let mut body = request.into_body().into_data_stream();
    while let Some(piece) = body.next().await {
        let piece = piece.map_err(|error| unreadable(&error))?;
        if sender.send(piece.into()).await.is_err() {
            break;
        }
    }
    Ok(())
}

async fn inspect(State(shared): State<Shared>, name: Option<AppName>, request: Request) -> Answer {
    let image = receive(&shared, name, request).await?;
    let report = shared
        .device
        .ask(|reply| Command::Inspect { image, reply })
        .await??;
    Ok(Json(report))
}

/// Reads an image, at most two at a time, so that uploads hold a bounded amount of memory.
async fn receive(
    shared: &Shared,
    name: Option<AppName>,
    request: Request,
) -> Result<Image, ApiError> {
    let signature = signature(request.headers())?;
    if let Some(length) = announced_length(request.headers()) {
        check_length(length)?;
    }
    let turn = shared.uploads.acquire().await;
    let body = tokio::time::timeout(PATIENCE, Bytes::from_request(request, &())).await;
    drop(turn);
    let bytes = body
        .map_err(|_| too_slow())?
        .map_err(|rejection| match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => too_large(),
            _ => unreadable(&rejection),
        })?;
    if bytes.is_empty() {
        return Err(empty());
    }
    Ok(Image {
        name: name.map(|AppName(name)| name),
        signature,
        bytes: bytes.into(),
    })
}

/// Reads the signature beside an app, as `wasmsign2 sign -S` writes it, in base64.
fn signature(headers: &HeaderMap) -> Result<Option<Vec<u8>>, ApiError> {
    let decode = |value: &HeaderValue| BASE64_STANDARD.decode(value).ok();
    let signature = headers.get(SIGNATURE).map(decode);
    signature.map(|it| it.ok_or_else(garbled)).transpose()
}

fn announced_length(headers: &HeaderMap) -> Option<usize> {
    let length = headers.get(header::CONTENT_LENGTH)?;
    length.to_str().ok()?.parse().ok()
}

fn check_length(length: usize) -> Result<u32, ApiError> {
    match length {
        0 => Err(empty()),
        1..=IMAGE_LIMIT => Ok(length as u32),
        _ => Err(too_large()),
    }
}

fn unreadable(error: &impl fmt::Display) -> ApiError {
    ApiError::new(
        StatusCode::BAD_REQUEST,
        format!("the body could not be read: {error}"),
    )
}

fn garbled() -> ApiError {
    let message = format!("the header {SIGNATURE} is no base64: send the signature file in that");
    ApiError::new(StatusCode::BAD_REQUEST, message)
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
