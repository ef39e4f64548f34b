//! Requests to the routes without a network.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use serde_json::Value;
use tower::ServiceExt;

use crate::fake::Fake;
use crate::openapi::check_answer;
use akira_sim::server;

/// Maximum size of an answer in bytes, larger than any answer.
const ANSWER_LIMIT: usize = 1 << 20;

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("the answer is JSON")
    }

    /// Returns the text of the field `error`; panics if it is missing.
    pub(crate) fn error(&self) -> String {
        let error = self.json()["error"].as_str().map(String::from);
        error.expect("the answer says what is wrong")
    }
}

/// Returns the routes of a fake console that answers in a background task.
pub(crate) fn console() -> Router {
    let (handle, mut fake) = Fake::new();
    tokio::spawn(async move { while fake.serve_next().await {} });
    server::router(handle)
}

pub(crate) fn request(method: &str, path: &str) -> axum::http::request::Builder {
    let request = Request::builder().method(method).uri(path);
    request.header(header::HOST, "127.0.0.1:8080")
}

/// Sends a request and checks that the answer conforms to the OpenAPI description.
pub(crate) async fn send(console: &Router, request: Request<Body>) -> Answer {
    let (method, path) = (request.method().clone(), request.uri().to_string());
    let response = console.clone().oneshot(request).await;
    let (head, body) = response.expect("routes never fail").into_parts();
    let body = to_bytes(body, ANSWER_LIMIT)
        .await
        .expect("the answer is short");
    let answer = Answer {
        status: head.status,
        headers: head.headers,
        body: body.into(),
    };
    check_answer(method.as_str(), &path, &answer);
    answer
}

/// Sends a request without a body.
pub(crate) async fn call(console: &Router, method: &str, path: &str) -> Answer {
    let request = request(method, path).body(Body::empty());
    send(console, request.expect("the request is well formed")).await
}
