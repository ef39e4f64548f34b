//! The way from a verified package to an installed app.

use super::kept::Kept;
use super::{Error, Library};
use crate::abi::caps::{AppName, CapabilitySet, Manifest, Quotas, resolve};
use crate::engine::Engine;
use crate::module::Module;
use crate::store::{self, Details, FileQuota, ImageWriter, Part, Store};
use crate::{Arrival, Board, Image, InstallError, InstallOptions};
use akira_package::{Facts, Installed, KeyId, Package};
use alloc::boxed::Box;
use alloc::rc::Rc;
use embedded_storage_async::nor_flash::NorFlash;

/// A verified app that may be admitted, as long as the trusted keys and the installed version do not change.
#[derive(Clone, Debug)]
pub(super) struct Checked {
    pub(super) arrival: Arrival,
    pub(super) package: Package,
    facts: Facts,
}

/// Data to store with an image in addition to its package.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Extras<'a> {
    /// Sidecar manifest: a separate file beside the module.
    pub(super) sidecar: Option<&'a [u8]>,
    /// Where the manifest lies in the image.
    pub(super) manifest: Part,
    /// Capabilities that the operator adds and denies.
    pub(super) grant: CapabilitySet,
    pub(super) deny: CapabilitySet,
}

impl<'a> Extras<'a> {
    /// Returns the options to install an app with these extras.
    fn options(&self, arrival: &'a Arrival) -> InstallOptions<'a> {
        arrival
            .options()
            .with_sidecar(self.sidecar)
            .with_grant(self.grant)
            .with_deny(self.deny)
    }
}

impl<B: Board, E: Engine, F: NorFlash, const RECORDS: usize> Library<B, E, F, RECORDS> {
    /// Decides on what terms a verified package may be admitted; `image` is its module.
    pub(super) async fn consider(
        &self,
        package: &Package,
        image: Image,
        announced: Option<AppName>,
        sidecar: Option<&[u8]>,
    ) -> Result<Box<Checked>, Error> {
        let (facts, name) = self.facts(&image, announced, sidecar)?;
        // On the heap, because several futures hold it.
        let mut checked = Box::new(Checked {
            arrival: Arrival {
                name,
                image,
                signer: None,
                ceiling: CapabilitySet::EMPTY,
                limits: Quotas::default(),
            },
            package: package.clone(),
            facts,
        });
        let mut store = self.store.lock().await;
        self.settle(&mut store, &mut checked).await?;
        Ok(checked)
    }

    /// Sets the terms on which an app may be admitted now, and returns the record to store for it.
    async fn settle(
        &self,
        store: &mut Store<F, RECORDS>,
        checked: &mut Checked,
    ) -> Result<Installed, Error> {
        let name = checked.arrival.name;
        self.check_owner(&name)?;
        let installed = installed(store, &name).await?;
        self.set_terms(checked, installed.as_ref())
    }

    // Separate from the future that admits the app, whose frame would hold the terms all the time.
    #[inline(never)]
    fn set_terms(
        &self,
        checked: &mut Checked,
        installed: Option<&Installed>,
    ) -> Result<Installed, Error> {
        let arrival = &mut checked.arrival;
        let trust = self.trust();
        let terms = trust.terms(&checked.package, &checked.facts, installed)?;
        let signer = terms.record.signer.and_then(|id| trust.find(&id));
        arrival.signer = signer.map(|key| key.name);
        (arrival.ceiling, arrival.limits) = (terms.ceiling, terms.limits);
        Ok(terms.record)
    }

    /// Refuses the name of an app that is part of the firmware.
    pub(super) fn check_owner(&self, name: &str) -> Result<(), Error> {
        match self.runtime.app(name) {
            Some(_) if !self.keeps(name) => Err(Error::Firmware),
            _ => Ok(()),
        }
    }

    /// Reads an app's name and requests from its manifest.
    #[inline(never)]
    pub(super) fn facts(
        &self,
        image: &Image,
        announced: Option<AppName>,
        sidecar: Option<&[u8]>,
    ) -> Result<(Facts, AppName), Error> {
        let module = Module::parse(image.bytes()).map_err(InstallError::Module)?;
        let manifest = match module.manifest().or(sidecar) {
            Some(text) => Manifest::parse(text).map_err(InstallError::Manifest)?,
            None => Manifest::default(),
        };
        let name = manifest.name.or(announced).ok_or(InstallError::Name)?;
        let vendors = self.runtime.config().policy.vendors;
        let asks = manifest.capabilities.iter();
        let asks = asks.filter_map(|asked| {
            let asked = asked.to_text::<{ akira_runtime::abi::caps::MAX_NAME }>();
            resolve(&asked.ok()?, vendors)
        });
        let facts = Facts {
            name,
            version: manifest.version,
            asks: asks.fold(CapabilitySet::EMPTY, CapabilitySet::union),
            quotas: manifest.quotas,
        };
        Ok((facts, name))
    }

    /// Makes a verified image the current version of its app, and replaces the old version in the runtime. If the image
    /// is not admitted, it is removed completely.
    pub(super) async fn adopt(
        &self,
        writer: ImageWriter,
        mut checked: Box<Checked>,
        extras: &Extras<'_>,
    ) -> Result<Rc<str>, Error> {
        let _turn = self.shared.turn.lock().await;
        self.validate(&checked.arrival, extras).await?;
        let mut store = self.store.lock().await;
        // Another transfer may own the place by now; then the image must not be examined.
        store.read_back(&writer, 0, &mut []).await?;
        let name = checked.arrival.name;
        let adopted = self
            .exchange(&mut store, writer, &mut checked, extras)
            .await;
        if adopted.is_err() {
            // If it cannot be removed now, the next transfer of the app removes it.
            let _ = store.abort(&name).await;
        }
        adopted
    }

    /// Validates an app's code, while apps run and can access their files.
    async fn validate(&self, arrival: &Arrival, extras: &Extras<'_>) -> Result<(), Error> {
        let options = extras.options(arrival);
        Ok(self.runtime.validate(&arrival.image, &options).await?)
    }

    async fn exchange(
        &self,
        store: &mut Store<F, RECORDS>,
        writer: ImageWriter,
        checked: &mut Checked,
        extras: &Extras<'_>,
    ) -> Result<Rc<str>, Error> {
        // The trusted keys or the installed version may have changed in the meantime.
        let record = self.settle(store, checked).await?;
        let arrival = &checked.arrival;
        let options = extras.options(arrival).with_validated(true);
        let (details, autostart) = self.details(checked, record, &options, extras)?;
        self.check_share(store, &arrival.name, &details).await?;
        let before = store.app(&arrival.name).await?;
        if before.is_none_or(|app| app.current.is_none()) {
            // The operator's setting counts once the app is installed; until then, the manifest's does.
            store.set_autostart(&arrival.name, autostart).await?;
        }
        let known = self.kept(&arrival.name);
        let old = known.unwrap_or(Kept::new(arrival.name, arrival.limits, false));
        self.keep(Kept {
            changes: true,
            ..old
        });
        if let Err(error) = store.commit(writer, &details).await {
            match known {
                Some(known) => self.keep(known),
                None => self.let_go(&arrival.name),
            }
            return Err(error.into());
        }
        // From here on the new version is the app. The old version's image stays on flash until this one is confirmed.
        // Boxed, so that its frame does not enlarge the future that admits an app.
        Box::pin(self.replace(store, arrival.image.clone(), &options)).await
    }

    /// Admits an image, and returns the details to store for it and whether its manifest asks for autostart.
    // An admission takes 2 KiB of stack, which the callers' futures must not hold while the flash is written.
    #[inline(never)]
    fn details(
        &self,
        checked: &Checked,
        record: Installed,
        options: &InstallOptions<'_>,
        extras: &Extras<'_>,
    ) -> Result<(Details, bool), Error> {
        let image = &checked.arrival.image;
        self.runtime.check(image, options)?;
        let admission = self.runtime.inspect(image.bytes(), options)?;
        let payload = &checked.package.payload;
        let details = Details {
            version: record.version,
            granted: admission.grant.capabilities,
            signer: record.signer.map(|key| key.0),
            security_counter: record.security_counter,
            quota: FileQuota {
                bytes: admission.grant.quotas.storage,
                ..FileQuota::default()
            },
            payload: Part {
                start: payload.start,
                size: payload.end.saturating_sub(payload.start),
            },
            manifest: extras.manifest,
            ..Details::default()
        };
        Ok((details, admission.manifest.autostart))
    }

    /// Installs an image in the runtime; an app that ran before is started again, in the foreground if it was there.
    pub(super) async fn replace(
        &self,
        store: &mut Store<F, RECORDS>,
        image: Image,
        options: &InstallOptions<'_>,
    ) -> Result<Rc<str>, Error> {
        let name = options.name.unwrap_or_default();
        let run = self.runtime.app(name).and_then(|app| app.run);
        let is_front = run.is_some_and(|run| self.runtime.foreground() == Some(run.id));
        let name = self.runtime.install(image, options)?;
        let Some(name_on_flash) = AppName::new(&name) else {
            return Ok(name);
        };
        let app = store.app(&name_on_flash).await?;
        let autostart = app.is_some_and(|app| app.autostart);
        // It was installed just now, so it exists.
        let _ = self.runtime.set_autostart(&name, autostart);
        self.keep(Kept::new(
            name_on_flash,
            options.limits,
            app.is_some_and(|app| !app.confirmed),
        ));
        if run.is_some() {
            self.start_again(store, &name_on_flash, is_front).await?;
        }
        Ok(name)
    }

    /// Starts an app whose version was replaced. The start is counted first, in case the device goes down with it.
    pub(super) async fn start_again(
        &self,
        store: &mut Store<F, RECORDS>,
        name: &AppName,
        to_front: bool,
    ) -> Result<(), store::Error> {
        let kept = self.kept(name).filter(|kept| kept.on_trial);
        let is_noted = match kept {
            Some(kept) => kept.is_counted_ahead || self.count_start(store, name).await?,
            None => false,
        };
        let started = match to_front {
            true => self.runtime.bring_to_front(name),
            false => self.runtime.start(name),
        };
        if let (Ok(run), true) = (started, kept.is_some()) {
            self.update(name, |kept| kept.note_start(run, is_noted));
        }
        // The next look judges an app that could not be started.
        Ok(())
    }

    /// Watches an app from now on, and replaces its earlier state.
    pub(super) fn keep(&self, new: Kept) {
        self.forget_left_out(&new.name);
        let mut kept = self.shared.kept.borrow_mut();
        match kept.iter_mut().find(|old| old.name == new.name) {
            Some(old) => *old = new,
            None => kept.push(new),
        }
    }

    /// Stops watching an app.
    pub(super) fn let_go(&self, name: &AppName) {
        self.forget_left_out(name);
        let mut kept = self.shared.kept.borrow_mut();
        kept.retain(|kept| kept.name != *name);
    }

    pub(super) fn update(&self, name: &AppName, change: impl FnOnce(&mut Kept)) {
        let mut kept = self.shared.kept.borrow_mut();
        if let Some(kept) = kept.iter_mut().find(|kept| kept.name == *name) {
            change(kept);
        }
    }

    /// Returns the state of a watched app.
    pub(super) fn kept(&self, name: &AppName) -> Option<Kept> {
        let kept = self.shared.kept.borrow();
        kept.iter().find(|kept| kept.name == *name).copied()
    }

    /// Stops and removes an app: its images, its files and the settings under its name.
    ///
    /// # Errors
    ///
    /// [`Error::Unknown`] if no app has this name, [`Error::Firmware`] if it is part of the firmware, [`Error::Store`]
    /// if the flash fails; the app is then stopped.
    ///
    /// # Cancel safety
    ///
    /// A drop leaves the app installed, perhaps stopped, or removes it completely.
    pub async fn uninstall(&self, name: &str) -> Result<(), Error> {
        let _turn = self.shared.turn.lock().await;
        self.check_owner(name)?;
        let name = AppName::installed(name).ok_or(Error::Unknown)?;
        let mut store = self.store.lock().await;
        // Uninstalls it from the runtime first: files that it wrote during the removal would remain, and removal of the
        // record frees its image's place.
        let _ = self.runtime.uninstall(&name);
        match store.uninstall(&name).await {
            Err(store::Error::NotFound) => return Err(Error::Unknown),
            Err(error) => {
                Box::pin(self.restore(&mut store, &name)).await;
                return Err(error.into());
            }
            Ok(()) => {}
        }
        self.let_go(&name);
        Ok(())
    }

    /// Resets an app to its state after installation: stops it, and removes all files that it wrote.
    ///
    /// # Errors
    ///
    /// [`Error::Unknown`] if no app has this name, [`Error::Store`] if the flash fails; the app is then stopped.
    ///
    /// # Cancel safety
    ///
    /// A drop leaves all of the files or none, and the app perhaps stopped.
    pub async fn reset(&self, name: &str) -> Result<(), Error> {
        let _turn = self.shared.turn.lock().await;
        let mut store = self.store.lock().await;
        // Files that it wrote during the removal would remain.
        self.runtime.stop(name)?;
        Ok(store.clear_folder(name).await?)
    }

    /// Sets whether an app starts with the device. For an app that is part of the firmware, the setting lasts until the
    /// device restarts.
    ///
    /// # Errors
    ///
    /// [`Error::Unknown`] if no app has this name, [`Error::Store`] if the flash fails.
    ///
    /// # Cancel safety
    ///
    /// A drop leaves it set or not.
    pub async fn set_autostart(&self, name: &str, autostart: bool) -> Result<(), Error> {
        let _turn = self.shared.turn.lock().await;
        if let Some(name) = AppName::new(name).filter(|name| self.keeps(name)) {
            self.store
                .lock()
                .await
                .set_autostart(&name, autostart)
                .await?;
        }
        Ok(self.runtime.set_autostart(name, autostart)?)
    }
}

/// Returns the record of the installed version.
async fn installed<F: NorFlash, const RECORDS: usize>(
    store: &mut Store<F, RECORDS>,
    name: &AppName,
) -> Result<Option<Installed>, Error> {
    let app = store.app(name).await?;
    let installed = app.and_then(|app| Some((app.current?, app.security_floor)));
    Ok(installed.map(|(image, floor)| Installed {
        version: image.details.version,
        security_counter: image.details.security_counter.max(floor),
        signer: image.details.signer.map(KeyId),
    }))
}
