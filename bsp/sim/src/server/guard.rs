//! Refuses requests that pages of other web sites send from the same browser.
//!
//! Another site can resolve its own domain to 127.0.0.1 (DNS rebinding): such requests carry that
//! domain as `Host`. It can also submit a form or open a WebSocket without reading the answer: such
//! requests carry its `Origin`. Programs other than browsers send no `Origin`; they are accepted,
//! because any program on this machine could access the console anyway.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::bounds;
use super::error::ApiError;

/// Headers of every answer. The page loads nothing from other origins, and other sites cannot embed
/// it.
const HEADERS: [(HeaderName, &str); 5] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
    (header::CACHE_CONTROL, "no-store"),
];

/// Refuses requests of pages of other sites, and adds the security headers to every answer.
pub(super) async fn guard(request: Request, next: Next) -> Response {
    let mut response = match check(&request) {
        Ok(()) => next.run(request).await,
        Err(error) => error.into_response(),
    };
    for (name, value) in HEADERS {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    response
}

fn check(request: &Request) -> Result<(), ApiError> {
    if request.uri().to_string().len() > bounds::URI {
        let message = format!(
            "the path with its query is over the limit of {} bytes",
            bounds::URI
        );
        return Err(ApiError::new(StatusCode::URI_TOO_LONG, message));
    }
    check_sender(request).map_err(|message| ApiError::new(StatusCode::FORBIDDEN, message))
}

fn check_sender(request: &Request) -> Result<(), &'static str> {
    let host = only(request.headers(), &header::HOST).filter(|host| is_local(host));
    let host = host.ok_or(
        "the Host header does not name this machine: use http://127.0.0.1 or http://localhost",
    )?;
    if !request.headers().contains_key(header::ORIGIN) || is_origin_of(host, request.headers()) {
        return Ok(());
    }
    Err("the request comes from a page of another origin: open the console's own page")
}

/// Returns the value of a header; `None` if it is missing or occurs more than once.
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?.to_str().ok()?;
    values.next().is_none().then_some(value)
}

fn is_local(host: &str) -> bool {
    let (name, port) = host.split_once(':').unwrap_or((host, "80"));
    let named = name == "127.0.0.1" || name.eq_ignore_ascii_case("localhost");
    named && !port.is_empty() && port.bytes().all(|digit| digit.is_ascii_digit())
}

fn is_origin_of(host: &str, headers: &HeaderMap) -> bool {
    only(headers, &header::ORIGIN)
        .and_then(|origin| origin.strip_prefix("http://"))
        .is_some_and(|origin| origin.eq_ignore_ascii_case(host))
}
