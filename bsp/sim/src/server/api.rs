//! HTTP routes of AkiraOS, so that its tools work with this console, and additional routes of Akira
//! in the same style.

use akira_package::MAX_DOCUMENT;
use axum::Json;
use axum::extract::{Request, State};
use serde_json::{Value, json};

use super::error::ApiError;
use super::query::AppName;
use super::routes::Routes;
use super::{Shared, body};
use crate::protocol::{App, Info, Report, Status};
use crate::remote::{Action, Command, DeviceHandle};

type Answer<T> = Result<Json<T>, ApiError>;

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/api/v1/info", info)
        .get("/api/v1/status", status)
        .get("/api/v1/logs", logs)
        .get("/api/v1/apps", apps)
        .delete("/api/v1/apps", uninstall)
        .post("/api/v1/apps/start", start)
        .post("/api/v1/apps/stop", stop)
        .post("/api/v1/apps/restart", restart)
        .post("/api/v1/apps/reset", reset)
        .get("/api/v1/apps/report", report)
        .post("/api/v1/trust", rotate)
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

/// Replaces the trusted keys by those of a sealed trust store, the raw body of the request.
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
