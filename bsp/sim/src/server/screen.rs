use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;

use super::error::ApiError;
use super::routes::Routes;
use crate::picture;
use crate::protocol::Area;
use crate::remote::{Command, DeviceHandle};

pub(super) fn routes() -> Routes {
    Routes::new().get("/api/v1/screen.png", screen)
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
