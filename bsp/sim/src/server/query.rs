//! The only query parameter: `?name=`, the name of an app.

use axum::extract::{FromRequestParts, OptionalFromRequestParts, Query};
use axum::http::StatusCode;
use axum::http::request::Parts;
use serde::Deserialize;

use super::error::ApiError;

/// Name of the app in a request's query.
pub(super) struct AppName(pub(super) String);

#[derive(Deserialize)]
struct Named {
    name: Option<String>,
}

impl<S: Sync> FromRequestParts<S> for AppName {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let named = <Self as OptionalFromRequestParts<S>>::from_request_parts(parts, state).await?;
        named.ok_or_else(|| {
            ApiError::new(
                StatusCode::BAD_REQUEST,
                "the name of the app is missing: add ?name= to the path",
            )
        })
    }
}

impl<S: Sync> OptionalFromRequestParts<S> for AppName {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, ApiError> {
        let Query(named) = Query::<Named>::try_from_uri(&parts.uri).map_err(|error| {
            let message = format!("the query is not ?name=…: {error}");
            ApiError::new(StatusCode::BAD_REQUEST, message)
        })?;
        Ok(named.name.filter(|name| !name.is_empty()).map(Self))
    }
}
