//! Implements the interface of `akira-manage`, through which links manage apps.

use crate::admission::{Admission, ImportStatus, InstallError, InstallOptions};
use crate::board::Board;
use crate::change::Change;
use crate::engine::Engine;
use crate::entry::AppInfo;
use crate::intake::Arrival;
use crate::runtime::{Runtime, StartError, UnknownApp};
use akira_abi::Clock;
use akira_abi::caps::{CapabilitySet, name_of};
use akira_manage::{App, Apps, Capacity, Fate, Finding, Pending, Refusal, RefusalKind, Refused};
use alloc::boxed::Box;
use core::fmt::Display;

impl<B: Board, E: Engine> Apps for Runtime<B, E> {
    fn clock(&self) -> &dyn Clock {
        self.board().clock()
    }

    fn capacity(&self) -> Capacity {
        let config = self.config();
        Capacity::default()
            .with_installed(config.installed_max)
            .with_running(config.running_max)
            .with_memory(config.memory_bytes, Self::bytes_of_a_run())
    }

    fn each(&self, show: &mut dyn FnMut(&App<'_>)) {
        for info in self.apps() {
            show(&shown(&info));
        }
    }

    fn find(&self, name: &str, show: &mut dyn FnMut(&App<'_>)) -> bool {
        let info = self.app(name);
        if let Some(info) = &info {
            show(&shown(info));
        }
        info.is_some()
    }

    fn start(&self, name: &str) -> Result<(), Refused> {
        self.open(name)?;
        Ok(())
    }

    fn restart(&self, name: &str) -> Result<(), Refused> {
        Self::restart(self, name)?;
        Ok(())
    }

    fn stop(&self, name: &str) -> Result<(), Refused> {
        Ok(Self::stop(self, name)?)
    }

    fn describe(&self, name: &str, tell: &mut dyn FnMut(&Finding<'_>)) -> Result<(), Refused> {
        let installed = self.app(name).zip(self.image(name));
        let (info, image) = installed.ok_or(UnknownApp)?;
        // The entry keeps the image and its grant, but not the install options: reproduce the grant
        // by denying every other capability.
        let granted = info.grant.capabilities;
        let options = InstallOptions::default()
            .with_name(name)
            .with_grant(granted)
            .with_deny(CapabilitySet::from_bits(!granted.bits()));
        // Matched in place: an admission is 2 KiB.
        match &mut self.inspect(image.bytes(), &options) {
            Ok(admission) => {
                self.describe_app(admission, info.image_bytes, tell);
                self.describe_extra(admission, tell);
                Ok(())
            }
            Err(error) => Err(taken(error).into()),
        }
    }

    fn uninstall<'a>(&'a self, name: &'a str) -> Pending<'a> {
        Box::pin(async move { Ok(Self::uninstall(self, name)?) })
    }

    fn set_autostart<'a>(&'a self, name: &'a str, autostart: bool) -> Pending<'a> {
        Box::pin(async move { Ok(Self::set_autostart(self, name, autostart)?) })
    }
}

impl<B: Board, E: Engine> Runtime<B, E> {
    /// Reports what a received app requests, what it would get, and how it differs from the
    /// installed version. Calls `tell` for each finding. Installers use it to implement
    /// [`Sink::describe`](akira_manage::Sink::describe).
    ///
    /// # Errors
    ///
    /// [`InstallError`] if the app would not be admitted.
    pub fn describe_arrival(
        &self,
        arrival: &Arrival,
        tell: &mut dyn FnMut(&Finding<'_>),
    ) -> Result<(), InstallError> {
        let image = arrival.image.bytes();
        let options = arrival.options();
        // Matched in place: an admission is 2 KiB.
        match &mut self.inspect(image, &options) {
            Ok(admission) => {
                self.describe_app(admission, image.len(), tell);
                tell(&Finding::Signer(admission.signer));
                self.describe_changes(admission, tell);
                Ok(())
            }
            Err(error) => Err(taken(error)),
        }
    }

    fn describe_app(
        &self,
        admission: &Admission<'_>,
        bytes: usize,
        tell: &mut dyn FnMut(&Finding<'_>),
    ) {
        tell(&Finding::App {
            name: &admission.name,
            version: &admission.manifest.version,
            bytes,
        });
        let mut answers = admission.capabilities().peekable();
        if !admission.manifest.is_present() {
            tell(&Finding::NoManifest);
        } else if answers.peek().is_none() {
            tell(&Finding::NoCapability);
        }
        answers.for_each(|answer| tell(&Finding::Capability(answer)));
        describe_imports::<B>(admission, tell);
        let newer = admission.newer.as_ref();
        newer.inspect(|newer| tell(&Finding::Warning(newer)));
        for warning in admission.manifest.warnings() {
            tell(&Finding::Warning(&warning));
        }
        tell(&Finding::Memory {
            linear: admission.memory.linear_bytes,
            engine: admission.memory.engine_bytes,
            runtime: admission.memory.host_bytes,
            available: self.config().memory_bytes,
        });
    }

    fn describe_changes(&self, admission: &Admission<'_>, tell: &mut dyn FnMut(&Finding<'_>)) {
        let Some(installed) = self.app(&admission.name) else {
            return;
        };
        let vendors = self.config().policy.vendors;
        for difference in Change::new(&installed, admission, vendors).differences() {
            tell(&Finding::Difference(&difference));
        }
    }

    /// Reports the capabilities that an app was granted without requesting them in its manifest.
    fn describe_extra(&self, admission: &Admission<'_>, tell: &mut dyn FnMut(&Finding<'_>)) {
        let answers = admission.capabilities();
        let asked = answers.fold(CapabilitySet::EMPTY, |asked, answer| {
            asked.union(answer.verdict.granted())
        });
        let vendors = self.config().policy.vendors;
        let extra = admission.grant.capabilities.difference(asked);
        for bit in extra.bit_numbers() {
            tell(&Finding::Extra(name_of(bit, vendors).unwrap_or("?")));
        }
    }
}

/// Reports the imports that the board does not implement, and those that need a capability which
/// the manifest does not request.
fn describe_imports<B: Board>(admission: &Admission<'_>, tell: &mut dyn FnMut(&Finding<'_>)) {
    // Admission has parsed all imports, so none is malformed.
    let imports = admission.imports::<B>().into_iter().flatten().flatten();
    for (import, status) in imports {
        let fate = match status {
            ImportStatus::Offered => {
                if let Some(needed) = admission.unasked::<B>(&import) {
                    tell(&Finding::Unasked {
                        module: import.module,
                        name: import.name,
                        needed,
                    });
                }
                continue;
            }
            ImportStatus::Absent => Fate::NotSupported,
            ImportStatus::Refused => Fate::Refused,
            ImportStatus::Unknown => Fate::EndsTheApp,
        };
        tell(&Finding::Import {
            module: import.module,
            name: import.name,
            fate,
        });
    }
}

/// Moves an error out of its place, and leaves a placeholder there that nothing reads.
fn taken(error: &mut InstallError) -> InstallError {
    core::mem::replace(error, InstallError::Exists)
}

fn shown(info: &AppInfo) -> App<'_> {
    let run = info.run.as_ref();
    let mut app = App::new(&info.name);
    app.version = &info.version;
    app.signer = info.signer.as_deref();
    app.state = info.state.name();
    app.started = run.map(|run| run.started);
    app.memory_bytes = run.map_or(0, |run| run.memory_bytes);
    app.memory_bytes_max = info.memory_bytes_max;
    app.fuel = run.map_or(0, |run| run.fuel);
    app.crashes = info.crashes;
    app.exit = info.exit.as_ref().map(|exit| exit as &dyn Display);
    app.is_due = info.is_due;
    app.autostart = info.autostart;
    app.held = info.held.as_ref().map(|held| held as &dyn Display);
    app.written = info.writes.used();
    app.write_budget = (info.writes.per_hour(), info.writes.left());
    app
}

impl Refusal for UnknownApp {
    fn kind(&self) -> RefusalKind {
        RefusalKind::NotFound
    }
}

impl Refusal for StartError {
    fn kind(&self) -> RefusalKind {
        match self {
            Self::Unknown => RefusalKind::NotFound,
            Self::Running | Self::TooMany { .. } => RefusalKind::Conflict,
            Self::Memory { .. } => RefusalKind::NoRoom,
            Self::Module(_) | Self::Load(_) => RefusalKind::Failed,
        }
    }
}

impl Refusal for InstallError {
    fn kind(&self) -> RefusalKind {
        match self {
            Self::Full { .. } | Self::Memory { .. } | Self::ImageTooLarge { .. } => {
                RefusalKind::NoRoom
            }
            Self::Exists => RefusalKind::Conflict,
            Self::Refused(_) | Self::Import { .. } => RefusalKind::Forbidden,
            Self::Module(_)
            | Self::Manifest(_)
            | Self::Incompatible(_)
            | Self::Name
            | Self::Engine(_) => RefusalKind::Invalid,
        }
    }
}
