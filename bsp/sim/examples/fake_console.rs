//! Serves the console's web page with a fake device, so that the page can be developed without
//! the runtime.
//!
//! Run `cargo run -p akira-sim --example fake_console` and open the address that it prints.

#[path = "../tests/fake/device.rs"]
mod fake;

use std::io;
use std::time::Duration;

use akira_sim::protocol::Level;
use akira_sim::server;
use fake::Fake;

const FRAME: Duration = Duration::from_millis(33);

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let port = std::env::args()
        .nth(1)
        .and_then(|port| port.parse().ok())
        .unwrap_or(8080);
    let listener = server::bind(port).await?;
    println!("http://{}", listener.local_addr()?);
    let (handle, fake) = Fake::new();
    tokio::select! {
        result = server::serve(listener, handle) => result,
        () = live(fake) => Ok(()),
    }
}

/// Runs the fake device in real time.
async fn live(mut fake: Fake) {
    let mut clock = tokio::time::interval(FRAME);
    fake.log(
        "",
        Level::Info,
        "AkiraConsole 0.1.0 booted: 6 apps, 1 MiB for them",
    );
    for frame in 0_u64.. {
        while tokio::select! {
            more = fake.serve_next() => more,
            _ = clock.tick() => false,
        } {}
        fake.advance(FRAME.as_millis() as u64);
        chat(&mut fake, frame);
    }
}

fn chat(fake: &mut Fake, frame: u64) {
    match frame % 210 {
        30 => fake.log(
            "snake",
            Level::Info,
            format!("ate an apple, length {}", 4 + frame / 210),
        ),
        75 => fake.log("launcher", Level::Debug, "drew 6 tiles in 3 ms"),
        120 => fake.log(
            "macro_pad",
            Level::Warn,
            "hid_key_press returned -1 (EPERM): the capability hid is not granted",
        ),
        160 if frame < 420 => fake.log(
            "mandelbrot",
            Level::Error,
            "stopped: 5 s of CPU time without a wait, the limit is 2 s",
        ),
        _ => {}
    }
}
