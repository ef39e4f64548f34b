use axum::body::Body;
use axum::http::{StatusCode, header};

use crate::client::{console, request, send};

const STOP: &str = "/api/v1/apps/stop?name=snake";

/// Sends a request with this `Host` and, if any, this `Origin`.
async fn from(method: &str, path: &str, host: &str, origin: Option<&str>) -> StatusCode {
    let mut builder = axum::http::Request::builder()
        .method(method)
        .uri(path)
        .header(header::HOST, host);
    if let Some(origin) = origin {
        builder = builder.header(header::ORIGIN, origin);
    }
    let request = builder
        .body(Body::empty())
        .expect("the request is well formed");
    send(&console(), request).await.status
}

#[tokio::test]
async fn serves_hosts_that_name_this_machine() {
    for host in ["127.0.0.1", "127.0.0.1:8080", "localhost", "LocalHost:3000"] {
        assert_eq!(from("GET", "/", host, None).await, StatusCode::OK, "{host}");
    }
}

#[tokio::test]
async fn refuses_hosts_that_do_not() {
    let hosts = [
        "evil.example",
        "localhost.evil.example",
        "127.0.0.1.evil.example:8080",
        "127.0.0.1:",
        "localhost:80@evil.example",
        "",
    ];
    for host in hosts {
        assert_eq!(
            from("GET", "/api/v1/apps", host, None).await,
            StatusCode::FORBIDDEN,
            "{host}"
        );
    }
}

#[tokio::test]
async fn refuses_a_missing_or_repeated_host() {
    let none = axum::http::Request::builder().uri("/").body(Body::empty());
    let answer = send(&console(), none.expect("the request is well formed")).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    let two = request("GET", "/")
        .header(header::HOST, "evil.example")
        .body(Body::empty());
    let answer = send(&console(), two.expect("the request is well formed")).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert!(answer.error().contains("Host"));
}

#[tokio::test]
async fn lets_its_own_page_and_programs_write() {
    let own = Some("http://localhost:8080");
    assert_eq!(
        from("POST", STOP, "localhost:8080", own).await,
        StatusCode::OK
    );
    assert_eq!(
        from("POST", STOP, "localhost:8080", None).await,
        StatusCode::OK
    );
}

#[tokio::test]
async fn refuses_requests_from_pages_of_other_origins() {
    let origins = [
        "http://evil.example",
        "null",
        "http://localhost:3000",
        "https://localhost:8080",
        "http://127.0.0.1:8080",
        "",
    ];
    for origin in origins {
        for (method, path) in [
            ("POST", STOP),
            ("DELETE", "/api/v1/apps?name=snake"),
            ("GET", "/ws"),
            ("GET", "/api/v1/logs"),
        ] {
            let status = from(method, path, "localhost:8080", Some(origin)).await;
            assert_eq!(
                status,
                StatusCode::FORBIDDEN,
                "{method} {path} from {origin}"
            );
        }
    }
}

#[tokio::test]
async fn every_answer_forbids_what_is_not_ours() {
    for path in ["/", "/api/v1/apps", "/nothing"] {
        let request = request("GET", path).body(Body::empty());
        let headers = send(&console(), request.expect("the request is well formed"))
            .await
            .headers;
        let policy = headers[header::CONTENT_SECURITY_POLICY]
            .to_str()
            .expect("the policy is text");
        assert!(policy.starts_with("default-src 'none'"), "{path}: {policy}");
        assert_eq!(headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff", "{path}");
        assert!(
            !headers.contains_key(header::ACCESS_CONTROL_ALLOW_ORIGIN),
            "{path}"
        );
    }
}

#[tokio::test]
async fn refuses_to_serve_other_hosts() {
    let listener = tokio::net::TcpListener::bind("0.0.0.0:0")
        .await
        .expect("a port is free");
    let (handle, _device) = crate::fake::Fake::new();
    let error = akira_sim::server::serve(listener, handle)
        .await
        .expect_err("it is refused");
    assert_eq!(error.kind(), std::io::ErrorKind::InvalidInput);
}
