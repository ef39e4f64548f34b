use super::Session;
use crate::{Error, MAX_STATS};
use akira_runtime::{Board, Installer, Parcel, Runtime};
use core::fmt;
use embedded_io_async::{Read, Write};
use heapless::String;

/// How many apps there are, and what they use together.
#[derive(Default)]
struct Totals {
    installed: usize,
    running: usize,
    used: u64,
    reserved: u64,
}

impl<I: Installer, IO: Read + Write> Session<'_, '_, I, IO> {
    pub(super) async fn stats(&mut self) -> Result<(), Error<IO::Error>> {
        let ms = self.runtime.board().clock().now().as_millis();
        let (seconds, ms) = (ms / 1_000, ms % 1_000);
        self.terminal
            .line(format_args!("uptime: {seconds}.{ms:03} s"))
            .await?;
        self.show_totals().await?;
        self.show_flash().await?;
        self.show_upload().await?;
        self.show_board().await?;
        self.done().await
    }

    fn totals(&self) -> Totals {
        let mut totals = Totals::default();
        for app in self.runtime.apps() {
            totals.installed += 1;
            if let Some(run) = app.run {
                totals.running += 1;
                totals.used = totals.used.saturating_add(run.memory_bytes);
                totals.reserved = totals.reserved.saturating_add(app.memory_bytes_most);
            }
        }
        totals
    }

    async fn show_totals(&mut self) -> Result<(), Error<IO::Error>> {
        let (totals, config) = (self.totals(), self.runtime.config());
        self.terminal
            .line(format_args!(
                "apps: {} of {} running, {} of {} installed",
                totals.running, config.running_most, totals.installed, config.installed_most
            ))
            .await?;
        let free = config.memory_bytes.saturating_sub(totals.reserved);
        self.terminal
            .line(format_args!(
                "app memory: {} bytes used, {} reserved, {free} of {} free",
                totals.used, totals.reserved, config.memory_bytes
            ))
            .await?;
        self.terminal
            .line(format_args!(
                "run: {} bytes of what each app reserves",
                Runtime::<I::Board, I::Engine>::bytes_of_a_run()
            ))
            .await
    }

    /// Says of each app that has written to flash what that has cost, and what it may still.
    async fn show_flash(&mut self) -> Result<(), Error<IO::Error>> {
        for app in self.runtime.apps() {
            let writes = &app.writes;
            if writes.used() > 0 {
                self.terminal
                    .line(format_args!(
                        "flash: {} has written {} bytes, {} of {} an hour are left",
                        app.name,
                        writes.used(),
                        writes.left(),
                        writes.per_hour()
                    ))
                    .await?;
            }
        }
        Ok(())
    }

    async fn show_upload(&mut self) -> Result<(), Error<IO::Error>> {
        let Some((Parcel { name, size, .. }, received)) = self.installer.progress() else {
            return Ok(());
        };
        self.terminal
            .line(format_args!(
                "upload: {received} of {size} bytes of {name} have come"
            ))
            .await
    }

    async fn show_board(&mut self) -> Result<(), Error<IO::Error>> {
        let Some(stats) = self.config.stats else {
            return Ok(());
        };
        let mut text = Bounded(String::new());
        // An error is a full text, or a board that gave up: what there is of it is shown.
        let _ = stats(&mut text);
        for line in text.0.lines() {
            self.terminal.line(format_args!("{line}")).await?;
        }
        Ok(())
    }

    pub(super) async fn reboot(&mut self) -> Result<(), Error<IO::Error>> {
        let Some(reboot) = self.config.reboot else {
            return self
                .refuse(format_args!("reboot: this device cannot restart itself"))
                .await;
        };
        self.done().await?;
        self.terminal.flush().await?;
        reboot();
        Ok(())
    }
}

/// Text that is cut where it is full.
struct Bounded(String<MAX_STATS>);

impl fmt::Write for Bounded {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        text.chars()
            .try_for_each(|c| self.0.push(c).map_err(|_| fmt::Error))
    }
}
