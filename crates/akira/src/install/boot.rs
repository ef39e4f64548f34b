//! What is done with the apps on flash when the device starts.

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
    /// Lets in every app that is kept, and starts those that start with the device. Call it once, after the firmware's own
    /// apps were installed.
    ///
    /// If the device went down the last time before it had run for `healthy_after`, they are started one after the other,
    /// each when the one before has run for so long. An app whose start was not survived `trials_max` times is
    /// [held](Held): it stays, and is not started with the device until it was started by hand and ran for so long, or
    /// another version of it is installed.
    ///
    /// Each image is compared with its hash first. A new version that has failed its starts is rolled back, if the one before
    /// can run; an app that was changed, or whose signer is trusted no more, is left out, and stays on the flash. The board hears
    /// of both. What the signer's key may grant no more, the app has no more.
    ///
    /// # Errors
    ///
    /// [`Error::Store`] if the flash fails as a whole, or an app's name is damaged: the others are then admitted; [`Error::Trust`] if the keys that were kept cannot be read: those of
    /// the firmware may be of somebody whose keys were revoked.
    ///
    /// # Cancel safety
    ///
    /// A drop leaves some of the apps admitted; call it again.
    pub async fn boot(&self) -> Result<(), Error> {
        let _turn = self.shared.turn.lock().await;
        self.recall_keys().await?;
        let mut names = Vec::new();
        let listed = self.list(&mut names).await;
        for name in names {
            let mut store = self.store.lock().await;
            self.restore(&mut store, &name).await;
        }
        // A start that cannot be noted is one that is not looked at more closely.
        let _ = self.note_start().await;
        self.count_autostarts().await?;
        self.runtime.autostart();
        listed
    }

    /// Adds the names of the apps on flash to those in `names`. One whose record cannot be read is among them.
    pub(super) async fn list(&self, names: &mut Vec<AppName>) -> Result<(), Error> {
        let mut store = self.store.lock().await;
        let each = |name| {
            if !names.contains(&name) {
                names.push(name);
            }
        };
        Ok(store.each_name(each).await?)
    }

    /// Lets an app in as its record says, or leaves it out.
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

    /// Takes an app out of the runtime that must not run or cannot be read, and says so. On the flash it stays.
    pub(super) fn leave_out(&self, name: &AppName, error: &Error) {
        // What has the name and is not kept is part of the firmware.
        if self.keeps(name) {
            let _ = self.runtime.uninstall(name);
            self.let_go(name);
        }
        let name = name.as_str();
        self.runtime.announce(&Event::LeftOut { name, error });
    }

    pub(super) fn say_not_rolled_back(&self, name: &AppName, error: &Error) {
        let name = name.as_str();
        self.runtime.announce(&Event::NotRolledBack { name, error });
    }

    /// Returns whether a new version has used up its starts, or any version took the device down in so many.
    pub(super) fn has_failed(&self, app: &App) -> bool {
        let most = self.config().trials_max;
        app.starts >= most || (!app.confirmed && app.crashes >= most)
    }

    /// Returns why a version that [has failed](Self::has_failed) did.
    pub(super) fn unfit(&self, app: &App) -> Unfit {
        if app.confirmed || app.crashes < self.config().trials_max {
            return Unfit::TookDeviceDown;
        }
        // Not loaded yet when the device starts.
        let seen = self.runtime.app(&app.name);
        Unfit::Failed(seen.and_then(|app| app.exit))
    }

    /// Checks that the previous version of an app can run, and returns on what terms.
    pub(super) async fn previous(
        &self,
        store: &mut Store<F, RECORDS>,
        app: &App,
    ) -> Result<Standing, Error> {
        let previous = app.previous.ok_or(store::Error::NotFound)?;
        self.sound(store, &app.name, &previous).await
    }

    /// Makes the previous version of an app, which can run, the current one, and lets it in.
    // Rare, so its future is on the heap, and its frame is no part of what starts the device.
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
        // With the record the new version's place is free. Whatever fails from here on, the app is admitted by its record.
        let _ = self.runtime.uninstall(name);
        store.roll_back(name).await?;
        if let Some(app) = store.app(name).await? {
            self.admit(store, &app, standing).await?;
        }
        self.runtime.announce(&Event::RolledBack { name, unfit });
        Ok(())
    }

    /// Admits the current version of an app on the terms of its installation, with no more than its signer's key may grant now.
    pub(super) async fn load(&self, store: &mut Store<F, RECORDS>, app: &App) -> Result<(), Error> {
        let image = app.current.ok_or(store::Error::NotFound)?;
        let standing = self.sound(store, &app.name, &image).await?;
        self.admit(store, app, standing).await
    }

    /// Checks that an image is what was installed and has a trusted signer, and returns on what terms.
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

    /// Refuses an image whose manifest gives it another name than the record under which it is kept: the runtime would have
    /// it in place of the other app.
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

    // Not a part of what starts the device, whose frame would hold the admission while the flash is read.
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
        // It was installed just now, so it is there.
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

    /// Counts the starts of those new versions that are about to start, in case that they take the device down.
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
