use akira_sim::protocol::{
    App, AppState, Change, ChangeAbout, Decision, MemoryReport, Report, Signer,
};
use akira_sim::remote::{Image, Refusal, RefusalCause};

const UNSIGNED: &str = "the app is not signed, and this board gives it only to signed apps";
const LIMIT: u32 = 256 * 1024;

/// Returns the apps of the console, at least one in each state.
pub(crate) fn bundled() -> Vec<App> {
    vec![
        App {
            removable: false,
            cpu_percent: 1.2,
            memory_used: 71_680,
            ..app(1, "launcher", AppState::Running, &["display.write", "input.read", "app.info", "app.switch"])
        },
        App {
            version: "1.0.3".into(),
            cpu_percent: 12.4,
            memory_used: 69_120,
            ..app(2, "snake", AppState::Running, &["display.write", "input.read", "timer"])
        },
        App {
            last_exit: Some("returned 0".into()),
            ..app(3, "compass", AppState::Stopped, &["display.write", "sensor.read"])
        },
        app(4, "weather", AppState::Installed, &["display.write", "!network.use", "settings.*"]),
        App {
            crashes: 2,
            last_exit: Some("trapped: integer divide by zero".into()),
            ..app(5, "macro_pad", AppState::Error, &["input.read", "gpio.read", "!hid"])
        },
        App {
            crashes: 3,
            last_exit: Some("over budget: 5 s of CPU time without a wait, the limit is 2 s; not restarted after 3 crashes".into()),
            ..app(6, "mandelbrot", AppState::Failed, &["display.write", "memory"])
        },
    ]
}

fn app(id: u32, name: &str, state: AppState, capabilities: &[&str]) -> App {
    App {
        id,
        name: name.into(),
        version: "1.1.0".into(),
        signer: Some(studio()),
        state,
        size: 4_000 + id * 3_177,
        crashes: 0,
        capabilities: capabilities.iter().map(|name| decision(name)).collect(),
        memory_used: 0,
        memory_limit: 98_304,
        cpu_percent: 0.0,
        uptime_ms: 0,
        last_exit: None,
        held: None,
        flash_used: 0,
        flash_left: 524_288,
        flash_per_hour: 524_288,
        removable: true,
    }
}

fn studio() -> Signer {
    let name = "studio".into();
    Signer::Key { name }
}

/// Returns the changes of an update from version `from` to version `to`.
pub(crate) fn changes(from: &str, to: &str) -> Vec<Change> {
    let change = |about, text: &str| Change {
        about,
        text: text.into(),
    };
    vec![
        change(ChangeAbout::Signer, "signer: studio -> unsigned"),
        change(ChangeAbout::Version, &format!("version: {from} -> {to}")),
        change(ChangeAbout::More, "gains storage.read"),
        change(ChangeAbout::Less, "loses settings.read"),
        change(ChangeAbout::Cost, "memory: 80 -> 120 KiB"),
    ]
}

fn decision(name: &str) -> Decision {
    let granted = !name.starts_with('!');
    let reason = if granted {
        "asked for, and allowed to every app"
    } else {
        UNSIGNED
    };
    Decision {
        name: name.trim_start_matches('!').into(),
        granted,
        reason: reason.into(),
    }
}

pub(crate) fn start(app: &mut App) -> Result<(), Refusal> {
    if app.state == AppState::Running {
        let message = format!("{} is running already: restart it instead", app.name);
        return Err(Refusal::new(RefusalCause::Conflict, message));
    }
    restart(app);
    Ok(())
}

pub(crate) fn stop(app: &mut App) -> Result<(), Refusal> {
    if app.state != AppState::Running {
        let message = format!("{} is not running", app.name);
        return Err(Refusal::new(RefusalCause::Conflict, message));
    }
    app.state = AppState::Stopped;
    app.memory_used = 0;
    app.cpu_percent = 0.0;
    app.last_exit = Some("stopped on request".into());
    Ok(())
}

pub(crate) fn restart(app: &mut App) {
    app.state = AppState::Running;
    app.uptime_ms = 0;
    app.memory_used = 70_000;
    app.cpu_percent = 4.5;
}

pub(crate) fn removable(app: &App) -> Result<(), Refusal> {
    if app.removable {
        return Ok(());
    }
    let message = format!(
        "{} is part of the firmware and cannot be uninstalled",
        app.name
    );
    Err(Refusal::new(RefusalCause::Conflict, message))
}

/// Returns a report on an image, derived from its first bytes and its size.
pub(crate) fn inspect(image: &Image) -> Result<Report, Refusal> {
    if !image.bytes.starts_with(b"\0asm") {
        let message =
            "not a WebAssembly module: it does not begin with \\0asm; send the app's .wasm file";
        return Err(Refusal::new(RefusalCause::Invalid, message));
    }
    let size = image.bytes.len() as u32;
    let worst_case = 65_536 + 4_096 + size * 3;
    if worst_case > LIMIT {
        let problem = format!(
            "it may cost {worst_case} bytes of memory, the device allows an app {LIMIT}: make it smaller"
        );
        return Err(Refusal::new(RefusalCause::Full, problem));
    }
    Ok(Report {
        name: image.name.clone().unwrap_or_else(|| "weather".into()),
        version: "1.4.0".into(),
        description: "Shows the weather of the next three days.".into(),
        size,
        capabilities: [
            "display.write",
            "input.read",
            "storage.read",
            "!network.use",
        ]
        .map(decision)
        .into(),
        unknown: vec!["rtc".into()],
        missing_imports: vec!["env.nfc_read".into(), "env.nfc_write".into()],
        memory: MemoryReport {
            linear: 65_536,
            engine: size * 3,
            host: 4_096,
            worst_case,
            limit: LIMIT,
        },
        warnings: vec!["\"rtc\" is not a capability: did you mean \"rtc.read\"?".into()],
        ..Report::default()
    })
}

pub(crate) fn installed(id: u32, report: &Report) -> App {
    App {
        version: report.version.clone(),
        signer: Some(report.signer.clone()),
        size: report.size,
        capabilities: report.capabilities.clone(),
        ..app(id, &report.name, AppState::Installed, &[])
    }
}

pub(crate) fn report(app: &App) -> Report {
    Report {
        name: app.name.clone(),
        version: app.version.clone(),
        signer: app.signer.clone().unwrap_or_default(),
        size: app.size,
        capabilities: app.capabilities.clone(),
        ..Report::default()
    }
}
