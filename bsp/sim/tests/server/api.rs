use axum::Router;
use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::client::{call, console};

async fn app(console: &Router, name: &str) -> Option<Value> {
    let apps = call(console, "GET", "/api/v1/apps").await.json();
    let apps = apps.as_array().expect("apps are a list").clone();
    apps.into_iter().find(|app| app["name"] == name)
}

async fn state(console: &Router, name: &str) -> Value {
    app(console, name).await.expect("the app is listed")["state"].clone()
}

#[tokio::test]
async fn info_has_the_fields_that_akiraos_has() {
    let answer = call(&console(), "GET", "/api/v1/info").await;
    let expected =
        json!({ "name": "AkiraConsole", "fw_version": "0.1.0", "chip": "simulated ESP32-S3" });
    assert_eq!((answer.status, answer.json()), (StatusCode::OK, expected));
}

#[tokio::test]
async fn status_has_the_fields_that_akiraos_has() {
    let status = call(&console(), "GET", "/api/v1/status").await.json();
    for field in ["storage_free", "storage_total", "uptime_s"] {
        assert!(status[field].is_u64(), "{field} in {status}");
    }
}

#[tokio::test]
async fn apps_have_the_fields_that_akiraos_has_and_lower_case_states() {
    let snake = app(&console(), "snake").await.expect("snake is bundled");
    assert_eq!(snake["state"], "running");
    assert_eq!(snake["version"], "1.0.3");
    for field in ["id", "size", "crashes"] {
        assert!(snake[field].is_u64(), "{field} in {snake}");
    }
}

#[tokio::test]
async fn logs_are_a_list() {
    let logs = call(&console(), "GET", "/api/v1/logs").await.json();
    assert_eq!(logs, json!({ "logs": [] }));
}

#[tokio::test]
async fn an_app_is_stopped_started_and_uninstalled_by_name() {
    let console = console();
    let stopped = call(&console, "POST", "/api/v1/apps/stop?name=snake").await;
    assert_eq!(
        (stopped.status, stopped.json()),
        (StatusCode::OK, json!({ "ok": true }))
    );
    assert_eq!(state(&console, "snake").await, "stopped");
    assert_eq!(
        call(&console, "POST", "/api/v1/apps/start?name=snake")
            .await
            .status,
        StatusCode::OK
    );
    assert_eq!(state(&console, "snake").await, "running");
    assert_eq!(
        call(&console, "POST", "/api/v1/apps/restart?name=snake")
            .await
            .status,
        StatusCode::OK
    );
    assert_eq!(
        call(&console, "DELETE", "/api/v1/apps?name=snake")
            .await
            .status,
        StatusCode::OK
    );
    assert_eq!(app(&console, "snake").await, None);
}

#[tokio::test]
async fn an_unknown_app_is_not_found_and_named() {
    let answer = call(&console(), "POST", "/api/v1/apps/start?name=nobody").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert!(answer.error().contains("nobody"));
}

#[tokio::test]
async fn a_state_that_does_not_allow_it_is_a_conflict() {
    let answer = call(&console(), "POST", "/api/v1/apps/start?name=snake").await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert!(answer.error().contains("running"));
}

#[tokio::test]
async fn a_missing_or_repeated_name_is_a_bad_request() {
    for path in ["start", "start?name=", "start?name=a&name=b"] {
        let answer = call(&console(), "POST", &format!("/api/v1/apps/{path}")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path}");
        assert!(answer.error().contains("?name="), "{path}");
    }
}

#[tokio::test]
async fn a_report_tells_what_was_denied_and_why() {
    let report = call(&console(), "GET", "/api/v1/apps/report?name=macro_pad")
        .await
        .json();
    let denied = &report["capabilities"][2];
    assert_eq!(
        (&denied["name"], &denied["granted"]),
        (&json!("hid"), &json!(false))
    );
    assert!(
        denied["reason"]
            .as_str()
            .is_some_and(|reason| reason.contains("not signed"))
    );
}

#[tokio::test]
async fn unknown_routes_and_methods_say_so_in_json() {
    let console = console();
    let route = call(&console, "GET", "/api/v1/nothing").await;
    assert_eq!(route.status, StatusCode::NOT_FOUND);
    assert!(route.error().contains("/api/v1/nothing"));
    let method = call(&console, "PUT", "/api/v1/apps").await;
    assert_eq!(method.status, StatusCode::METHOD_NOT_ALLOWED);
    assert!(method.error().contains("PUT"));
}

#[tokio::test]
async fn a_device_that_is_gone_is_unavailable() {
    let (handle, device) = crate::fake::Fake::new();
    drop(device);
    let answer = call(&akira_sim::server::router(handle), "GET", "/api/v1/apps").await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(answer.error().contains("shut down"));
}
