//! Page and HTTP API, tested with a fake console without a runtime.

#[path = "../fake/device.rs"]
mod fake;

mod api;
mod client;
mod guard;
mod live;
mod openapi;
mod page;
mod upload;
