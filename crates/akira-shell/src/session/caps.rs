//! What an app asks for and what it gets.

use super::Session;
use crate::Error;
use akira_runtime::abi::caps::{Answer, CapabilitySet, Verdict, name_of};
use akira_runtime::{Admission, Change, ImportStatus, InstallOptions, Installer};
use embedded_io_async::{Read, Write};

impl<I: Installer, IO: Read + Write> Session<'_, '_, I, IO> {
    pub(super) async fn caps(&mut self, name: &str) -> Result<(), Error<IO::Error>> {
        let runtime = self.runtime;
        let (Some(info), Some(image)) = (runtime.app(name), runtime.image(name)) else {
            return self.refuse_app(name).await;
        };
        // The image and what was given to it are kept, not who installed it: what it was not given is denied here.
        let given = info.grant.capabilities;
        let options = InstallOptions::default()
            .with_name(name)
            .with_grant(given)
            .with_deny(CapabilitySet::from_bits(!given.bits()));
        // Matched in place: an admission is 2 KiB, and what is moved here lies in the future twice.
        let inspected = runtime.inspect(image.bytes(), &options);
        match &inspected {
            Ok(admission) => {
                self.report(admission, info.image_bytes).await?;
                self.report_extra(admission).await?;
                self.done().await
            }
            Err(error) => self.refuse(format_args!("{name}: {error}")).await,
        }
    }

    /// Says what an app is, and what it would get.
    pub(super) async fn report(
        &mut self,
        admission: &Admission<'_>,
        size: usize,
    ) -> Result<(), Error<IO::Error>> {
        let (name, version) = (admission.name, &admission.manifest.version);
        let gap = if version.is_empty() { "" } else { " " };
        self.terminal
            .line(format_args!("{name}{gap}{version}  ({size} bytes)"))
            .await?;
        self.report_capabilities(admission).await?;
        self.report_imports(admission).await?;
        self.report_warnings(admission).await?;
        self.report_memory(admission).await
    }

    async fn report_capabilities(
        &mut self,
        admission: &Admission<'_>,
    ) -> Result<(), Error<IO::Error>> {
        let mut none = true;
        for answer in admission.capabilities() {
            none = false;
            self.report_answer(&answer).await?;
        }
        if none {
            self.terminal
                .line(format_args!("  asks for no capability"))
                .await?;
        }
        Ok(())
    }

    async fn report_answer(&mut self, answer: &Answer<'_>) -> Result<(), Error<IO::Error>> {
        let mark = match answer.verdict {
            Verdict::Granted(_) => '+',
            Verdict::Partly { .. } => '~',
            Verdict::Unknown => '?',
            _ => '-',
        };
        self.terminal.line(format_args!("  {mark} {answer}")).await
    }

    async fn report_imports(&mut self, admission: &Admission<'_>) -> Result<(), Error<IO::Error>> {
        // Admission has read them all, so none is malformed.
        for (import, status) in admission
            .imports::<I::Board>()
            .into_iter()
            .flatten()
            .flatten()
        {
            let fate = match status {
                ImportStatus::Offered => continue,
                ImportStatus::Absent => "not on this device: returns -ENOSYS",
                ImportStatus::Refused => "serves attacks: returns -ENOTSUP",
                ImportStatus::Unknown => "unknown, or of another type: a call ends the app",
            };
            let (module, name) = (import.module, import.name);
            self.terminal
                .line(format_args!("  ! imports {module}.{name} ({fate})"))
                .await?;
        }
        Ok(())
    }

    async fn report_warnings(&mut self, admission: &Admission<'_>) -> Result<(), Error<IO::Error>> {
        if let Some(newer) = admission.newer {
            self.terminal.line(format_args!("  ! {newer}")).await?;
        }
        for warning in admission.manifest.warnings() {
            self.terminal.line(format_args!("  ! {warning}")).await?;
        }
        Ok(())
    }

    async fn report_memory(&mut self, admission: &Admission<'_>) -> Result<(), Error<IO::Error>> {
        let worst_case = admission.memory.total().div_ceil(1024);
        let limit = self.runtime.config().memory_bytes / 1024;
        self.terminal
            .line(format_args!(
                "  memory: up to {worst_case} KiB of {limit} KiB"
            ))
            .await
    }

    /// Says who signed an app that comes, and what it changes of the one that is installed.
    pub(super) async fn report_origin(
        &mut self,
        admission: &Admission<'_>,
    ) -> Result<(), Error<IO::Error>> {
        match admission.signer {
            Some(key) => {
                self.terminal
                    .line(format_args!("  signed by {key}"))
                    .await?
            }
            None => self.terminal.line(format_args!("  not signed")).await?,
        }
        let Some(installed) = self.runtime.app(&admission.name) else {
            return Ok(());
        };
        let vendors = self.runtime.config().policy.vendors;
        for difference in Change::new(&installed, admission, vendors).differences() {
            self.terminal.line(format_args!("  * {difference}")).await?;
        }
        Ok(())
    }

    /// Says what an app gets without asking in its image.
    async fn report_extra(&mut self, admission: &Admission<'_>) -> Result<(), Error<IO::Error>> {
        let answers = admission.capabilities();
        let asked = answers.fold(CapabilitySet::EMPTY, |asked, answer| {
            asked.union(answer.verdict.granted())
        });
        let vendors = self.runtime.config().policy.vendors;
        let extra = admission.grant.capabilities.difference(asked);
        for bit in extra.bit_numbers() {
            let name = name_of(bit, vendors).unwrap_or("?");
            self.terminal
                .line(format_args!("  + {name}: granted without being asked for"))
                .await?;
        }
        Ok(())
    }
}
