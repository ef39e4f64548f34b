//! The page of the simulated console in a real browser: a headless Chromium, led by chromedriver, and the whole console
//! behind it. `cargo xtask browser` runs it and installs both on Debian.
//!
//! Nothing here sleeps: each wait is a condition that the browser looks at once a frame, with a deadline.

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
