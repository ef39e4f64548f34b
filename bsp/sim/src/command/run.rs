use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::rc::Rc;
use std::time::Duration;

use akira::Exit;
use akira::abi::caps::{AppName, CapabilitySet, name_of};
use akira::abi::{Clock, Instant};
use akira::install::Offer;
use anyhow::{Context, bail};
use tokio::task::LocalSet;

use super::{AppArgs, InspectArgs, RunArgs, conduct, layout, terminal};
use crate::device::{Device, Options, VirtualRun, explained};
use crate::flash::Flash;
use crate::keep;
use crate::protocol::{Area, ClockKind, LogLine, Report};
use crate::screen::SCREEN;

/// Meaning of the exit code, for `--help`.
pub(super) const HELP: &str = "\
The exit code is what the app returned, or 1 if that is not within 0-255; 101 if the app crashed or used up a budget,
124 after --timeout, 130 after Ctrl-C, 1 if the app is refused.";

/// Exit code after Ctrl-C: 128 + SIGINT, as in shells.
const INTERRUPTED: u8 = 130;

/// Exit code if the app trapped or used up a budget.
const CRASHED: u8 = 101;

/// Exit code if `--timeout` stopped the app, as of timeout(1).
const TIMED_OUT: u8 = 124;

/// Longest skip of virtual time while no event is due.
const IDLE: Duration = Duration::from_secs(1);

/// End of an app's run.
enum End {
    Exited(Exit),
    Interrupted,
    TimedOut,
}

/// Runs one app and prints its log.
pub(super) fn run(args: RunArgs) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    LocalSet::new().block_on(&runtime, async {
        let device = super::boot(&options(args.time.into(), &args.app)?)?;
        let files = Files::read(&args.app)?;
        let offer = files.offer(&args.app);
        if !args.quiet {
            print_report(&inspected(&device, &args.app, &offer).await?);
        }
        device.journal().listen(|line| print_line(line));
        let installed = device.library().install(&offer).await;
        let name = installed
            .map_err(|error| anyhow::anyhow!(explained(&error)))
            .with_context(|| refusal_of(&args.app))?;
        device.runtime().start(&name)?;
        let end = wait(&device, &name, &args).await?;
        if let Some(file) = &args.screenshot {
            screenshot(&device, file)?;
        }
        if !args.quiet {
            print_end(&name, &end);
        }
        Ok(code(end))
    })
}

/// Prints the capabilities that an app would be granted, and its differences from the installed
/// version.
pub(super) fn inspect(args: &InspectArgs) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let options = options(ClockKind::Virtual, &args.app)?;
        let kept = match &args.flash {
            // Booting counts the starts of a version on trial and stores the count. The console
            // therefore boots on a copy of the flash.
            Some(file) => match Flash::copy_of(file) {
                Ok(copy) => keep::mount(copy).await,
                Err(error) => Err(error),
            },
            None => keep::open(None).await,
        };
        let file = args.flash.as_deref().unwrap_or(Path::new("memory"));
        let kept = kept.map_err(|error| super::flash_error(file, &error))?;
        let device = Device::boot_from(kept, &options)?;
        let files = Files::read(&args.app)?;
        print_report(&inspected(&device, &args.app, &files.offer(&args.app)).await?);
        Ok(ExitCode::SUCCESS)
    })
}

fn options(clock: ClockKind, args: &AppArgs) -> anyhow::Result<Options> {
    Ok(Options {
        flash: None,
        trust: args.trust.read()?,
        clock,
        bundled: false,
        strict: args.strict,
    })
}

/// Contents of the files of an app.
struct Files {
    package: Vec<u8>,
    manifest: Option<Vec<u8>>,
    signature: Option<Vec<u8>>,
}

impl Files {
    fn read(args: &AppArgs) -> anyhow::Result<Self> {
        let read = |what: &str, file: &Path| {
            std::fs::read(file).with_context(|| format!("{what}{} cannot be read", file.display()))
        };
        let beside = |what, file: &Option<PathBuf>| file.as_deref().map(|it| read(what, it));
        Ok(Self {
            package: read("", &args.app)?,
            manifest: beside("the manifest ", &args.manifest).transpose()?,
            signature: beside("the signature ", &args.signature).transpose()?,
        })
    }

    fn offer(&self, args: &AppArgs) -> Offer<'_> {
        let all = |sets: &[CapabilitySet]| {
            let sets = sets.iter().copied();
            sets.fold(CapabilitySet::EMPTY, CapabilitySet::union)
        };
        let mut offer = Offer::new(&self.package);
        offer.name = name(&args.app);
        offer.sidecar = self.manifest.as_deref();
        offer.signature = self.signature.as_deref();
        offer.grant = all(&args.grant);
        offer.deny = all(&args.deny);
        offer
    }
}

/// Returns the name for an app whose manifest has none: its file name without the extension.
pub(super) fn name(file: &Path) -> Option<AppName> {
    AppName::new(file.file_stem()?.to_str()?)
}

async fn inspected(device: &Device, args: &AppArgs, offer: &Offer<'_>) -> anyhow::Result<Report> {
    let report = device.inspect(offer).await;
    let report = report.map_err(|error| {
        let fault = layout::fault(offer.package, &error.to_string());
        anyhow::anyhow!("{}{}", explained(&error), fault.unwrap_or_default())
    });
    let mut report = report.with_context(|| refusal_of(args))?;
    let board = device.runtime().config().policy.board;
    // A wildcard is reported only if the board has none of its capabilities: nearly every board
    // lacks some of them.
    let lacking = args.grant.iter().filter(|given| !given.intersects(board));
    let names = lacking.flat_map(|given| given.bit_numbers());
    let names = names.filter_map(|bit| name_of(bit, &[]));
    report.warnings.extend(
        names.map(|name| format!("{name} cannot be granted: this device does not have it")),
    );
    report.warnings.extend(layout::warnings(offer.package));
    let memory = report.memory.linear;
    let conduct = conduct::warnings(offer.package, offer.sidecar, memory);
    report.warnings.extend(conduct);
    Ok(report)
}

/// Returns the context of a refusal: the app file and the manifest file.
fn refusal_of(args: &AppArgs) -> String {
    let app = args.app.display();
    match &args.manifest {
        Some(manifest) => format!("{app} is refused with the manifest {}", manifest.display()),
        None => format!("{app} is refused"),
    }
}

async fn wait(device: &Rc<Device>, name: &str, args: &RunArgs) -> anyhow::Result<End> {
    let limit = args.timeout.map_or(Instant::NEVER, |ms| {
        Instant::START + Duration::from_millis(ms)
    });
    match args.time.into() {
        ClockKind::Real => wait_real(device, name, limit).await,
        ClockKind::Virtual => wait_virtual(device, name, limit).await,
    }
}

async fn wait_real(device: &Rc<Device>, name: &str, limit: Instant) -> anyhow::Result<End> {
    let ended = std::future::poll_fn(|cx| match ended(device, name) {
        Some(exit) => std::task::Poll::Ready(exit),
        None => {
            // All of the console runs in this task, so each wake of an app polls this again; the
            // timer limits the delay to 5 ms.
            device
                .clock()
                .wake_at(device.clock().now() + Duration::from_millis(5), cx.waker());
            std::task::Poll::Pending
        }
    });
    tokio::select! {
        exit = ended => Ok(End::Exited(exit)),
        () = device.run() => bail!("the console has ended"),
        () = akira::abi::sleep_until(device.clock(), limit) => Ok(End::TimedOut),
        stopped = tokio::signal::ctrl_c() => stopped.map(|()| End::Interrupted).context("cannot listen for Ctrl-C"),
    }
}

async fn wait_virtual(device: &Rc<Device>, name: &str, limit: Instant) -> anyhow::Result<End> {
    let run = VirtualRun::new(device.clone());
    let mut interrupt = std::pin::pin!(tokio::signal::ctrl_c());
    loop {
        if let Some(exit) = ended(device, name) {
            return Ok(End::Exited(exit));
        }
        if device.clock().now() >= limit {
            return Ok(End::TimedOut);
        }
        run.run_to_event((device.clock().now() + IDLE).min(limit));
        tokio::select! {
            biased;
            stopped = &mut interrupt => return stopped.map(|()| End::Interrupted).context("cannot listen for Ctrl-C"),
            () = tokio::task::yield_now() => {}
        }
    }
}

/// Returns how the app ended; `None` while it runs or is due to be restarted.
fn ended(device: &Device, name: &str) -> Option<Exit> {
    let info = device.runtime().app(name)?;
    if info.run.is_some() || info.is_due {
        return None;
    }
    info.exit
}

fn code(end: End) -> ExitCode {
    match end {
        End::Exited(Exit::Returned(code)) => ExitCode::from(u8::try_from(code).unwrap_or(1)),
        End::Exited(exit) if exit.is_crash() => ExitCode::from(CRASHED),
        End::Exited(_) => ExitCode::SUCCESS,
        End::Interrupted => ExitCode::from(INTERRUPTED),
        End::TimedOut => ExitCode::from(TIMED_OUT),
    }
}

/// Prints why an app was stopped from outside. All other ends are already in the log.
fn print_end(name: &str, end: &End) {
    match end {
        End::Exited(_) => {}
        End::Interrupted => terminal::note(format_args!("{name} was stopped by Ctrl-C")),
        End::TimedOut => terminal::note(format_args!("{name} was stopped by --timeout")),
    }
}

/// Writes the screen as a PNG file.
pub(super) fn screenshot(device: &Device, file: &Path) -> anyhow::Result<()> {
    let image = crate::picture::png(&device.screen().copy(Area::whole(SCREEN)))?;
    std::fs::write(file, image).with_context(|| format!("{} cannot be written", file.display()))
}

/// Prints a line of the log.
pub(super) fn print_line(line: &LogLine) {
    if line.dropped > 0 {
        terminal::print(format_args!(
            "{:>10}  {}: ({} lines lost)",
            line.time_ms, line.app, line.dropped
        ));
    }
    terminal::print(format_args!(
        "{:>10}  {}: {}",
        line.time_ms, line.app, line.text
    ));
}

fn print_report(report: &Report) {
    let version = if report.version.is_empty() { "" } else { " " };
    terminal::note(format_args!(
        "{}{version}{}  ({} bytes)",
        report.name, report.version, report.size
    ));
    terminal::note(format_args!("  {}", report.signer));
    if let Some(version) = &report.replaces {
        let version = if version.is_empty() {
            "the installed one"
        } else {
            version
        };
        terminal::note(format_args!("  replaces {version}"));
    }
    for change in &report.changes {
        terminal::note(format_args!("  ~ {}", change.text));
    }
    for decision in &report.capabilities {
        let mark = if decision.granted { '+' } else { '-' };
        terminal::note(format_args!(
            "  {mark} {}: {}",
            decision.name, decision.reason
        ));
    }
    for name in &report.unknown {
        terminal::note(format_args!(
            "  ? {name}: unknown capability, grants nothing"
        ));
    }
    if report.capabilities.is_empty() && report.unknown.is_empty() {
        terminal::note(format_args!("  asks for no capability"));
    }
    for import in &report.missing_imports {
        terminal::note(format_args!("  ! imports {import}"));
    }
    for warning in &report.warnings {
        terminal::note(format_args!("  ! {warning}"));
    }
    let memory = &report.memory;
    terminal::note(format_args!(
        "  memory: up to {} KiB of {} KiB: {} its own, {} engine, {} runtime",
        memory.worst_case.div_ceil(1024),
        memory.limit / 1024,
        memory.linear.div_ceil(1024),
        memory.engine.div_ceil(1024),
        memory.host.div_ceil(1024)
    ));
}
