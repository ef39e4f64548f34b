//! The registry of apps.

use akira_caps::{AppName, CapabilitySet};
use embedded_storage_async::nor_flash::NorFlash;

use crate::app::APP_BYTES;
use crate::error::Area;
use crate::journal::{Kind, Slot};
use crate::{App, Error, Store};

impl<F: NorFlash, const RECORDS: usize> Store<F, RECORDS> {
    /// Returns the stored state of an app, or `None` if the app does not exist.
    ///
    /// # Errors
    ///
    /// [`Error::Corrupt`] if stored data is damaged, [`Error::Flash`] if the flash driver fails.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future changes nothing.
    pub async fn app(&mut self, name: &AppName) -> Result<Option<App>, Error> {
        self.journal.ready().await?;
        match self.journal.find(Kind::App, name.as_bytes()).await? {
            Some(slot) => self.read_app(slot).await.map(Some),
            None => Ok(None),
        }
    }

    /// Calls `each` with the stored state of every app, in no particular order. Apps whose first
    /// install is under way are included.
    ///
    /// # Errors
    ///
    /// [`Error::Corrupt`] if stored data is damaged, [`Error::Flash`] if the flash driver fails.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future changes nothing.
    pub async fn each_app(&mut self, mut each: impl FnMut(&App)) -> Result<(), Error> {
        self.journal.ready().await?;
        for place in self.journal.of_kind(Kind::App) {
            if let Some(app) = self.app_at(place).await? {
                each(&app);
            }
        }
        Ok(())
    }

    /// Calls `each` with the name of every app, in no particular order. Apps whose first install is
    /// under way are included. Only [`app`](Self::app) detects damage in the rest of a record.
    ///
    /// # Errors
    ///
    /// [`Error::Corrupt`] if a name is damaged, [`Error::Flash`] if the flash driver fails. The
    /// error is returned after `each` was called for all other names.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future changes nothing.
    pub async fn each_name(&mut self, mut each: impl FnMut(AppName)) -> Result<(), Error> {
        self.journal.ready().await?;
        let mut listed = Ok(());
        for place in self.journal.of_kind(Kind::App) {
            if let Some(slot) = self.journal.slots().get(place).copied() {
                match self.name(slot).await {
                    Ok(name) => each(name),
                    Err(error) => listed = Err(error),
                }
            }
        }
        listed
    }

    /// Sets whether an app starts when the device boots. Also accepts an app whose first install is
    /// under way, so that the commit can be the last step of an install.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] if the app does not exist, [`Error::Corrupt`] if stored data is damaged,
    /// [`Error::Flash`] if the flash driver fails.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves the old value or the new one.
    pub async fn set_autostart(&mut self, name: &AppName, autostart: bool) -> Result<(), Error> {
        let app = self.app(name).await?.ok_or(Error::NotFound)?;
        match app.autostart == autostart {
            true => Ok(()),
            false => self.put_app(&App { autostart, ..app }).await,
        }
    }

    /// Sets the capabilities that policy grants to the current image of an app.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] if the app does not exist or has no image yet, [`Error::Corrupt`] if
    /// stored data is damaged, [`Error::Flash`] if the flash driver fails.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves the old capabilities or the new ones.
    pub async fn set_granted(
        &mut self,
        name: &AppName,
        granted: CapabilitySet,
    ) -> Result<(), Error> {
        let mut app = self.installed(name).await?;
        if let Some(current) = &mut app.current {
            current.details.granted = granted;
        }
        self.put_app(&app).await
    }

    /// Sets whether an app may be started.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] if the app does not exist or has no image yet, [`Error::Corrupt`] if
    /// stored data is damaged, [`Error::Flash`] if the flash driver fails.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves the old value or the new one.
    pub async fn set_enabled(&mut self, name: &AppName, enabled: bool) -> Result<(), Error> {
        let app = self.installed(name).await?;
        self.put_app(&App { enabled, ..app }).await
    }

    /// Counts a start of an app. Returns the number of starts since the app was installed,
    /// confirmed or rolled back.
    ///
    /// Call this function before the start, so that a start that resets the device is counted.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] if the app does not exist or has no image yet, [`Error::Corrupt`] if
    /// stored data is damaged, [`Error::Flash`] if the flash driver fails.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves the start counted or not counted.
    pub async fn count_start(&mut self, name: &AppName) -> Result<u16, Error> {
        let mut app = self.installed(name).await?;
        app.starts = app.starts.saturating_add(1);
        self.put_app(&app).await?;
        Ok(app.starts)
    }

    /// Subtracts a start of an app, because its run was ended from outside and so proves nothing
    /// about the app.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] if the app does not exist or has no image yet, [`Error::Corrupt`] if
    /// stored data is damaged, [`Error::Flash`] if the flash driver fails.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves the start counted or not counted.
    pub async fn take_back_start(&mut self, name: &AppName) -> Result<(), Error> {
        let app = self.installed(name).await?;
        match app.starts.checked_sub(1) {
            Some(starts) => self.put_app(&App { starts, ..app }).await,
            None => Ok(()),
        }
    }

    /// Counts a crash of an app. Returns the number of crashes since the app was installed,
    /// confirmed or rolled back.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] if the app does not exist or has no image yet, [`Error::Corrupt`] if
    /// stored data is damaged, [`Error::Flash`] if the flash driver fails.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves the crash counted or not counted.
    pub async fn count_crash(&mut self, name: &AppName) -> Result<u16, Error> {
        let mut app = self.installed(name).await?;
        app.crashes = app.crashes.saturating_add(1);
        self.put_app(&app).await?;
        Ok(app.crashes)
    }

    /// Confirms the current image of an app, which ends its trial: resets the app's crash and start
    /// counts, raises its security floor to the image's counter, and releases the flash of the
    /// previous image.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] if the app does not exist or has no image yet, [`Error::Corrupt`] if
    /// stored data is damaged, [`Error::Flash`] if the flash driver fails.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves the app unchanged or confirmed.
    pub async fn confirm(&mut self, name: &AppName) -> Result<(), Error> {
        let app = self.installed(name).await?;
        let counter = app
            .current
            .map_or(0, |image| image.details.security_counter);
        let confirmed = App {
            previous: None,
            confirmed: true,
            crashes: 0,
            starts: 0,
            security_floor: app.security_floor.max(counter),
            ..app
        };
        match confirmed == app {
            true => Ok(()),
            false => self.put_app(&confirmed).await,
        }
    }

    /// Makes the previous image of an app the current one again, with the capabilities that were
    /// granted to it, and releases the flash of the image that was current.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] if the app or its previous image does not exist, [`Error::Corrupt`] if
    /// stored data is damaged, [`Error::Flash`] if the flash driver fails.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves the app unchanged or rolled back.
    pub async fn roll_back(&mut self, name: &AppName) -> Result<(), Error> {
        let mut app = self.installed(name).await?;
        let previous = app.previous.take().ok_or(Error::NotFound)?;
        (app.current, app.confirmed) = (Some(previous), true);
        (app.crashes, app.starts) = (0, 0);
        self.put_app(&app).await
    }

    /// Removes an app with its images, its install under way, the files in the folder of its name,
    /// and the settings whose keys begin with its name and a slash. Settings that belong to the
    /// firmware stay. Also removes an app whose record cannot be read.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] if the app does not exist or has no image yet; [abort](Self::abort) a
    /// first install instead. [`Error::Flash`] if the flash driver fails.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves the app with all its data, or removes it with all its data.
    pub async fn uninstall(&mut self, name: &AppName) -> Result<(), Error> {
        match self.installed(name).await {
            Ok(_) | Err(Error::Corrupt(_)) => self.journal.remove(Kind::App, name.as_bytes()).await,
            Err(error) => Err(error),
        }
    }

    /// Returns an app if it has a current image.
    async fn installed(&mut self, name: &AppName) -> Result<App, Error> {
        let app = self.app(name).await?;
        app.filter(|app| app.current.is_some())
            .ok_or(Error::NotFound)
    }

    /// Returns the app whose record is at this place in the index, or `None` if the record is of
    /// another kind.
    pub(crate) async fn app_at(&mut self, place: usize) -> Result<Option<App>, Error> {
        let slot = self.journal.slots().get(place).copied();
        match slot.filter(|slot| slot.kind == Kind::App) {
            Some(slot) => self.read_app(slot).await.map(Some),
            None => Ok(None),
        }
    }

    pub(crate) async fn read_app(&mut self, slot: Slot) -> Result<App, Error> {
        let mut bytes = [0; APP_BYTES];
        let length = self.journal.value(slot, 0, &mut bytes).await?;
        let bytes = bytes.get(..length).unwrap_or_default();
        App::decode(self.name(slot).await?, bytes)?.check(self.journal.layout())
    }

    /// Reads the name from an app's record.
    async fn name(&mut self, slot: Slot) -> Result<AppName, Error> {
        let mut key = [0; 96];
        let key = self.journal.key(slot, &mut key).await?;
        let name = core::str::from_utf8(key).ok().and_then(AppName::installed);
        let is_sound = slot.is_of(key);
        name.filter(|_| is_sound)
            .ok_or(Error::Corrupt(Area::Records))
    }

    pub(crate) async fn put_app(&mut self, app: &App) -> Result<(), Error> {
        let key = app.name.as_bytes();
        app.encode(self.journal.draft(key.len(), APP_BYTES)?);
        self.journal.put(Kind::App, key, app.tag(), APP_BYTES).await
    }
}
