use super::Session;
use crate::lines::show;
use crate::{Error, MAX_STATS};
use akira_manage::{Parcel, Sink};
use core::fmt;
use embedded_io_async::{Read, Write};
use heapless::String;

/// Number of apps, and the memory that they use in total.
#[derive(Default)]
struct Totals {
    installed: usize,
    running: usize,
    used: u64,
    reserved: u64,
}

impl<S: Sink, IO: Read + Write> Session<'_, '_, S, IO> {
    pub(super) async fn stats(&mut self) -> Result<(), Error<IO::Error>> {
        let ms = self.apps.clock().now().as_millis();
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
        self.apps.each(&mut |app| {
            totals.installed += 1;
            if app.started.is_some() {
                totals.running += 1;
                totals.used = totals.used.saturating_add(app.memory_bytes);
                totals.reserved = totals.reserved.saturating_add(app.memory_bytes_max);
            }
        });
        totals
    }

    async fn show_totals(&mut self) -> Result<(), Error<IO::Error>> {
        let (totals, capacity) = (self.totals(), self.apps.capacity());
        self.terminal
            .line(format_args!(
                "apps: {} of {} running, {} of {} installed",
                totals.running, capacity.running_max, totals.installed, capacity.installed_max
            ))
            .await?;
        let free = capacity.memory_bytes.saturating_sub(totals.reserved);
        self.terminal
            .line(format_args!(
                "app memory: {} bytes used, {} reserved, {free} of {} free",
                totals.used, totals.reserved, capacity.memory_bytes
            ))
            .await?;
        self.terminal
            .line(format_args!(
                "run: {} bytes of each app's reservation",
                capacity.run_bytes
            ))
            .await
    }

    /// Shows, for each app that has written to flash, the bytes written and the rest of its hourly
    /// budget.
    async fn show_flash(&mut self) -> Result<(), Error<IO::Error>> {
        let apps = self.apps;
        show(self.terminal, |lines| {
            apps.each(&mut |app| {
                let (per_hour, left) = app.write_budget;
                if app.written > 0 {
                    lines.add(format_args!(
                        "flash: {} wrote {} bytes, {left} of {per_hour} per hour are left",
                        app.name, app.written
                    ));
                }
            });
        })
        .await
    }

    async fn show_upload(&mut self) -> Result<(), Error<IO::Error>> {
        let Some((Parcel { name, size, .. }, received)) = self.sink.progress() else {
            return Ok(());
        };
        self.terminal
            .line(format_args!(
                "upload: {received} of {size} bytes of {name} received"
            ))
            .await
    }

    async fn show_board(&mut self) -> Result<(), Error<IO::Error>> {
        let Some(stats) = self.config.stats else {
            return Ok(());
        };
        let mut text = Bounded(String::new());
        // An error means that the text is full or that the board failed; the text so far is shown.
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

/// Text that is cut when it is full.
struct Bounded(String<MAX_STATS>);

impl fmt::Write for Bounded {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        text.chars()
            .try_for_each(|c| self.0.push(c).map_err(|_| fmt::Error))
    }
}
