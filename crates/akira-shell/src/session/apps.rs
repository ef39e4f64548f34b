use super::Session;
use crate::Error;
use crate::clean::clean;
use akira_runtime::abi::AppId;
use akira_runtime::{AppInfo, Installer, StartError, UnknownApp};
use embedded_io_async::{Read, Write};
use heapless::String;

/// The most bytes of the text about how an app ended.
const MAX_EXIT: usize = 96;

impl<I: Installer, IO: Read + Write> Session<'_, '_, I, IO> {
    pub(super) async fn apps(&mut self) -> Result<(), Error<IO::Error>> {
        let apps = self.runtime.apps();
        let widest = |width: fn(&AppInfo) -> usize| apps.iter().map(width).max().unwrap_or(0);
        let name_width = widest(|app| app.name.len()).max(4);
        let version_width = widest(|app| app.version.len()).max(7);
        self.terminal
            .line(format_args!(
                "{:<name_width$}  {:<version_width$}  {:<9}  {:>9}  {:>12}  {:>7}  last exit",
                "name", "version", "state", "memory", "fuel", "crashes"
            ))
            .await?;
        for app in &apps {
            let (memory, fuel) = app.run.map_or((0, 0), |run| (run.memory_bytes, run.fuel));
            self.terminal
                .line(format_args!(
                    "{:<name_width$}  {:<version_width$}  {:<9}  {memory:>9}  {fuel:>12}  {:>7}  {}",
                    app.name,
                    app.version,
                    app.state.name(),
                    app.crashes,
                    last_exit(app)
                ))
                .await?;
        }
        for app in &apps {
            if let Some(held) = app.held {
                let line = format_args!("{}: {held}", app.name);
                self.terminal.line(line).await?;
            }
        }
        self.done().await
    }

    pub(super) async fn start(&mut self, name: &str) -> Result<(), Error<IO::Error>> {
        let started = self.runtime.open(name);
        self.answer_start(name, started).await
    }

    pub(super) async fn restart(&mut self, name: &str) -> Result<(), Error<IO::Error>> {
        let started = self.runtime.restart(name);
        self.answer_start(name, started).await
    }

    pub(super) async fn stop(&mut self, name: &str) -> Result<(), Error<IO::Error>> {
        match self.runtime.stop(name) {
            Ok(()) => self.done().await,
            Err(UnknownApp) => self.refuse_app(name).await,
        }
    }

    pub(super) async fn uninstall(&mut self, name: &str) -> Result<(), Error<IO::Error>> {
        if self.runtime.app(name).is_none() {
            return self.refuse_app(name).await;
        }
        match self.installer.uninstall(name).await {
            Ok(()) => self.done().await,
            Err(why) => self.refuse(format_args!("{name}: {why}")).await,
        }
    }

    pub(super) async fn set_autostart(
        &mut self,
        name: &str,
        on: bool,
    ) -> Result<(), Error<IO::Error>> {
        if self.runtime.app(name).is_none() {
            return self.refuse_app(name).await;
        }
        match self.installer.set_autostart(name, on).await {
            Ok(()) => self.done().await,
            Err(why) => self.refuse(format_args!("{name}: {why}")).await,
        }
    }

    /// Says whether an app was started.
    pub(super) async fn answer_start(
        &mut self,
        name: &str,
        started: Result<AppId, StartError>,
    ) -> Result<(), Error<IO::Error>> {
        match started {
            Ok(_) => self.done().await,
            Err(StartError::Unknown) => self.refuse_app(name).await,
            Err(error @ StartError::Running) => {
                self.refuse(format_args!("{name}: {error}; stop or restart it"))
                    .await
            }
            Err(error) => self.refuse(format_args!("{name}: {error}")).await,
        }
    }

    /// Says that no app has this name.
    pub(super) async fn refuse_app(&mut self, name: &str) -> Result<(), Error<IO::Error>> {
        self.refuse(format_args!("{name}: {UnknownApp}: see apps"))
            .await
    }
}

/// Says how the last run ended, and whether another follows by itself.
fn last_exit(app: &AppInfo) -> String<MAX_EXIT> {
    let again = if app.is_due { ", starts again" } else { "" };
    match app.exit {
        Some(exit) => clean(format_args!("{exit}{again}")),
        None => clean(format_args!("-{again}")),
    }
}
