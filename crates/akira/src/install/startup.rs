//! Detection of starts after which the device soon goes down, and the search for the app that
//! causes them.
//!
//! One byte on flash records that the device has started and has not yet run for `healthy_after`.
//! It is set at each start if apps on flash start with the device, and cleared after
//! `healthy_after`. This costs two small writes for each start of the device, and two for each app
//! on trial.
//!
//! If the byte is already set at a start, the device went down early. The user may have caused
//! that, so no app is held for it. But this time, apps are started one after the other, and each
//! start is counted before it happens, like the starts of new versions: two writes for each app. So
//! the app that causes the failure is counted alone, and is held after `trials_max` such starts.

use super::{Error, Library};
use crate::abi::Instant;
use crate::abi::caps::AppName;
use crate::engine::Engine;
use crate::store::{self, EntryKind};
use crate::{Board, Event, Held};
use alloc::vec::Vec;
use embedded_storage_async::nor_flash::NorFlash;

/// Folder of the byte. It belongs to no app, since no app's name begins with a dot.
const FOLDER: &str = ".start";
const STARTING: &str = "starting";

impl<B: Board, E: Engine, F: NorFlash, const RECORDS: usize> Library<B, E, F, RECORDS> {
    /// Records that the device starts, if apps on flash start with it. If the device went down
    /// early last time, queues all of these apps except the first.
    pub(super) async fn note_start(&self) -> Result<(), Error> {
        let starting = self.starting();
        if starting.is_empty() {
            return Ok(());
        }
        let now = self.runtime.board().clock().now();
        self.shared
            .settles
            .set(Some(now + self.config().healthy_after));
        if !self.was_starting().await? {
            return self.set_starting(1).await;
        }
        for (place, name) in starting.iter().enumerate() {
            let is_queued = place > 0;
            self.update(name, |kept| {
                (kept.on_trial, kept.is_queued) = (true, is_queued)
            });
            if is_queued {
                // Cannot fail: the app was installed in the call above.
                let _ = self.runtime.hold(name, Some(Held::Waiting));
            }
        }
        Ok(())
    }

    /// Starts the next queued app. If no app is queued and the device has run long enough, records
    /// that it started well. Returns the time of the next look if no event happens before.
    pub(super) async fn settle_start(&self) -> Instant {
        let Some(settles) = self.shared.settles.get() else {
            return Instant::NEVER;
        };
        let _turn = self.shared.turn.lock().await;
        let now = self.runtime.board().clock().now();
        let is_watched = self
            .shared
            .kept
            .borrow()
            .iter()
            .any(|kept| kept.is_watched());
        let done = match self.next_queued() {
            _ if is_watched => return Instant::NEVER,
            Some(name) => self.start_queued(&name).await,
            None if now < settles => return settles,
            None => self
                .set_starting(0)
                .await
                .map(|()| self.shared.settles.set(None)),
        };
        match done {
            Ok(()) => now,
            // If a good start is not recorded, the next start only queues the apps unnecessarily,
            // so it is enough to try again later.
            Err(_) => now + super::trial::RETRY,
        }
    }

    async fn start_queued(&self, name: &AppName) -> Result<(), Error> {
        self.update(name, |kept| kept.is_queued = false);
        let _ = self.runtime.hold(name, None);
        if self.runtime.app(name).is_none_or(|app| app.run.is_some()) {
            return Ok(());
        }
        let mut store = self.store.lock().await;
        let is_noted = self.count_start(&mut store, name).await?;
        drop(store);
        self.update(name, |kept| {
            (kept.is_counted_ahead, kept.is_noted) = (is_noted, is_noted);
        });
        if let Err(error) = self.runtime.start(name) {
            let name = name.as_str();
            self.runtime.announce(&Event::NotStarted {
                name,
                error: &error,
            });
        }
        Ok(())
    }

    /// Returns the names of the apps that start with the device now.
    fn starting(&self) -> Vec<AppName> {
        let starts = |name: &AppName| {
            let app = self.runtime.app(name);
            app.is_some_and(|app| app.autostart && app.held.is_none())
        };
        let kept = self.shared.kept.borrow();
        kept.iter().map(|kept| kept.name).filter(starts).collect()
    }

    fn next_queued(&self) -> Option<AppName> {
        let kept = self.shared.kept.borrow();
        kept.iter()
            .find(|kept| kept.is_queued)
            .map(|kept| kept.name)
    }

    async fn was_starting(&self) -> Result<bool, Error> {
        let mut byte = [0];
        let mut store = self.store.lock().await;
        match store.read_at(FOLDER, STARTING, 0, &mut byte).await {
            Ok(_) => Ok(byte != [0]),
            Err(store::Error::NotFound) => Ok(false),
            Err(store::Error::Corrupt(_)) => Ok(true),
            Err(error) => Err(error.into()),
        }
    }

    async fn set_starting(&self, is_starting: u8) -> Result<(), Error> {
        let mut store = self.store.lock().await;
        match store.create(FOLDER, STARTING, EntryKind::File).await {
            Ok(()) | Err(store::Error::Exists) => {}
            // The device must also start if the flash is full.
            Err(store::Error::Full { .. } | store::Error::TooManyRecords) => return Ok(()),
            Err(error) => return Err(error.into()),
        }
        store.write_at(FOLDER, STARTING, 0, &[is_starting]).await?;
        Ok(())
    }
}
