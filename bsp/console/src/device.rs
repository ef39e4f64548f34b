//! Complete console: the board, the runtime and its apps.

mod advice;
mod report;
mod survey;

use crate::board::Parts;
use crate::catalogue::HOME;
use crate::keep::Apps;
use crate::protocol::{Report, Signer};
use crate::{Console, Hardware};
use akira::abi::caps::{AppName, Harmless};
use akira::engine::Wasmi;
use akira::install::{self, Offer};
use akira::log::Level;
use akira::{Arrival, Config, InstallOptions, Runtime, UnknownApp};
use akira_package::Purpose;
use alloc::collections::BTreeMap;
use alloc::rc::Rc;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::cell::RefCell;
use core::fmt;
use report::{changes, decisions, report, signer};

/// Console with its apps.
pub struct Device<H: Hardware> {
    library: Apps<H>,
    /// Names of the bundled apps.
    bundled: RefCell<Vec<Rc<str>>>,
    known: RefCell<BTreeMap<Rc<str>, survey::Known>>,
    loads: RefCell<survey::Loads>,
}

impl<H: Hardware> Device<H> {
    /// Creates a console from its parts. It has no apps until it is [booted](Self::boot).
    pub fn new(parts: Parts<H>, config: Config, library: install::Config) -> Self {
        let kept = parts.kept.clone();
        let console = Rc::new(Console::new(parts));
        let runtime = Runtime::with_engine(console, Wasmi, config);
        Self {
            library: Apps::<H>::new(runtime, kept, library),
            bundled: RefCell::default(),
            known: RefCell::default(),
            loads: RefCell::default(),
        }
    }

    /// Installs the bundled apps and starts the stored apps that start with the device. Then starts
    /// the launcher, if the configuration has a home app. A fault of one app is logged and does not
    /// prevent the others from starting.
    ///
    /// # Errors
    ///
    /// If the flash cannot be read. The bundled apps are installed even then.
    ///
    /// # Cancel safety
    ///
    /// After a drop, some of the apps are missing until the console is created again.
    pub async fn boot(&self, bundled: &'static [&'static [u8]]) -> Result<(), install::Error> {
        if self.library.config().is_developer() {
            let text = "developer mode: unsigned apps are accepted";
            self.note("", Level::Warn, format_args!("{text}"));
        }
        for image in bundled {
            match self.runtime().install(*image, &InstallOptions::trusted()) {
                Ok(name) => self.bundled.borrow_mut().push(name),
                Err(error) => {
                    let text = format_args!("a bundled app is not installed: {error}");
                    self.note("", Level::Error, text);
                }
            }
        }
        let booted = self.library.boot().await;
        if let Err(error) = &booted {
            self.note(
                "",
                Level::Error,
                format_args!("cannot read the apps on flash: {error}"),
            );
        }
        if self.runtime().config().home.is_some()
            && let Err(error) = self.runtime().start(HOME)
        {
            self.note(HOME, Level::Error, format_args!("not started: {error}"));
        }
        booted
    }

    /// Returns the library of stored apps.
    pub fn library(&self) -> &Apps<H> {
        &self.library
    }

    /// Returns the app manager.
    pub fn runtime(&self) -> &Runtime<Console<H>, Wasmi> {
        self.library.runtime()
    }

    /// Returns the board.
    pub fn console(&self) -> &Console<H> {
        self.runtime().board()
    }

    /// Writes a line of the console into the log: about an app, or about the console itself if `app` is empty.
    pub fn note(&self, app: &str, level: Level, text: fmt::Arguments<'_>) {
        self.console().note(app, level, text);
    }

    /// Returns the names of the keys whose apps the console accepts now.
    pub fn keys(&self) -> Vec<String> {
        let trust = self.library.trust();
        let good = trust.keys().filter(|key| {
            let usable = trust.check(&key.id(), Purpose::Install);
            usable.is_ok() && !key.ceiling.is_empty()
        });
        good.map(|key| key.name.to_string()).collect()
    }

    /// Changes the trusted keys, if the document is authorised to do so.
    ///
    /// # Errors
    ///
    /// Those of [`Library::rotate`](install::Library::rotate).
    ///
    /// # Cancel safety
    ///
    /// That of [`Library::rotate`](install::Library::rotate).
    pub async fn rotate(&self, document: &[u8]) -> Result<(), install::Error> {
        self.library.rotate(document).await?;
        let keys = self.keys().join(", ");
        let text = format_args!("trusted keys: {keys}");
        self.note("", Level::Info, text);
        Ok(())
    }

    /// Stops and removes an app with all its stored data.
    ///
    /// # Errors
    ///
    /// Those of [`Library::uninstall`](install::Library::uninstall).
    ///
    /// # Cancel safety
    ///
    /// That of [`Library::uninstall`](install::Library::uninstall).
    pub async fn uninstall(&self, name: &str) -> Result<(), install::Error> {
        self.library.uninstall(name).await?;
        self.console().watcher().changed();
        Ok(())
    }

    /// Returns why a stored app was left out when the console booted.
    pub fn why_left_out(&self, name: &str) -> Option<String> {
        let left_out = self.library.left_out().into_iter();
        let mut named = left_out.filter(|app| app.name.as_str() == name);
        named.next().map(|app| Harmless(app).to_string())
    }

    /// Returns the report that an install of this app would give, without installing it.
    ///
    /// # Errors
    ///
    /// [`install::Error`] if it would be refused.
    ///
    /// # Cancel safety
    ///
    /// A drop changes nothing.
    pub async fn inspect(&self, offer: &Offer<'_>) -> Result<Report, install::Error> {
        let arrival = self.library.review(offer).await?;
        self.judge(&arrival, &offer.options(&arrival))
    }

    /// Returns the report on an app that has been received completely.
    ///
    /// # Errors
    ///
    /// [`install::Error`] if it would be refused.
    pub fn judge(
        &self,
        arrival: &Arrival,
        options: &InstallOptions<'_>,
    ) -> Result<Report, install::Error> {
        let runtime = self.runtime();
        let image = arrival.image.bytes();
        let admission = runtime.inspect(image, options)?;
        let signer = signer(admission.signer);
        let mut report = report::<H>(&admission, image.len(), signer, runtime.config());
        if let Some(installed) = runtime.app(&admission.name) {
            report.replaces = Some(installed.version.to_string());
            report.changes = changes(&installed, &admission);
        }
        Ok(report)
    }

    /// Returns the report on an installed app.
    ///
    /// # Errors
    ///
    /// [`install::Error::Unknown`] if the app does not exist; other errors if its signer is no
    /// longer trusted or the flash fails.
    ///
    /// # Cancel safety
    ///
    /// A drop changes nothing.
    pub async fn report(&self, name: &str) -> Result<Report, install::Error> {
        let runtime = self.runtime();
        let installed = runtime.app(name).zip(runtime.image(name));
        let (info, image) = installed.ok_or(UnknownApp)?;
        let is_bundled = self.is_bundled(&info.name);
        let standing = match is_bundled {
            true => None,
            false => Some(self.library.standing(name).await?),
        };
        let options = standing
            .as_ref()
            .map_or_else(InstallOptions::trusted, |it| it.options());
        let admission = runtime.inspect(image.bytes(), &options)?;
        let signer = match is_bundled {
            true => Signer::Firmware,
            false => signer(info.signer.as_deref()),
        };
        let stored = self.library.store().lock().await.folder_used(name).await;
        Ok(Report {
            stored: stored.unwrap_or_default(),
            capabilities: decisions(&admission, info.grant.capabilities),
            ..report::<H>(&admission, image.bytes().len(), signer, runtime.config())
        })
    }

    /// Returns whether an app is bundled with the console.
    fn is_bundled(&self, name: &str) -> bool {
        self.bundled.borrow().iter().any(|known| **known == *name)
    }

    /// Returns the image of a stored app; `None` if its record cannot be read.
    async fn current_image(&self, name: &AppName) -> Option<akira::store::StoredImage> {
        let mut store = self.library.store().lock().await;
        let app = store.app(name).await.ok()?;
        app.and_then(|app| app.current)
    }
}

impl<H: Hardware> fmt::Debug for Device<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Device")
            .field("library", &self.library)
            .finish_non_exhaustive()
    }
}
