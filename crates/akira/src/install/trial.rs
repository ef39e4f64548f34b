//! Trial of new versions, and rollback of those that fail.

use super::kept::{Kept, Verdict};
use super::{Error, Library};
use crate::abi::caps::AppName;
use crate::abi::{AppId, Instant, sleep_until};
use crate::engine::Engine;
use crate::store::{self, App, Store};
use crate::{Board, Event, Held};
use alloc::boxed::Box;
use core::convert::Infallible;
use embassy_futures::select::select;
use embedded_storage_async::nor_flash::NorFlash;

/// Time after a flash failure until the next attempt.
pub(super) const RETRY: core::time::Duration = core::time::Duration::from_secs(10);

impl<B: Board, E: Engine, F: NorFlash, const RECORDS: usize> Library<B, E, F, RECORDS> {
    /// Watches the apps on flash, and never returns. It counts their crashes, confirms new versions
    /// that run, and rolls back new versions that fail their first starts, if the previous version
    /// can run. Await it once, in parallel with [`Runtime::run`](crate::Runtime::run).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses nothing that was recorded. Another call continues.
    pub async fn run(&self) -> Infallible {
        let mut seen = 0;
        loop {
            let next = self.look().await.min(self.settle_start().await);
            let clock = self.runtime.board().clock();
            select(self.runtime.changed(&mut seen), sleep_until(clock, next)).await;
        }
    }

    /// Looks at every app. Returns the time of the next look if no event happens before.
    async fn look(&self) -> Instant {
        let _turn = self.shared.turn.lock().await;
        let (mut next, mut place) = (Instant::NEVER, 0);
        while let Some(kept) = self.at(place) {
            let again = match self.attend(&kept).await {
                Ok(again) => again,
                Err(error) => self.put_off(&kept, &error),
            };
            next = next.min(again);
            place += 1;
        }
        next
    }

    /// Reports, once, that the state of an app could not be recorded. Returns the time of the next
    /// attempt.
    fn put_off(&self, kept: &Kept, error: &Error) -> Instant {
        self.update(&kept.name, |kept| kept.in_trouble = true);
        // The report wakes this loop, so a report at each attempt would make it run without a
        // pause.
        if !kept.in_trouble {
            let name = kept.name.as_str();
            self.runtime.announce(&Event::NotKept { name, error });
        }
        self.runtime.board().clock().now() + RETRY
    }

    fn at(&self, place: usize) -> Option<Kept> {
        self.shared.kept.borrow().get(place).copied()
    }

    /// Performs the next action for an app.
    async fn attend(&self, kept: &Kept) -> Result<Instant, Error> {
        let app = self.runtime.app(&kept.name);
        let Some(app) = app.filter(|_| !kept.changes) else {
            // An uninstallation, update or rollback of the app was dropped or failed. The flash
            // holds the valid state.
            let mut store = self.store.lock().await;
            Box::pin(self.restore(&mut store, &kept.name)).await;
            return Ok(Instant::NEVER);
        };
        let now = self.runtime.board().clock().now();
        let verdict = kept.judge(&app, now, self.config().healthy_after);
        let mut again = Instant::NEVER;
        match verdict {
            Verdict::Wait(until) => again = until,
            Verdict::Started(run) => again = self.count(kept, run).await?,
            Verdict::Ended => again = self.spare(kept, now),
            Verdict::Spare => {
                self.store.lock().await.take_back_start(&kept.name).await?;
                self.update(&kept.name, |kept| {
                    (kept.is_counted_ahead, kept.spare_until) = (false, None);
                });
            }
            Verdict::Good => self.confirm(&kept.name).await?,
            Verdict::Bad => {
                let starts_again = app.is_due || app.run.is_some();
                self.fail(kept, app.crashes, starts_again).await?;
            }
        }
        self.update(&kept.name, |kept| kept.in_trouble = false);
        Ok(again)
    }

    /// Counts a start. Returns the time at which its run will have lasted for `healthy_after`.
    async fn count(&self, kept: &Kept, run: AppId) -> Result<Instant, Error> {
        let is_noted = kept.is_counted_ahead || {
            let mut store = self.store.lock().await;
            self.count_start(&mut store, &kept.name).await?
        };
        self.update(&kept.name, |kept| kept.note_start(run, is_noted));
        Ok(self.runtime.board().clock().now() + self.config().healthy_after)
    }

    /// Counts a start on flash, and returns whether it did. An app that is known to fail is not
    /// counted, since other apps may start it again and again.
    pub(super) async fn count_start(
        &self,
        store: &mut Store<F, RECORDS>,
        name: &AppName,
    ) -> Result<bool, store::Error> {
        let app = store.app(name).await?;
        let counts = app.is_some_and(|app| !self.has_failed(&app));
        if counts {
            store.count_start(name).await?;
        }
        Ok(counts)
    }

    /// Keeps a counted start for the next run. Returns the time at which the start is taken back if
    /// no run begins. This saves flash wear for an app that is started and stopped all the time.
    fn spare(&self, kept: &Kept, now: Instant) -> Instant {
        let until = now + RETRY;
        self.update(&kept.name, |kept| {
            (kept.counted, kept.is_counted_ahead) = (None, kept.is_noted);
            kept.spare_until = kept.is_noted.then_some(until);
        });
        until
    }

    /// Stops starting an app with the device, and reports that once.
    pub(super) fn hold(&self, name: &AppName, held: Held) {
        let before = self.runtime.app(name).and_then(|app| app.held);
        if before != Some(held) && self.runtime.hold(name, Some(held)).is_ok() {
            self.runtime.announce(&Event::Held { name, held });
        }
    }

    async fn confirm(&self, name: &AppName) -> Result<(), Error> {
        let mut store = self.store.lock().await;
        let app = store.app(name).await?;
        store.confirm(name).await?;
        drop(store);
        self.update(name, |kept| (kept.on_trial, kept.counted) = (false, None));
        // The app may have been removed in the meantime.
        let _ = self.runtime.hold(name, None);
        if app.is_some_and(|app| app.previous.is_some()) {
            self.runtime.announce(&Event::Confirmed { name });
        }
        Ok(())
    }

    /// Counts a crash. An update gets another start, or is rolled back. A first version that fails
    /// its starts no longer starts with the device.
    async fn fail(&self, kept: &Kept, seen: u32, starts_again: bool) -> Result<(), Error> {
        let name = &kept.name;
        let mut store = self.store.lock().await;
        let Some(app) = self.count_crash(&mut store, kept).await? else {
            return Ok(());
        };
        self.update(name, |kept| (kept.counted, kept.crashes) = (None, seen));
        if !kept.on_trial || app.confirmed {
            return Ok(());
        }
        let has_failed = app.crashes >= self.config().trials_max;
        match (app.previous.is_some(), has_failed) {
            (false, false) => Ok(()),
            (false, true) => {
                self.hold(name, Held::Failed);
                Ok(())
            }
            (true, false) if starts_again => Ok(()),
            (true, false) => Ok(self.start_again(&mut store, name, false).await?),
            (true, true) => self.fall_back(&mut store, &app).await,
        }
    }

    /// Counts a crash on flash, unless the app is known to fail. Returns the app's record after
    /// that.
    async fn count_crash(
        &self,
        store: &mut Store<F, RECORDS>,
        kept: &Kept,
    ) -> Result<Option<App>, Error> {
        let name = &kept.name;
        let Some(app) = store.app(name).await? else {
            return Ok(None);
        };
        let is_judged = kept.on_trial && app.crashes >= self.config().trials_max;
        if !is_judged {
            store.count_crash(name).await?;
        }
        if app.confirmed && kept.is_noted && kept.counted.is_some() {
            // The app crashed, but the device did not go down.
            store.take_back_start(name).await?;
        }
        Ok(store.app(name).await?)
    }

    /// Returns to the version before the failed version if it can run.
    async fn fall_back(&self, store: &mut Store<F, RECORDS>, app: &App) -> Result<(), Error> {
        let name = &app.name;
        match self.previous(store, app).await {
            Ok(standing) => {
                let terms = (standing, self.unfit(app));
                self.return_to_previous(store, name, terms).await?;
                // The previous version is started, because the failed version was to run.
                Ok(self.start_again(store, name, false).await?)
            }
            Err(error) => {
                self.say_not_rolled_back(name, &error);
                self.hold(name, Held::Failed);
                Ok(())
            }
        }
    }
}
