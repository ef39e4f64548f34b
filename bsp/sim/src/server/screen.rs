use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::get;

use super::Shared;
use super::error::ApiError;
use crate::picture;
use crate::protocol::Area;
use crate::remote::{Command, DeviceHandle};

pub(super) fn routes() -> Router<Shared> {
    Router::new().route("/api/v1/screen.png", get(screen))
}

async fn screen(State(device): State<DeviceHandle>) -> Result<impl IntoResponse, ApiError> {
    let area = Area::whole(device.description().screen);
    let frame = device.ask(|reply| Command::Screen { area, reply }).await?;
    let image = picture::png(&frame).map_err(|error| {
        let message = format!("the screen could not be encoded as PNG: {error}");
        ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, message)
    })?;
    Ok(([(CONTENT_TYPE, "image/png")], image))
}
