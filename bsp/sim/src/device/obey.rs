use std::rc::Rc;
use std::time::Duration;

use akira::{InstallError, StartError, UnknownApp};

use super::Device;
use super::report::report;
use crate::protocol::Report;
use crate::remote::{Action, Cause, Command, DeviceEnd, Event, Image, Refusal};
use crate::state::Stored;

/// How often pages hear of what has changed on the screen.
const FRAME: Duration = Duration::from_millis(16);

impl Device {
    /// Does what is asked over a link, and tells what happens; ends when nobody is left to ask.
    ///
    /// # Cancel safety
    ///
    /// A drop leaves nothing half done but the files of an app that was being uninstalled.
    pub async fn obey(self: Rc<Self>, mut end: DeviceEnd) {
        let events = end.events.clone();
        self.journal
            .listen(move |line| drop(events.send(Event::Log(line.clone()))));
        let events = end.events.clone();
        self.runtime
            .board()
            .watch(move || drop(events.send(Event::Apps)));
        let mut frames = tokio::time::interval(FRAME);
        loop {
            tokio::select! {
                command = end.commands.recv() => match command {
                    Some(command) => self.answer(command, &end).await,
                    None => return,
                },
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
            Command::Install { image, reply } => drop(reply.send(self.install_image(image))),
            Command::Inspect { image, reply } => drop(reply.send(self.inspect_image(&image))),
            Command::Report { name, reply } => drop(reply.send(self.report_installed(&name))),
            Command::Survey { reply } => drop(reply.send(self.survey())),
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
            Action::Start => self.open(name).map_err(not_started),
            Action::Stop => self.runtime.stop(name).map_err(unknown),
            Action::Restart => {
                self.runtime.stop(name).map_err(unknown)?;
                self.open(name).map_err(not_started)
            }
            Action::Uninstall => self.uninstall(name).await,
        }
    }

    async fn uninstall(&self, name: &str) -> Result<(), Refusal> {
        if self.bundled.iter().any(|bundled| &**bundled == name) {
            let message =
                format!("{name} comes with the console and cannot be uninstalled; stop it instead");
            return Err(Refusal::new(Cause::Conflict, message));
        }
        self.runtime.uninstall(name).map_err(unknown)?;
        self.decisions.borrow_mut().remove(name);
        let failed = |error: &dyn std::fmt::Display| {
            Refusal::new(
                Cause::Failed,
                format!("{name} is uninstalled, but not all of it could be removed: {error}"),
            )
        };
        self.library
            .borrow_mut()
            .forget(name)
            .map_err(|error| failed(&error))?;
        self.runtime
            .board()
            .erase(name)
            .await
            .map_err(|error| failed(&error))
    }

    fn install_image(&self, image: Image) -> Result<Report, Refusal> {
        let report = self.inspect_image(&image)?;
        if let Some(problem) = report.problems.first() {
            return Err(Refusal::new(Cause::Invalid, problem.clone()));
        }
        self.install(Stored::bare(image.name, image.bytes))
            .map_err(|error| refused(&error))?;
        Ok(report)
    }

    fn inspect_image(&self, image: &Image) -> Result<Report, Refusal> {
        let stored = Stored::bare(image.name.clone(), image.bytes.clone());
        let options = super::options(&stored);
        let admission = self
            .runtime
            .inspect(&image.bytes, &options)
            .map_err(|error| refused(&error))?;
        let installed = self.runtime.app(&admission.name);
        let mut report = report(&admission, image.bytes.len(), None);
        report.replaces = installed.map(|info| info.version.to_string());
        if self.bundled.iter().any(|bundled| **bundled == *report.name) {
            report.problems.push(format!(
                "{} comes with the console; give the app another name",
                report.name
            ));
        }
        Ok(report)
    }

    fn report_installed(&self, name: &str) -> Result<Report, Refusal> {
        let image = self
            .runtime
            .image(name)
            .ok_or_else(|| unknown(UnknownApp))?;
        let image = Image {
            name: Some(name.to_owned()),
            bytes: image.bytes().to_vec(),
        };
        let mut report = self.inspect_image(&image)?;
        (report.replaces, report.problems) = (None, Vec::new());
        Ok(report)
    }
}

fn unknown(error: UnknownApp) -> Refusal {
    Refusal::new(Cause::NotFound, format!("{error}: see the list of apps"))
}

fn not_started(error: StartError) -> Refusal {
    let cause = match error {
        StartError::Unknown => Cause::NotFound,
        StartError::Running | StartError::TooMany { .. } => Cause::Conflict,
        StartError::Memory { .. } => Cause::Full,
        _ => Cause::Failed,
    };
    Refusal::new(cause, error.to_string())
}

fn refused(error: &InstallError) -> Refusal {
    let cause = match error {
        InstallError::Full { .. } | InstallError::Memory { .. } => Cause::Full,
        InstallError::Exists => Cause::Conflict,
        _ => Cause::Invalid,
    };
    Refusal::new(cause, error.to_string())
}
