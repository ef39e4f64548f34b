//! Admission of the apps on flash when the device starts.

use super::kept::Kept;
use super::{Error, Library, Standing};
use crate::abi::caps::{AppName, CapabilitySet};
use crate::engine::Engine;
use crate::store::{self, App, Area, Store, StoredImage};
use crate::{Board, Event, Held, Unfit};
use alloc::boxed::Box;
use alloc::vec::Vec;
use core::pin::Pin;
use embedded_storage_async::nor_flash::NorFlash;

impl<B: Board, E: Engine, F: NorFlash, const RECORDS: usize> Library<B, E, F, RECORDS> {
    /// Admits every app on flash, and starts the apps with autostart. Call it once, after the
    /// firmware's own apps are installed.
    ///
    /// If the device last went down before it had run for `healthy_after`, this function starts the
    /// apps one after the other, each after the previous app has run for that time. An app is
    /// [held](Held) if the device went down during `trials_max` of its starts. A held app stays
    /// installed, but does not start with the device until someone starts it by hand and it runs
    /// for that time, or until another version of it is installed.
    ///
    /// Each image is first compared with its hash. A new version that has failed its starts is
    /// rolled back if the previous version can run. An app whose image was changed, or whose signer
    /// is no longer trusted, is not installed in the runtime, but stays on flash. The board
    /// receives an event in both cases. An app loses capabilities that its signer's key may no
    /// longer grant.
    ///
    /// # Errors
    ///
    /// [`Error::Store`] if the flash fails as a whole or the name of an app is damaged; the apps
    /// whose names could be read are still admitted. [`Error::Trust`] if the stored keys cannot be
    /// read. The firmware's keys do not replace them, since some of those may have been revoked.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves only some of the apps admitted. Another call admits the rest.
    pub async fn boot(&self) -> Result<(), Error> {
        let _turn = self.shared.turn.lock().await;
        self.recall_keys().await?;
        let mut names = Vec::new();
        let listed = self.list(&mut names).await;
        for name in names {
            let mut store = self.store.lock().await;
            self.restore(&mut store, &name).await;
        }
        // If the flag cannot be written, only the search for an app that makes the device reset is
        // skipped at the next start.
        let _ = self.note_start().await;
        self.count_autostarts().await?;
        self.runtime.autostart();
        listed
    }

    /// Adds to `names` the names of the apps on flash that it does not contain yet, including apps
    /// whose record cannot be read.
    pub(super) async fn list(&self, names: &mut Vec<AppName>) -> Result<(), Error> {
        let mut store = self.store.lock().await;
        let each = |name| {
            if !names.contains(&name) {
                names.push(name);
            }
        };
        Ok(store.each_name(each).await?)
    }

    /// Admits an app as its record demands. Leaves it out if that fails.
    pub(super) async fn restore(&self, store: &mut Store<F, RECORDS>, name: &AppName) {
        if let Err(error) = self.try_restore(store, name).await {
            self.leave_out(name, &error);
        }
    }

    async fn try_restore(
        &self,
        store: &mut Store<F, RECORDS>,
        name: &AppName,
    ) -> Result<(), Error> {
        let app = store.app(name).await?;
        let Some(app) = app.filter(|app| app.current.is_some()) else {
            self.let_go(name);
            return Ok(());
        };
        if self.has_failed(&app) && app.previous.is_some() {
            match self.previous(store, &app).await {
                Ok(standing) => {
                    let unfit = self.unfit(&app);
                    return self
                        .return_to_previous(store, name, (standing, unfit))
                        .await;
                }
                Err(error) => self.say_not_rolled_back(name, &error),
            }
        }
        let changed = Err(Error::Store(store::Error::Corrupt(Area::Images)));
        let loaded = self.load(store, &app).await;
        if loaded == changed
            && let Ok(standing) = self.previous(store, &app).await
        {
            let terms = (standing, Unfit::Damaged);
            return self.return_to_previous(store, name, terms).await;
        }
        loaded
    }

    /// Removes from the runtime an app that is no longer admitted or cannot be read, and reports
    /// it. The app stays on flash.
    pub(super) fn leave_out(&self, name: &AppName, error: &Error) {
        // An app with this name that the library does not store is part of the firmware.
        if self.keeps(name) {
            let _ = self.runtime.uninstall(name);
            self.let_go(name);
        }
        self.forget_left_out(name);
        self.note_left_out(name, error);
        let name = name.as_str();
        self.runtime.announce(&Event::LeftOut { name, error });
    }

    pub(super) fn say_not_rolled_back(&self, name: &AppName, error: &Error) {
        let name = name.as_str();
        self.runtime.announce(&Event::NotRolledBack { name, error });
    }

    /// Returns whether the version on trial has used up its starts, or the device went down in
    /// `trials_max` starts of any version.
    pub(super) fn has_failed(&self, app: &App) -> bool {
        let most = self.config().trials_max;
        app.starts >= most || (!app.confirmed && app.crashes >= most)
    }

    /// Returns the reason why a version [has failed](Self::has_failed).
    pub(super) fn unfit(&self, app: &App) -> Unfit {
        if app.confirmed || app.crashes < self.config().trials_max {
            return Unfit::TookDeviceDown;
        }
        // The app is not loaded yet when the device starts.
        let seen = self.runtime.app(&app.name);
        Unfit::Failed(seen.and_then(|app| app.exit))
    }

    /// Checks that the previous version of an app can run, and returns its [`Standing`].
    pub(super) async fn previous(
        &self,
        store: &mut Store<F, RECORDS>,
        app: &App,
    ) -> Result<Standing, Error> {
        let previous = app.previous.ok_or(store::Error::NotFound)?;
        self.sound(store, &app.name, &previous).await
    }

    /// Makes the previous version of an app, which was checked, the current version, and admits it.
    // Rare, so its future is on the heap; otherwise its frame would enlarge the future that starts
    // the device.
    pub(super) fn return_to_previous<'a>(
        &'a self,
        store: &'a mut Store<F, RECORDS>,
        name: &'a AppName,
        terms: (Standing, Unfit),
    ) -> Pin<Box<dyn Future<Output = Result<(), Error>> + 'a>> {
        Box::pin(self.roll_back(store, name, terms))
    }

    async fn roll_back(
        &self,
        store: &mut Store<F, RECORDS>,
        name: &AppName,
        (standing, unfit): (Standing, Unfit),
    ) -> Result<(), Error> {
        // The new record frees the place of the new version on flash. If a later step fails, the
        // app is admitted as the record demands.
        let _ = self.runtime.uninstall(name);
        store.roll_back(name).await?;
        if let Some(app) = store.app(name).await? {
            self.admit(store, &app, standing).await?;
        }
        self.runtime.announce(&Event::RolledBack { name, unfit });
        Ok(())
    }

    /// Admits the current version of an app with the capabilities that it was installed with,
    /// limited to those that its signer's key may grant now.
    pub(super) async fn load(&self, store: &mut Store<F, RECORDS>, app: &App) -> Result<(), Error> {
        let image = app.current.ok_or(store::Error::NotFound)?;
        let standing = self.sound(store, &app.name, &image).await?;
        self.admit(store, app, standing).await
    }

    /// Checks that an image is unchanged since its installation and has a trusted signer, and
    /// returns its [`Standing`].
    async fn sound(
        &self,
        store: &mut Store<F, RECORDS>,
        name: &AppName,
        image: &StoredImage,
    ) -> Result<Standing, Error> {
        self.check_owner(name)?;
        store.verify_image(image).await?;
        self.stand(store, name, image).await
    }

    async fn admit(
        &self,
        store: &mut Store<F, RECORDS>,
        app: &App,
        standing: Standing,
    ) -> Result<(), Error> {
        let image = app.current.ok_or(store::Error::NotFound)?;
        let module = self.module_of(store, &image).await?;
        self.check_name(&app.name, &module, &standing)?;
        self.install_kept(app, &image, module, &standing)
    }

    /// Rejects an image whose manifest contains another name than its record: the runtime would
    /// replace the app with that name.
    fn check_name(
        &self,
        name: &AppName,
        module: &crate::Image,
        standing: &Standing,
    ) -> Result<(), Error> {
        let sidecar = standing.options().sidecar;
        let (_, manifest) = self.facts(module, Some(*name), sidecar)?;
        match manifest == *name {
            true => Ok(()),
            false => Err(Error::Name {
                announced: *name,
                manifest,
            }),
        }
    }

    // Separate from the code that starts the device, whose frame would hold the admission while the
    // flash is read.
    #[inline(never)]
    fn install_kept(
        &self,
        app: &App,
        image: &StoredImage,
        module: crate::Image,
        standing: &Standing,
    ) -> Result<(), Error> {
        let granted = image.details.granted.intersection(standing.ceiling);
        let options = standing
            .options()
            .with_ceiling(granted)
            .with_grant(granted)
            .with_deny(CapabilitySet::from_bits(!granted.bits()))
            .with_validated(true);
        let name = self.runtime.install(module, &options)?;
        // Cannot fail: the app was installed in the call above.
        let _ = self.runtime.set_autostart(&name, app.autostart);
        let on_trial = !app.confirmed || app.starts > 0;
        self.keep(Kept::new(app.name, standing.limits, on_trial));
        if self.has_failed(app) {
            let held = match !app.confirmed && app.crashes >= self.config().trials_max {
                true => Held::Failed,
                false => Held::TookDeviceDown,
            };
            self.hold(&app.name, held);
        }
        Ok(())
    }

    /// Counts the starts of new versions before they happen, in case the device resets during one
    /// of them.
    async fn count_autostarts(&self) -> Result<(), Error> {
        for name in self.about_to_prove() {
            self.store.lock().await.count_start(&name).await?;
            self.update(&name, |kept| {
                (kept.is_counted_ahead, kept.is_noted) = (true, true);
            });
        }
        Ok(())
    }

    fn about_to_prove(&self) -> Vec<AppName> {
        let starting = |kept: &&Kept| {
            let app = self.runtime.app(&kept.name);
            kept.on_trial && app.is_some_and(|app| app.autostart && app.held.is_none())
        };
        let kept = self.shared.kept.borrow();
        kept.iter().filter(starting).map(|kept| kept.name).collect()
    }
}
