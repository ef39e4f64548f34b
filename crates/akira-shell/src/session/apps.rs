use super::Session;
use crate::Error;
use crate::clean::clean;
use crate::lines::show;
use akira_manage::{App, RefusalKind, Refused, Sink};
use core::fmt;
use embedded_io_async::{Read, Write};
use heapless::String;

/// Maximum length of the text about the end of a run, in bytes.
const MAX_EXIT: usize = 96;

impl<S: Sink, IO: Read + Write> Session<'_, '_, S, IO> {
    pub(super) async fn apps(&mut self) -> Result<(), Error<IO::Error>> {
        let apps = self.apps;
        let (mut names, mut versions) = (4, 7);
        apps.each(&mut |app| {
            names = names.max(app.name.len());
            versions = versions.max(app.version.len());
        });
        self.terminal
            .line(format_args!(
                "{:<names$}  {:<versions$}  {:<9}  {:>9}  {:>12}  {:>7}  last exit",
                "name", "version", "state", "memory", "fuel", "crashes"
            ))
            .await?;
        show(self.terminal, |lines| {
            apps.each(&mut |app| {
                let App {
                    memory_bytes, fuel, ..
                } = *app;
                lines.add(format_args!(
                    "{:<names$}  {:<versions$}  {:<9}  {memory_bytes:>9}  {fuel:>12}  {:>7}  {}",
                    app.name,
                    app.version,
                    app.state,
                    app.crashes,
                    last_exit(app)
                ));
            });
            apps.each(&mut |app| {
                if let Some(held) = app.held {
                    lines.add(format_args!("{}: {held}", app.name));
                }
            });
        })
        .await?;
        self.done().await
    }

    pub(super) async fn start(&mut self, name: &str) -> Result<(), Error<IO::Error>> {
        self.answer(name, self.apps.start(name)).await
    }

    pub(super) async fn restart(&mut self, name: &str) -> Result<(), Error<IO::Error>> {
        self.answer(name, self.apps.restart(name)).await
    }

    pub(super) async fn stop(&mut self, name: &str) -> Result<(), Error<IO::Error>> {
        self.answer(name, self.apps.stop(name)).await
    }

    pub(super) async fn uninstall(&mut self, name: &str) -> Result<(), Error<IO::Error>> {
        let done = self.apps.uninstall(name).await;
        self.answer(name, done).await
    }

    pub(super) async fn set_autostart(
        &mut self,
        name: &str,
        on: bool,
    ) -> Result<(), Error<IO::Error>> {
        let done = self.apps.set_autostart(name, on).await;
        self.answer(name, done).await
    }

    /// Shows what an app asks for and what it was granted.
    pub(super) async fn caps(&mut self, name: &str) -> Result<(), Error<IO::Error>> {
        let apps = self.apps;
        let told = show(self.terminal, |lines| {
            apps.describe(name, &mut |finding| lines.add(format_args!("{finding}")))
        })
        .await?;
        self.answer(name, told).await
    }

    /// Ends the answer to a command about an app.
    pub(super) async fn answer(
        &mut self,
        name: &str,
        done: Result<(), Refused>,
    ) -> Result<(), Error<IO::Error>> {
        match done {
            Ok(()) => self.done().await,
            Err(why) if why.kind() == RefusalKind::NotFound => {
                self.refuse(format_args!("{name}: {why}: see apps")).await
            }
            Err(why) => self.refuse(format_args!("{name}: {why}")).await,
        }
    }

    /// Returns whether no app has this name, and answers with an error in that case.
    pub(super) async fn refuse_unknown_app(
        &mut self,
        name: &str,
    ) -> Result<bool, Error<IO::Error>> {
        let is_known = self.apps.find(name, &mut |_| ());
        if !is_known {
            let why = "no app of that name is installed: see apps";
            self.refuse(format_args!("{name}: {why}")).await?;
        }
        Ok(!is_known)
    }
}

/// Describes how the last run ended, and whether the app will be started again.
fn last_exit(app: &App<'_>) -> String<MAX_EXIT> {
    let again = if app.is_due { ", starts again" } else { "" };
    let exit: &dyn fmt::Display = app.exit.unwrap_or(&"-");
    clean(format_args!("{exit}{again}"))
}
