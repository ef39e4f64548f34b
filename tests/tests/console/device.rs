//! Console on virtual time, and the operations of tests on it.

use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

use akira::abi::Clock;
use akira::abi::caps::{AppName, CapabilitySet};
use akira::install::{Error, Offer};
use akira::{AppInfo, Exit};
use akira_sim::catalogue::button;
use akira_sim::device::{Device, Options, VirtualRun};
use akira_sim::protocol::{ClockKind, LogLine};

/// Maximum time that [`Console::finish`] runs an app, in ms.
const PATIENCE_MS: u64 = 60_000;

/// Console whose time advances only when a test runs it.
pub(crate) struct Console {
    pub(crate) device: Rc<Device>,
    pub(crate) run: VirtualRun,
}

impl Console {
    /// Boots a console without apps.
    pub(crate) fn bare() -> Self {
        Self::boot(None, false)
    }

    /// Boots a console with the bundled apps, into the launcher.
    pub(crate) fn bundled() -> Self {
        Self::boot(None, true)
    }

    /// Boots a console whose flash is this file.
    pub(crate) fn with_flash(file: &Path) -> Self {
        Self::boot(Some(file), true)
    }

    fn boot(flash: Option<&Path>, bundled: bool) -> Self {
        let options = Options {
            flash: flash.map(Path::to_owned),
            clock: ClockKind::Virtual,
            bundled,
            ..Options::default()
        };
        let device = Rc::new(Device::boot(&options).expect("the console boots"));
        Self {
            run: VirtualRun::new(device.clone()),
            device,
        }
    }

    /// Advances the time by `ms` milliseconds.
    pub(crate) fn run_ms(&self, ms: u64) {
        self.run
            .run_until(self.device.clock().now() + Duration::from_millis(ms));
    }

    /// Installs an app and returns its name.
    pub(crate) fn take(&self, offer: &Offer<'_>) -> Result<Rc<str>, Error> {
        self.run.complete(self.device.library().install(offer))
    }

    /// Installs an app. The name in its manifest has precedence over `name`.
    pub(crate) fn try_install(&self, name: &str, image: &[u8]) -> Result<Rc<str>, Error> {
        self.take(&offer(name, image))
    }

    pub(crate) fn install(&self, name: &str, image: &[u8]) -> Rc<str> {
        self.try_install(name, image).expect("the app is admitted")
    }

    /// Installs an app with a separate manifest.
    pub(crate) fn install_with(&self, image: &[u8], manifest: &str) -> Result<Rc<str>, Error> {
        let mut offer = offer("app", image);
        offer.sidecar = Some(manifest.as_bytes());
        self.take(&offer)
    }

    /// Installs an app and grants it every capability.
    pub(crate) fn install_trusted(&self, name: &str, image: &[u8]) {
        let mut offer = offer(name, image);
        offer.grant = CapabilitySet::ALL;
        self.take(&offer).expect("the app is admitted");
    }

    pub(crate) fn start(&self, name: &str) {
        self.device.runtime().start(name).expect("the app starts");
    }

    pub(crate) fn info(&self, name: &str) -> AppInfo {
        self.device
            .runtime()
            .app(name)
            .expect("the app is installed")
    }

    pub(crate) fn is_running(&self, name: &str) -> bool {
        self.info(name).run.is_some()
    }

    /// Runs until the app has ended and no restart is due. Returns its exit.
    pub(crate) fn finish(&self, name: &str) -> Exit {
        for _ in 0..PATIENCE_MS {
            let info = self.info(name);
            if let Some(exit) = info.exit.filter(|_| info.run.is_none() && !info.is_due) {
                return exit;
            }
            self.run_ms(1);
        }
        panic!("{name} runs for more than {PATIENCE_MS} ms");
    }

    /// Starts an app and runs it to its end.
    pub(crate) fn run_to_end(&self, name: &str) -> Exit {
        self.start(name);
        self.finish(name)
    }

    /// Presses a button for 100 ms and waits for another 100 ms.
    pub(crate) fn tap(&self, name: &str) {
        let id = button(name).expect("there is such a button");
        self.device.press(id, true);
        self.run_ms(100);
        self.device.press(id, false);
        self.run_ms(100);
    }

    /// Returns the log lines of one app.
    pub(crate) fn log(&self, app: &str) -> Vec<LogLine> {
        let mut lines = self.device.journal().lines();
        lines.retain(|line| line.app == app);
        lines
    }

    /// Returns the texts of one app's log lines.
    pub(crate) fn texts(&self, app: &str) -> Vec<String> {
        self.log(app).into_iter().map(|line| line.text).collect()
    }

    /// Returns the text of one app's last log line.
    pub(crate) fn last_text(&self, app: &str) -> String {
        self.texts(app).pop().unwrap_or_default()
    }

    /// Returns the whole log as text.
    pub(crate) fn transcript(&self) -> String {
        let lines = self.device.journal().lines();
        let line = |line: &LogLine| format!("{} {} {}\n", line.time_ms, line.app, line.text);
        lines.iter().map(line).collect()
    }
}

/// Creates the offer of an app. The name in its manifest has precedence over `name`.
pub(crate) fn offer<'a>(name: &str, image: &'a [u8]) -> Offer<'a> {
    let mut offer = Offer::new(image);
    offer.name = AppName::new(name);
    offer
}
