//! The page and the HTTP API against a console that has no runtime behind it.

#[path = "../fake/device.rs"]
mod fake;

mod api;
mod client;
mod guard;
mod live;
mod openapi;
mod page;
mod upload;
