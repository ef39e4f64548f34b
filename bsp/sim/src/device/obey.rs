use std::rc::Rc;
use std::time::Duration;

use akira::log::Level;
use akira::{StartError, State, UnknownApp};
use tokio::task::JoinSet;

use super::Device;
use super::intake::refused;
use crate::remote::{Action, Command, DeviceEnd, Event, Refusal, RefusalCause};

/// Time between two events about changes of the screen.
const FRAME: Duration = Duration::from_millis(16);

impl Device {
    /// Executes the commands of a link and sends events over it. Returns when all handles of the
    /// link are dropped. Requires a [`LocalSet`](tokio::task::LocalSet): an install runs as a task
    /// of its own, so that other commands are executed meanwhile.
    ///
    /// # Cancel safety
    ///
    /// After a drop, each command is complete or has no effect. Installs in progress are aborted.
    pub async fn obey(self: Rc<Self>, mut end: DeviceEnd) {
        let events = end.events.clone();
        self.journal
            .listen(move |line| drop(events.send(Event::Log(line.clone()))));
        let events = end.events.clone();
        // The device owns the board that holds this closure: a strong reference would be a cycle.
        let device = Rc::downgrade(&self);
        self.runtime().board().watch(move |event| {
            if let (Some(event), Some(device)) = (event, device.upgrade()) {
                device.note_event(event);
            }
            drop(events.send(Event::Apps));
        });
        let mut frames = tokio::time::interval(FRAME);
        let mut coming = JoinSet::new();
        loop {
            tokio::select! {
                command = end.commands.recv() => match command {
                    Some(Command::Install { upload, reply }) => {
                        let device = self.clone();
                        coming.spawn_local(async move { drop(reply.send(device.take_in(upload).await)) });
                    }
                    Some(command) => self.answer(command, &end).await,
                    None => return,
                },
                Some(_) = coming.join_next() => {}
                _ = frames.tick() => if let Some(area) = self.screen.take_changed() {
                    let _ = end.events.send(Event::Screen(area));
                },
            }
        }
    }

    async fn answer(&self, command: Command, end: &DeviceEnd) {
        match command {
            Command::Control {
                name,
                action,
                reply,
            } => drop(reply.send(self.control(&name, action).await)),
            Command::Install { upload, reply } => drop(reply.send(self.take_in(upload).await)),
            Command::Inspect { image, reply } => drop(reply.send(self.look_at(&image).await)),
            Command::Rotate { document, reply } => {
                let rotated = self.rotate(&document).await.map(|()| self.keys());
                drop(reply.send(rotated.map_err(|error| refused(&error))));
            }
            Command::Report { name, reply } => drop(reply.send(self.report(&name).await)),
            Command::Survey { reply } => drop(reply.send(self.survey().await)),
            Command::Logs { reply } => drop(reply.send(self.journal.lines())),
            Command::Screen { area, reply } => drop(reply.send(self.screen.copy(area))),
            Command::Sensors { reply } => drop(reply.send(self.readings.borrow().clone())),
            Command::Button { id, pressed } => self.press(id, pressed),
            Command::Sensor(reading) => {
                self.set_sensor(reading);
                let _ = end.events.send(Event::Sensors);
            }
        }
    }

    async fn control(&self, name: &str, action: Action) -> Result<(), Refusal> {
        match action {
            Action::Uninstall => self.uninstall(name).await,
            Action::Reset => {
                let reset = self.library().reset(name).await;
                reset.map_err(|error| refused(&error))
            }
            Action::Stop => self.runtime().stop(name).map_err(|e| self.unknown(name, e)),
            Action::Start => self.start(name),
            Action::Restart => {
                let stopped = self.runtime().stop(name);
                stopped.map_err(|error| self.unknown(name, error))?;
                self.start(name)
            }
        }
    }

    fn start(&self, name: &str) -> Result<(), Refusal> {
        self.open(name).map_err(|error| match error {
            StartError::Unknown => self.unknown(name, UnknownApp),
            error => Refusal::of(&error),
        })
    }

    async fn uninstall(&self, name: &str) -> Result<(), Refusal> {
        let removed = self.inner.uninstall(name).await;
        removed.map_err(|error| refused(&error))?;
        self.note(name, Level::Info, format_args!("uninstalled"));
        Ok(())
    }

    /// Logs that an app was installed or started. The log module logs the end of an app itself.
    fn note_event(&self, event: &akira::Event<'_>) {
        let akira::Event::Changed { name, state } = event else {
            return;
        };
        match state {
            State::Installed => self.note_installed(name),
            State::Running => self.note(name, Level::Info, format_args!("started")),
            _ => {}
        }
    }

    fn note_installed(&self, name: &str) {
        let app = self.runtime().app(name);
        let version = app.as_ref().map_or("", |app| &app.version);
        let before = if version.is_empty() { "" } else { ", version " };
        let text = format_args!("installed{before}{version}");
        self.note(name, Level::Info, text);
    }

    /// Returns the refusal for an app that is not admitted: it was left out at boot, or does not
    /// exist.
    pub(super) fn unknown(&self, name: &str, error: UnknownApp) -> Refusal {
        match self.inner.why_left_out(name) {
            Some(reason) => Refusal::new(RefusalCause::Conflict, format!("{name} was {reason}")),
            None => Refusal::new(
                RefusalCause::NotFound,
                format!("{error}: see the list of apps"),
            ),
        }
    }
}
