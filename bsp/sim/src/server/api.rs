//! AkiraOS's HTTP routes, so that its tools work here, and a few of ours in the same manner.

use akira_package::MAX_DOCUMENT;
use axum::Json;
use axum::Router;
use axum::extract::{Request, State};
use axum::routing::{get, post};
use serde_json::{Value, json};

use super::error::ApiError;
use super::query::AppName;
use super::{Shared, body};
use crate::protocol::{App, Info, Report, Status};
use crate::remote::{Action, Command, DeviceHandle};

type Answer<T> = Result<Json<T>, ApiError>;

pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/api/v1/info", get(info))
        .route("/api/v1/status", get(status))
        .route("/api/v1/logs", get(logs))
        .route("/api/v1/apps", get(apps).delete(uninstall))
        .route("/api/v1/apps/start", post(start))
        .route("/api/v1/apps/stop", post(stop))
        .route("/api/v1/apps/restart", post(restart))
        .route("/api/v1/apps/reset", post(reset))
        .route("/api/v1/apps/report", get(report))
        .route("/api/v1/trust", post(rotate))
}

async fn info(State(device): State<DeviceHandle>) -> Json<Info> {
    Json(device.description().device.clone())
}

async fn status(State(device): State<DeviceHandle>) -> Answer<Status> {
    let (_, status) = device.ask(|reply| Command::Survey { reply }).await?;
    Ok(Json(status))
}

async fn apps(State(device): State<DeviceHandle>) -> Answer<Vec<App>> {
    let (apps, _) = device.ask(|reply| Command::Survey { reply }).await?;
    Ok(Json(apps))
}

async fn logs(State(device): State<DeviceHandle>) -> Answer<Value> {
    let lines = device.ask(|reply| Command::Logs { reply }).await?;
    Ok(Json(json!({ "logs": lines })))
}

async fn start(State(device): State<DeviceHandle>, AppName(name): AppName) -> Answer<Value> {
    control(&device, name, Action::Start).await
}

async fn stop(State(device): State<DeviceHandle>, AppName(name): AppName) -> Answer<Value> {
    control(&device, name, Action::Stop).await
}

async fn restart(State(device): State<DeviceHandle>, AppName(name): AppName) -> Answer<Value> {
    control(&device, name, Action::Restart).await
}

async fn reset(State(device): State<DeviceHandle>, AppName(name): AppName) -> Answer<Value> {
    control(&device, name, Action::Reset).await
}

async fn uninstall(State(device): State<DeviceHandle>, AppName(name): AppName) -> Answer<Value> {
    control(&device, name, Action::Uninstall).await
}

/// Takes a sealed trust store, as the raw body.
async fn rotate(State(shared): State<Shared>, request: Request) -> Answer<Value> {
    let mut received = body::receive(&shared, request, MAX_DOCUMENT).await?;
    let document = std::mem::take(&mut received.bytes);
    let keys = shared
        .device
        .ask(|reply| Command::Rotate { document, reply })
        .await??;
    Ok(Json(json!({ "keys": keys })))
}

async fn report(State(device): State<DeviceHandle>, AppName(name): AppName) -> Answer<Report> {
    let report = device
        .ask(|reply| Command::Report { name, reply })
        .await??;
    Ok(Json(report))
}

async fn control(device: &DeviceHandle, name: String, action: Action) -> Answer<Value> {
    let make = |reply| Command::Control {
        name,
        action,
        reply,
    };
    device.ask(make).await??;
    Ok(Json(json!({ "ok": true })))
}
