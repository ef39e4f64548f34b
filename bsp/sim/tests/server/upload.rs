use axum::Router;
use axum::body::Body;
use axum::http::{StatusCode, header};
use serde_json::json;

use crate::client::{Answer, call, console, request, send};

const INSPECT: &str = "/api/v1/apps/inspect";
const INSTALL: &str = "/api/apps/install";
const LIMIT: usize = akira_sim::server::IMAGE_LIMIT;

async fn post(console: &Router, path: &str, body: impl Into<Body>) -> Answer {
    let request = request("POST", path).body(body.into());
    send(console, request.expect("the request is well formed")).await
}

fn image(len: usize) -> Vec<u8> {
    let mut image = b"\0asm\x01\0\0\0".to_vec();
    image.resize(len, 0);
    image
}

#[tokio::test]
async fn inspecting_reports_and_installs_nothing() {
    let console = console();
    let before = call(&console, "GET", "/api/v1/apps").await.json();
    let answer = post(&console, &format!("{INSPECT}?name=new"), image(100)).await;
    let report = answer.json();
    assert_eq!(
        (answer.status, &report["name"], &report["size"]),
        (StatusCode::OK, &json!("new"), &json!(100))
    );
    assert_eq!(report["unknown"], json!(["rtc"]));
    assert_eq!(report["signer"], json!({ "kind": "nobody" }));
    assert_eq!(call(&console, "GET", "/api/v1/apps").await.json(), before);
}

#[tokio::test]
async fn installing_adds_the_app_under_the_name_given() {
    let console = console();
    let answer = post(&console, &format!("{INSTALL}?name=new"), image(100)).await;
    assert_eq!(
        (answer.status, answer.json()["replaces"].clone()),
        (StatusCode::OK, json!(null))
    );
    assert_eq!(
        call(&console, "POST", "/api/v1/apps/start?name=new")
            .await
            .status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn what_is_not_an_app_is_refused_with_the_reason() {
    let answer = post(&console(), INSTALL, "hello").await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.error().contains("not a WebAssembly module"));
}

#[tokio::test]
async fn what_does_not_fit_the_device_is_refused() {
    let answer = post(&console(), INSTALL, image(LIMIT)).await;
    assert_eq!(answer.status, StatusCode::INSUFFICIENT_STORAGE);
}

#[tokio::test]
async fn an_empty_body_is_refused() {
    for path in [INSTALL, INSPECT] {
        assert_eq!(
            post(&console(), path, Body::empty()).await.status,
            StatusCode::BAD_REQUEST
        );
    }
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused_while_it_is_read() {
    for path in [INSTALL, INSPECT] {
        let answer = post(&console(), path, image(LIMIT + 1)).await;
        assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
        assert!(answer.error().contains(&LIMIT.to_string()));
    }
}

#[tokio::test]
async fn a_body_that_announces_too_much_is_refused_before_it_is_read() {
    let endless = futures_util::stream::pending::<Result<Vec<u8>, std::io::Error>>();
    let request = request("POST", INSTALL)
        .header(header::CONTENT_LENGTH, LIMIT + 1)
        .body(Body::from_stream(endless));
    let answer = send(&console(), request.expect("the request is well formed")).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test(start_paused = true)]
async fn a_body_that_never_ends_is_given_up() {
    let endless = futures_util::stream::pending::<Result<Vec<u8>, std::io::Error>>();
    let answer = post(&console(), INSTALL, Body::from_stream(endless)).await;
    assert_eq!(answer.status, StatusCode::REQUEST_TIMEOUT);
}
