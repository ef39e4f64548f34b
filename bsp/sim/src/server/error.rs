use akira::abi::caps::Harmless;
use axum::Json;
use axum::http::{Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::remote::{Refusal, RefusalCause};

/// Error answer: a status and the body `{"error": …}`.
#[derive(Debug)]
pub(super) struct ApiError {
    status: StatusCode,
    message: String,
}

impl ApiError {
    pub(super) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        // The message may quote text of an app or a request, and the page shows it.
        let message = Harmless(message.into()).to_string();
        Self { status, message }
    }
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        let status = match refusal.cause {
            RefusalCause::NotFound => StatusCode::NOT_FOUND,
            RefusalCause::Conflict => StatusCode::CONFLICT,
            RefusalCause::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
            RefusalCause::Full => StatusCode::INSUFFICIENT_STORAGE,
            RefusalCause::Failed => StatusCode::INTERNAL_SERVER_ERROR,
            RefusalCause::Gone => StatusCode::SERVICE_UNAVAILABLE,
        };
        Self::new(status, refusal.message)
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        (self.status, Json(json!({ "error": self.message }))).into_response()
    }
}

pub(super) async fn no_such_route(uri: Uri) -> ApiError {
    let message = format!("no such page or route: {}", uri.path());
    ApiError::new(StatusCode::NOT_FOUND, message)
}

pub(super) async fn no_such_method(method: Method, uri: Uri) -> ApiError {
    let message = format!(
        "{} does not support {method}: see the Allow header",
        uri.path()
    );
    ApiError::new(StatusCode::METHOD_NOT_ALLOWED, message)
}
