//! Other keys are trusted, while apps run.

use super::{Error, Library};
use crate::Board;
use crate::abi::caps::AppName;
use crate::engine::Engine;
use crate::store::{self, EntryKind, Store};
use akira_package::{MAX_DOCUMENT, TrustStore};
use alloc::boxed::Box;
use alloc::vec::Vec;
use embedded_storage_async::nor_flash::NorFlash;

/// Where the keys are kept: in no app's folder, for no app's name begins with a dot.
const FOLDER: &str = ".trust";
const KEPT: &str = "keys";
const COMING: &str = "new";

impl<B: Board, E: Engine, F: NorFlash, const RECORDS: usize> Library<B, E, F, RECORDS> {
    /// Takes a document that says which keys are trusted from now on, as [`TrustStore::update`] wants it, and keeps it: it
    /// counts at once, and at each start until the firmware brings a store of a higher serial.
    ///
    /// An app that has no trusted signer any more is stopped and left out, of which the board hears; one
    /// whose key may grant less than it has is admitted again with that, and runs again if it ran; one that was left out and is
    /// signed by a trusted key now is admitted. What arrives and is not admitted yet is measured by them.
    ///
    /// Each document takes the room of a [`TrustStore`] until the device restarts, since transfers under way may still look
    /// at the one before.
    ///
    /// # Errors
    ///
    /// [`Error::Trust`] if it is not taken; [`Error::Store`] if it cannot be kept, and nothing has changed, or if the flash
    /// fails as a whole after that: no app then runs that could not be looked at.
    ///
    /// # Cancel safety
    ///
    /// A drop leaves the old keys or the new ones, and some of the apps as they were until the next start.
    pub async fn rotate(&self, document: &[u8]) -> Result<(), Error> {
        let _turn = self.shared.turn.lock().await;
        let trust = Box::new(self.trust().update(document)?);
        self.keep_keys(&trust).await?;
        self.shared.trust.set(Box::leak(trust));
        // Those that run come first: what cannot be read of the flash keeps none of them.
        let mut names = self.kept_names();
        let listed = self.list(&mut names).await;
        for name in names {
            let mut store = self.store.lock().await;
            if let Err(error) = self.renew(&mut store, &name).await {
                self.leave_out(&name, &error);
            }
        }
        listed
    }

    fn kept_names(&self) -> Vec<AppName> {
        let kept = self.shared.kept.borrow();
        kept.iter().map(|kept| kept.name).collect()
    }

    /// Trusts the keys that were kept, if they are newer than those of the firmware.
    pub(super) async fn recall_keys(&self) -> Result<(), Error> {
        let mut encoded = alloc::vec![0; MAX_DOCUMENT];
        let mut store = self.store.lock().await;
        let length = match store.read_at(FOLDER, KEPT, 0, &mut encoded).await {
            Err(store::Error::NotFound) => return Ok(()),
            length => length?,
        };
        let kept = decode(encoded.get(..length).unwrap_or_default())?;
        if kept.serial() > self.trust().serial() {
            self.shared.trust.set(Box::leak(kept));
        }
        Ok(())
    }

    /// Keeps keys in place of those that were kept, in one step.
    async fn keep_keys(&self, trust: &TrustStore) -> Result<(), Error> {
        let mut room = Box::new([0; MAX_DOCUMENT]);
        let encoded = trust.encode(&mut room);
        let mut store = self.store.lock().await;
        // What a cut has left.
        match store.remove(FOLDER, COMING).await {
            Ok(()) | Err(store::Error::NotFound) => {}
            Err(error) => return Err(error.into()),
        }
        store.create(FOLDER, COMING, EntryKind::File).await?;
        let mut written = 0;
        while let Some(rest @ [_, ..]) = encoded.get(written..) {
            let at = u32::try_from(written).unwrap_or(u32::MAX);
            written += store.write_at(FOLDER, COMING, at, rest).await?;
        }
        Ok(store.rename(FOLDER, COMING, KEPT).await?)
    }

    /// Admits an app again if it is not on the terms that hold now.
    async fn renew(&self, store: &mut Store<F, RECORDS>, name: &AppName) -> Result<(), Error> {
        let app = store.app(name).await?;
        let Some((app, image)) = app.and_then(|app| Some((app, app.current?))) else {
            return Ok(());
        };
        self.check_owner(name)?;
        let standing = self.stand(store, name, &image).await?;
        let granted = image.details.granted.intersection(standing.ceiling);
        let (known, kept) = (self.runtime.app(name), self.kept(name));
        let is_same = known.as_ref().is_some_and(|known| {
            known.grant.capabilities == granted
                && known.signer.as_deref() == standing.signer.as_deref()
                && kept.is_some_and(|kept| kept.limits == standing.limits)
        });
        if is_same {
            return Ok(());
        }
        let is_counted = |kept: super::kept::Kept| kept.counted.is_some() || kept.is_counted_ahead;
        if kept.is_some_and(|kept| kept.is_noted && is_counted(kept)) {
            // Its run, or the start that is due, says nothing about it: another takes its place, and is counted.
            store.take_back_start(name).await?;
        }
        let run = known.as_ref().and_then(|known| known.run);
        let is_front = run.is_some_and(|run| self.runtime.foreground() == Some(run.id));
        let runs = run.is_some() || known.is_some_and(|known| known.is_due);
        self.load(store, &app).await?;
        if runs {
            self.start_again(store, name, is_front).await?;
        }
        Ok(())
    }
}

/// Reads keys that were kept. Not a part of what starts the device, whose frame would hold the keys on the stack while apps
/// are admitted.
#[inline(never)]
fn decode(encoded: &[u8]) -> Result<Box<TrustStore>, Error> {
    Ok(Box::new(TrustStore::decode(encoded)?))
}
