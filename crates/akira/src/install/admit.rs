//! Installation of a verified package.

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

/// A verified app that may be admitted, unless the trusted keys or the installed version change
/// before the installation.
#[derive(Clone, Debug)]
pub(super) struct Checked {
    pub(super) arrival: Arrival,
    pub(super) package: Package,
    facts: Facts,
}

/// Data to store with an image in addition to its package.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Extras<'a> {
    /// Manifest in a separate file beside the module; `None` if there was no such file.
    pub(super) sidecar: Option<&'a [u8]>,
    /// Place of this manifest in the image.
    pub(super) manifest: Part,
    /// Capabilities that the operator grants and denies in addition to the manifest.
    pub(super) grant: CapabilitySet,
    pub(super) deny: CapabilitySet,
}

impl<'a> Extras<'a> {
    /// Returns the options for the installation of an app with these extras.
    fn options(&self, arrival: &'a Arrival) -> InstallOptions<'a> {
        arrival
            .options()
            .with_sidecar(self.sidecar)
            .with_grant(self.grant)
            .with_deny(self.deny)
    }
}

impl<B: Board, E: Engine, F: NorFlash, const RECORDS: usize> Library<B, E, F, RECORDS> {
    /// Decides on the terms of a verified package: the signer and the limits under which it may be
    /// admitted. `image` is its module.
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

    /// Sets the terms under which an app may currently be admitted, and returns the record to store
    /// for it.
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

    /// Rejects a name that belongs to an app of the firmware.
    pub(super) fn check_owner(&self, name: &str) -> Result<(), Error> {
        match self.runtime.app(name) {
            Some(_) if !self.keeps(name) => Err(Error::Firmware),
            _ => Ok(()),
        }
    }

    /// Reads an app's name and requests from its manifest. Uses `announced` if the manifest
    /// contains no name.
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

    /// Makes a verified image the current version of its app, and replaces the previous version in
    /// the runtime. If the image is not admitted, removes it from the flash.
    pub(super) async fn adopt(
        &self,
        writer: ImageWriter,
        mut checked: Box<Checked>,
        extras: &Extras<'_>,
    ) -> Result<Rc<str>, Error> {
        let _turn = self.shared.turn.lock().await;
        self.validate(&checked.arrival, extras).await?;
        let mut store = self.store.lock().await;
        // Another transfer may have taken the image's place on flash. Then this read fails, and the
        // image is not examined.
        store.read_back(&writer, 0, &mut []).await?;
        let name = checked.arrival.name;
        let adopted = self
            .exchange(&mut store, writer, &mut checked, extras)
            .await;
        if adopted.is_err() {
            // If the removal fails, the next transfer of the app removes the image.
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
            // Once the app is installed, the operator's setting counts; until then, the manifest's.
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
        // From here on, the new version is the current one. The image of the old version stays on
        // flash until the new one is confirmed. The future is boxed, so that its frame does not
        // enlarge the future that admits an app.
        Box::pin(self.replace(store, arrival.image.clone(), &options)).await
    }

    /// Admits an image. Returns the details to store for it, and whether its manifest asks for
    /// autostart.
    // An admission takes 2 KiB of stack, which the callers' futures must not hold while the flash
    // is written.
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

    /// Installs an image in the runtime. An app that ran before is started again, and comes to the
    /// foreground if it was there.
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
        // Cannot fail: the app was installed in the call above.
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

    /// Starts an app whose version was replaced. The start is counted first, in case the device
    /// resets during it.
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
        // If the start failed, the next look at the app handles it.
        Ok(())
    }

    /// Adds an app to the watched apps, or replaces its state.
    pub(super) fn keep(&self, new: Kept) {
        self.forget_left_out(&new.name);
        let mut kept = self.shared.kept.borrow_mut();
        match kept.iter_mut().find(|old| old.name == new.name) {
            Some(old) => *old = new,
            None => kept.push(new),
        }
    }

    /// Removes an app from the watched apps.
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

    /// Stops an app and removes it with its images, its files and the settings under its name.
    ///
    /// # Errors
    ///
    /// [`Error::Unknown`] if no app has this name, [`Error::Firmware`] if the app is part of the
    /// firmware. [`Error::Store`] if the flash fails; the app is stopped in that case.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves the app either installed, perhaps stopped, or completely removed.
    pub async fn uninstall(&self, name: &str) -> Result<(), Error> {
        let _turn = self.shared.turn.lock().await;
        self.check_owner(name)?;
        let name = AppName::installed(name).ok_or(Error::Unknown)?;
        let mut store = self.store.lock().await;
        // The runtime must forget the app first: files that the app wrote during the removal would
        // remain, and removing the record frees the place of the image on flash.
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

    /// Resets an app to its state after installation: stops it, and removes all files that it
    /// wrote.
    ///
    /// # Errors
    ///
    /// [`Error::Unknown`] if no app has this name. [`Error::Store`] if the flash fails; the app is
    /// stopped in that case.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves either all of the files or none. The app may be stopped.
    pub async fn reset(&self, name: &str) -> Result<(), Error> {
        let _turn = self.shared.turn.lock().await;
        let mut store = self.store.lock().await;
        // The app must be stopped first: files that it wrote during the removal would remain.
        self.runtime.stop(name)?;
        Ok(store.clear_folder(name).await?)
    }

    /// Sets whether an app starts with the device. For an app that is part of the firmware, the
    /// setting lasts until the device restarts.
    ///
    /// # Errors
    ///
    /// [`Error::Unknown`] if no app has this name, [`Error::Store`] if the flash fails.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves either the old setting or the new one.
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

/// Returns the record of the app's installed version; `None` if the app is not installed.
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
