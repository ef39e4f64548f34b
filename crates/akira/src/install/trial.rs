//! New versions prove themselves, or go.

use super::kept::{Kept, Verdict};
use super::{Error, Library};
use crate::abi::caps::AppName;
use crate::abi::{AppId, Instant, sleep_until};
use crate::engine::Engine;
use crate::{Board, Event};
use alloc::boxed::Box;
use core::convert::Infallible;
use embassy_futures::select::select;
use embedded_storage_async::nor_flash::NorFlash;

/// How long after the flash has failed it is tried again.
const RETRY: core::time::Duration = core::time::Duration::from_secs(10);

impl<B: Board, E: Engine, F: NorFlash, const RECORDS: usize> Library<B, E, F, RECORDS> {
    /// Watches the apps that are kept: counts their crashes, confirms new versions that run, and rolls back those that fail
    /// their first starts, if the version before can run. Await it beside [`Runtime::run`](crate::Runtime::run), once.
    ///
    /// # Cancel safety
    ///
    /// A drop leaves what was noticed noted; awaiting this again goes on.
    pub async fn run(&self) -> Infallible {
        let mut seen = 0;
        loop {
            let next = self.look().await;
            let clock = self.runtime.board().clock();
            select(self.runtime.changed(&mut seen), sleep_until(clock, next)).await;
        }
    }

    /// Looks at every app, and returns when to look again if nothing happens.
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

    /// Says that something could not be noted of an app, once, and returns when that is tried again.
    fn put_off(&self, kept: &Kept, error: &Error) -> Instant {
        self.update(&kept.name, |kept| kept.in_trouble = true);
        // The board's hearing of it wakes who looks, so telling it each time would never end.
        if !kept.in_trouble {
            let name = kept.name.as_str();
            self.runtime.announce(&Event::NotKept { name, error });
        }
        self.runtime.board().clock().now() + RETRY
    }

    fn at(&self, place: usize) -> Option<Kept> {
        self.shared.kept.borrow().get(place).copied()
    }

    /// Does about an app what is to be done.
    async fn attend(&self, kept: &Kept) -> Result<Instant, Error> {
        let app = self.runtime.app(&kept.name);
        let Some(app) = app.filter(|_| !kept.changes) else {
            // Its uninstall, its update or its return to the version before was dropped or failed: the flash says what is.
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
            Verdict::Ended => {
                self.store.lock().await.take_back_start(&kept.name).await?;
                self.update(&kept.name, |kept| kept.counted = None);
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

    /// Counts a start, and returns when its run will have lasted.
    async fn count(&self, kept: &Kept, run: AppId) -> Result<Instant, Error> {
        if !kept.is_counted_ahead {
            self.store.lock().await.count_start(&kept.name).await?;
        }
        self.update(&kept.name, |kept| {
            (kept.counted, kept.is_counted_ahead) = (Some(run), false);
        });
        Ok(self.runtime.board().clock().now() + self.config().healthy_after)
    }

    async fn confirm(&self, name: &AppName) -> Result<(), Error> {
        let mut store = self.store.lock().await;
        let app = store.app(name).await?;
        store.confirm(name).await?;
        drop(store);
        self.update(name, |kept| (kept.on_trial, kept.counted) = (false, None));
        if app.is_some_and(|app| app.previous.is_some()) {
            self.runtime.announce(&Event::Confirmed { name });
        }
        Ok(())
    }

    /// Counts a crash; a new version gets another chance, or the old one comes back.
    async fn fail(&self, kept: &Kept, seen: u32, starts_again: bool) -> Result<(), Error> {
        let name = &kept.name;
        let mut store = self.store.lock().await;
        let crashes = store.count_crash(name).await?;
        self.update(name, |kept| (kept.counted, kept.crashes) = (None, seen));
        let app = store.app(name).await?;
        let Some(app) = app.filter(|app| kept.on_trial && app.previous.is_some()) else {
            return Ok(());
        };
        if crashes < self.config().trials_most {
            return match starts_again {
                true => Ok(()),
                false => Ok(self.start_again(&mut store, name, false).await?),
            };
        }
        match self.previous(&mut store, &app).await {
            Ok(standing) => {
                self.return_to_previous(&mut store, name, standing).await?;
                // The old one runs as the new one was to.
                Ok(self.start_again(&mut store, name, false).await?)
            }
            Err(error) => {
                self.say_not_rolled_back(name, &error);
                Ok(())
            }
        }
    }
}
