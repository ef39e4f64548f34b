use std::process::ExitCode;
use std::rc::Rc;
use std::time::Duration;

use akira::abi::Clock;
use akira_peers::Limits;
use anyhow::Context;
use tokio::task::LocalSet;

use super::{ConsoleArgs, terminal};
use crate::device::{Device, Options, VirtualRun};
use crate::protocol::ClockKind;
use crate::remote::link;
use crate::server;

/// Virtual time to run between two polls of the network.
const STEP: Duration = Duration::from_millis(10);

/// Boots the console and serves its page until Ctrl-C.
pub(super) fn serve(args: ConsoleArgs) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    LocalSet::new().block_on(&runtime, boot(args))
}

async fn boot(args: ConsoleArgs) -> anyhow::Result<ExitCode> {
    let listener = server::bind(args.port).await.with_context(|| {
        format!(
            "port {} on 127.0.0.1 cannot be opened; choose another with --port",
            args.port
        )
    })?;
    let address = listener.local_addr()?;
    let patience = Duration::from_millis(args.patience.into());
    let limits = Limits::new(patience, Limits::DEFAULT.rate);
    let clock = ClockKind::from(args.time);
    let options = Options {
        flash: (!args.ephemeral).then_some(args.flash),
        trust: args.trust.read()?,
        clock,
        bundled: true,
        strict: args.strict,
    };
    let device = super::boot(&options)?;
    let taken = taken(&device.keys(), options.trust.developer);
    let (handle, end) = link(options.description());
    tokio::task::spawn_local(device.clone().obey(end));
    tokio::task::spawn_local(live(device, clock));
    terminal::print(format_args!(
        "AkiraConsole is on: http://{address}  (Ctrl-C ends it)"
    ));
    terminal::print(format_args!("{}", kept(&options)));
    terminal::print(format_args!("{taken}"));
    tokio::select! {
        served = server::serve_with(listener, handle, limits) => served.context("the page is no longer served")?,
        stopped = tokio::signal::ctrl_c() => stopped.context("cannot listen for Ctrl-C")?,
    }
    Ok(ExitCode::SUCCESS)
}

fn kept(options: &Options) -> String {
    match &options.flash {
        Some(file) => format!(
            "Its flash, with installed apps, files and settings, is stored in the file {}.",
            file.display()
        ),
        None => "Installed apps, files and settings are lost at the end.".to_owned(),
    }
}

fn taken(keys: &[String], developer: bool) -> String {
    let names = keys.join(", ");
    match (keys.is_empty(), developer) {
        (true, true) => "Developer mode: accepts every app. With --trust KEY, accepts only apps signed by that key.".to_owned(),
        (false, true) => format!("Developer mode: accepts every app, and recognises those signed by {names}."),
        (false, false) => format!("Accepts only apps signed by {names}."),
        (true, false) => "Accepts no apps: none of its keys may sign one.".to_owned(),
    }
}

/// Runs the console until the program ends.
async fn live(device: Rc<Device>, clock: ClockKind) {
    match clock {
        ClockKind::Real => device.run().await,
        ClockKind::Virtual => {
            let run = VirtualRun::new(device.clone());
            loop {
                run.run_until(device.clock().now() + STEP);
                tokio::task::yield_now().await;
            }
        }
    }
}
