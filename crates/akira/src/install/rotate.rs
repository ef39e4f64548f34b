//! Rotation of the trusted keys while apps run.

use super::{Error, Library};
use crate::Board;
use crate::abi::caps::AppName;
use crate::engine::Engine;
use crate::store::{self, EntryKind, Store};
use akira_package::{MAX_DOCUMENT, TrustStore};
use alloc::boxed::Box;
use alloc::vec::Vec;
use embedded_storage_async::nor_flash::NorFlash;

/// Folder of the keys. It belongs to no app, since no app's name begins with a dot.
const FOLDER: &str = ".trust";
const KEPT: &str = "keys";
const COMING: &str = "new";

impl<B: Board, E: Engine, F: NorFlash, const RECORDS: usize> Library<B, E, F, RECORDS> {
    /// Replaces the trusted keys by those in a document for [`TrustStore::update`], and stores the
    /// new keys. They apply at once, and after each restart until the firmware contains a store
    /// with a higher serial number.
    ///
    /// An app that no longer has a trusted signer is stopped and removed from the runtime, and the
    /// board receives an event. An app that has more rights than its signer's key may now grant is
    /// admitted again with fewer rights, and restarted if it ran. An app that was left out, but is
    /// now signed by a trusted key, is admitted. An app whose transfer is in progress is checked
    /// with the new keys.
    ///
    /// Each document uses the RAM of a [`TrustStore`] until the device restarts, since transfers in
    /// progress may still refer to the previous keys.
    ///
    /// # Errors
    ///
    /// [`Error::Trust`] if the document is rejected. [`Error::Store`] if it cannot be stored, in
    /// which case nothing has changed. [`Error::Store`] also if the flash fails as a whole after
    /// that; then no app that could not be checked is running.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves either the old keys or the new ones. Some of the apps may keep
    /// their old rights until the next start.
    pub async fn rotate(&self, document: &[u8]) -> Result<(), Error> {
        let _turn = self.shared.turn.lock().await;
        let trust = Box::new(self.trust().update(document)?);
        self.keep_keys(&trust).await?;
        self.shared.trust.set(Box::leak(trust));
        // Running apps come first: an app that cannot be read from the flash must not keep running.
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

    /// Replaces the trusted keys by the stored ones if those are newer than the keys of the
    /// firmware.
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

    /// Replaces the stored keys in one atomic step.
    async fn keep_keys(&self, trust: &TrustStore) -> Result<(), Error> {
        let mut room = Box::new([0; MAX_DOCUMENT]);
        let encoded = trust.encode(&mut room);
        let mut store = self.store.lock().await;
        // This file exists only if the power failed during an earlier rotation.
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

    /// Admits an app again if its signer or its limits have changed.
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
            // The present run, or the start that is due, proves nothing about the app: another
            // start replaces it, and is counted.
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

/// Decodes stored keys. Separate from the code that starts the device, whose frame would hold the
/// keys on the stack while apps are admitted.
#[inline(never)]
fn decode(encoded: &[u8]) -> Result<Box<TrustStore>, Error> {
    Ok(Box::new(TrustStore::decode(encoded)?))
}
