//! Fake console without a runtime: answers every command with plausible data.

mod apps;
mod console;
mod picture;

use std::collections::VecDeque;
use std::sync::Arc;

use akira_sim::protocol::{App, AppState, Level, LogLine, Reading, Report, Status};
use akira_sim::remote::{
    Action, Command, DeviceEnd, DeviceHandle, Event, Image, Refusal, RefusalCause, Upload, link,
};

use picture::Picture;

/// Number of lines that the log keeps.
pub(crate) const LOG_LINES: usize = 400;

/// Fake device with its end of the link.
pub(crate) struct Fake {
    end: DeviceEnd,
    apps: Vec<App>,
    readings: Vec<Reading>,
    picture: Picture,
    log: VecDeque<LogLine>,
    lines: u64,
    time_ms: u64,
}

impl Fake {
    /// Creates a console with a few apps.
    pub(crate) fn new() -> (DeviceHandle, Self) {
        let description = console::description();
        let readings = description.sensors.iter();
        let readings = readings
            .map(|s| Reading {
                channel: s.channel,
                value: s.value,
            })
            .collect();
        let (handle, end) = link(description);
        let fake = Self {
            end,
            apps: apps::bundled(),
            readings,
            picture: Picture::new(),
            log: VecDeque::new(),
            lines: 0,
            time_ms: 0,
        };
        (handle, fake)
    }

    /// Answers one command. Returns `false` if all handles have been dropped.
    pub(crate) async fn serve_next(&mut self) -> bool {
        let Some(command) = self.end.commands.recv().await else {
            return false;
        };
        match command {
            Command::Install { upload, reply } => {
                let image = whole(upload).await;
                drop(reply.send(self.install(&image)));
            }
            command => self.obey(command),
        }
        true
    }

    /// Advances time by `ms` milliseconds and the picture by one step.
    pub(crate) fn advance(&mut self, ms: u64) {
        self.time_ms += ms;
        for app in self
            .apps
            .iter_mut()
            .filter(|app| app.state == AppState::Running)
        {
            app.uptime_ms += ms;
        }
        let tilt = self
            .readings
            .iter()
            .take(2)
            .map(|reading| reading.value)
            .collect::<Vec<_>>();
        let changed = self.picture.advance(&tilt);
        self.tell(Event::Screen(changed));
    }

    /// Logs a line.
    pub(crate) fn log(&mut self, app: &str, level: Level, text: impl Into<String>) {
        self.lines += 1;
        let line = LogLine {
            seq: self.lines,
            app: app.into(),
            level,
            time_ms: self.time_ms,
            text: text.into(),
            dropped: 0,
        };
        self.log.push_back(line.clone());
        if self.log.len() > LOG_LINES {
            self.log.pop_front();
        }
        self.tell(Event::Log(Arc::new(line)));
    }

    fn tell(&self, event: Event) {
        let _ = self.end.events.send(event);
    }

    fn obey(&mut self, command: Command) {
        match command {
            Command::Control {
                name,
                action,
                reply,
            } => drop(reply.send(self.control(&name, action))),
            Command::Inspect { image, reply } => drop(reply.send(self.inspect(&image))),
            Command::Report { name, reply } => drop(reply.send(self.report(&name))),
            Command::Survey { reply } => drop(reply.send((self.apps.clone(), self.status()))),
            Command::Logs { reply } => drop(reply.send(self.log.iter().cloned().collect())),
            Command::Screen { area, reply } => drop(reply.send(self.picture.copy(area))),
            Command::Sensors { reply } => drop(reply.send(self.readings.clone())),
            Command::Button { id, pressed } => self.button(id, pressed),
            Command::Sensor(reading) => self.sense(reading),
            other => panic!("the fake does not know {other:?}"),
        }
    }

    fn button(&mut self, id: u8, pressed: bool) {
        let edge = if pressed { "pressed" } else { "released" };
        self.log("", Level::Debug, format!("button {id} {edge}"));
        let changed = self.picture.button(id, pressed);
        self.tell(Event::Screen(changed));
    }

    fn sense(&mut self, reading: Reading) {
        let known = self
            .readings
            .iter_mut()
            .find(|known| known.channel == reading.channel);
        if let Some(known) = known {
            *known = reading;
        }
        self.tell(Event::Sensors);
    }

    fn position(&self, name: &str) -> Result<usize, Refusal> {
        let at = self.apps.iter().position(|app| app.name == name);
        at.ok_or_else(|| {
            Refusal::new(
                RefusalCause::NotFound,
                format!("no app is called {name}: see the list of apps"),
            )
        })
    }

    fn control(&mut self, name: &str, action: Action) -> Result<(), Refusal> {
        let at = self.position(name)?;
        match action {
            Action::Start => apps::start(&mut self.apps[at])?,
            Action::Stop => apps::stop(&mut self.apps[at])?,
            Action::Restart => apps::restart(&mut self.apps[at]),
            Action::Reset => {}
            Action::Uninstall => {
                drop(apps::removable(&self.apps[at]).map(|()| self.apps.remove(at))?)
            }
        }
        self.log("", Level::Info, format!("{name}: {action:?}"));
        self.tell(Event::Apps);
        Ok(())
    }

    fn inspect(&self, image: &Image) -> Result<Report, Refusal> {
        let mut report = apps::inspect(image)?;
        let installed = self.apps.iter().find(|app| app.name == report.name);
        if let Some(app) = installed {
            report.replaces = Some(app.version.clone());
            report.changes = apps::changes(&app.version, &report.version);
        }
        Ok(report)
    }

    fn install(&mut self, image: &Image) -> Result<Report, Refusal> {
        let report = self.inspect(image)?;
        self.apps.retain(|app| app.name != report.name);
        let id = self.apps.iter().map(|app| app.id).max().unwrap_or(0) + 1;
        self.apps.push(apps::installed(id, &report));
        self.log(
            "",
            Level::Info,
            format!("{}: installed, {} bytes", report.name, report.size),
        );
        self.tell(Event::Apps);
        Ok(report)
    }

    fn report(&self, name: &str) -> Result<Report, Refusal> {
        let app = &self.apps[self.position(name)?];
        Ok(apps::report(app))
    }

    fn status(&self) -> Status {
        Status {
            storage_free: 11_640_832,
            storage_promised: 262_144,
            storage_total: 12_582_912,
            uptime_s: self.time_ms / 1000,
            memory_used: self.apps.iter().map(|app| u64::from(app.memory_used)).sum(),
            memory_total: 1_048_576,
            cpu_percent: self.apps.iter().map(|app| app.cpu_percent).sum(),
            keys: vec!["studio".into()],
        }
    }
}

/// Collects the pieces of an app.
async fn whole(upload: Upload) -> Image {
    match upload {
        Upload::Whole(image) => image,
        Upload::Pieces {
            name, mut pieces, ..
        } => {
            let mut bytes = Vec::new();
            while let Some(piece) = pieces.recv().await {
                bytes.extend(piece);
            }
            Image {
                name: Some(name),
                signature: None,
                bytes,
            }
        }
    }
}
