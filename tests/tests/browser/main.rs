//! Tests the page of the simulated console in a real browser: a headless Chromium, controlled by
//! chromedriver, with a complete console as the server. `cargo xtask browser` runs the tests and
//! installs both programs on Debian.
//!
//! No test sleeps: each wait is a condition with a deadline, which the browser evaluates once per
//! frame.

mod access;
mod apps;
mod console;
mod driver;
mod install;
mod log;
mod look;
mod page;
mod screen;
mod sensors;
mod trust;
