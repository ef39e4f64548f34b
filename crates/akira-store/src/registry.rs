//! The registry of apps.

use akira_caps::{AppName, CapabilitySet};
use embedded_storage_async::nor_flash::NorFlash;

use crate::app::APP_BYTES;
use crate::error::Area;
use crate::journal::{Kind, Slot};
use crate::{App, Error, Store};

impl<F: NorFlash, const RECORDS: usize> Store<F, RECORDS> {
    /// Returns the stored state of an app, or `None` if it does not exist.
    ///
    /// # Errors
    ///
    /// [`Error::Corrupt`], [`Error::Flash`].
    ///
    /// # Cancel safety
    ///
    /// A drop changes nothing.
    pub async fn app(&mut self, name: &AppName) -> Result<Option<App>, Error> {
        self.journal.ready().await?;
        match self.journal.find(Kind::App, name.as_bytes()).await? {
            Some(slot) => self.read_app(slot).await.map(Some),
            None => Ok(None),
        }
    }

    /// Calls `each` with every app, in no particular order, including those whose first install is under way.
    ///
    /// # Errors
    ///
    /// [`Error::Corrupt`], [`Error::Flash`].
    ///
    /// # Cancel safety
    ///
    /// A drop changes nothing.
    pub async fn each_app(&mut self, mut each: impl FnMut(&App)) -> Result<(), Error> {
        self.journal.ready().await?;
        for place in self.journal.of_kind(Kind::App) {
            if let Some(app) = self.app_at(place).await? {
                each(&app);
            }
        }
        Ok(())
    }

    /// Calls `each` with the name of every app, in no particular order, including those whose first install is under
    /// way. The rest of a record may be damaged, which shows only when the app is [read](Self::app).
    ///
    /// # Errors
    ///
    /// [`Error::Corrupt`] if a name is damaged, [`Error::Flash`]; returned after all other names were listed.
    ///
    /// # Cancel safety
    ///
    /// A drop changes nothing.
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

    /// Sets whether an app starts with the device. Also accepts an app whose first install is under way, so that
    /// nothing is left to set when the install is committed.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`], [`Error::Corrupt`], [`Error::Flash`].
    ///
    /// # Cancel safety
    ///
    /// A drop leaves the old value or the new one.
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
    /// [`Error::NotFound`], [`Error::Corrupt`], [`Error::Flash`].
    ///
    /// # Cancel safety
    ///
    /// A drop leaves the old grant or the new one.
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

    /// Sets whether an app may be started at all.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`], [`Error::Corrupt`], [`Error::Flash`].
    ///
    /// # Cancel safety
    ///
    /// A drop leaves the old value or the new one.
    pub async fn set_enabled(&mut self, name: &AppName, enabled: bool) -> Result<(), Error> {
        let app = self.installed(name).await?;
        self.put_app(&App { enabled, ..app }).await
    }

    /// Counts a start of an app, and returns the number of starts since it was installed, confirmed or rolled back.
    ///
    /// Call this before the start, so that a start that resets the device is counted.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`], [`Error::Corrupt`], [`Error::Flash`].
    ///
    /// # Cancel safety
    ///
    /// A drop leaves the start counted or not.
    pub async fn count_start(&mut self, name: &AppName) -> Result<u16, Error> {
        let mut app = self.installed(name).await?;
        app.starts = app.starts.saturating_add(1);
        self.put_app(&app).await?;
        Ok(app.starts)
    }

    /// Uncounts a start of an app whose run was ended from outside and so proves nothing about the app.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`], [`Error::Corrupt`], [`Error::Flash`].
    ///
    /// # Cancel safety
    ///
    /// A drop leaves the start counted or not.
    pub async fn take_back_start(&mut self, name: &AppName) -> Result<(), Error> {
        let app = self.installed(name).await?;
        match app.starts.checked_sub(1) {
            Some(starts) => self.put_app(&App { starts, ..app }).await,
            None => Ok(()),
        }
    }

    /// Counts a crash of an app, and returns the number of crashes since it was installed, confirmed or rolled back.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`], [`Error::Corrupt`], [`Error::Flash`].
    ///
    /// # Cancel safety
    ///
    /// A drop leaves the crash counted or not.
    pub async fn count_crash(&mut self, name: &AppName) -> Result<u16, Error> {
        let mut app = self.installed(name).await?;
        app.crashes = app.crashes.saturating_add(1);
        self.put_app(&app).await?;
        Ok(app.crashes)
    }

    /// Confirms the current image of an app: resets its crash and start counts, raises the app's security floor to the
    /// image's counter, and releases the room of the previous image.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`], [`Error::Corrupt`], [`Error::Flash`].
    ///
    /// # Cancel safety
    ///
    /// A drop leaves the app unchanged or confirmed.
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

    /// Makes the previous image of an app the current one again, with its own grant, and releases the room of the other
    /// image.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] if the app or its previous image does not exist; [`Error::Corrupt`], [`Error::Flash`].
    ///
    /// # Cancel safety
    ///
    /// A drop leaves the app unchanged or rolled back.
    pub async fn roll_back(&mut self, name: &AppName) -> Result<(), Error> {
        let mut app = self.installed(name).await?;
        let previous = app.previous.take().ok_or(Error::NotFound)?;
        (app.current, app.confirmed) = (Some(previous), true);
        (app.crashes, app.starts) = (0, 0);
        self.put_app(&app).await
    }

    /// Removes an app with its images, its install under way, the files of the folder of its name, and the settings
    /// whose keys begin with its name and a slash, unless these belong to the firmware. Also removes an app whose
    /// record cannot be read.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] if the app does not exist, or only its first install does, which must be
    /// [aborted](Self::abort); [`Error::Flash`].
    ///
    /// # Cancel safety
    ///
    /// A drop leaves the app and its data complete or removed.
    pub async fn uninstall(&mut self, name: &AppName) -> Result<(), Error> {
        match self.installed(name).await {
            Ok(_) | Err(Error::Corrupt(_)) => self.journal.remove(Kind::App, name.as_bytes()).await,
            Err(error) => Err(error),
        }
    }

    /// Returns an app that has an image.
    async fn installed(&mut self, name: &AppName) -> Result<App, Error> {
        let app = self.app(name).await?;
        app.filter(|app| app.current.is_some())
            .ok_or(Error::NotFound)
    }

    /// Returns the app whose record is at this place in the index, or `None` if it is not an app's record.
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
