//! Other keys are trusted, while apps run.

use super::{Error, Library};
use crate::abi::caps::AppName;
use crate::engine::Engine;
use crate::store::Store;
use crate::{Board, Event};
use akira_package::TrustStore;
use embedded_storage_async::nor_flash::NorFlash;

impl<B: Board, E: Engine, F: NorFlash, const RECORDS: usize> Library<B, E, F, RECORDS> {
    /// Trusts these keys from now on, as [`TrustStore::update`] made them of those that were trusted. Keep their encoded form
    /// before.
    ///
    /// They count at once: an app that nobody vouches for any more is stopped and left out, of which the board hears; one
    /// whose key may grant less than it has is let in anew with that, and runs again if it ran; one that was left out and is
    /// vouched for now is let in. What comes and is not let in yet is measured by them.
    ///
    /// # Errors
    ///
    /// [`Error::Store`] if the flash fails as a whole: the keys count, and the apps are looked at when this is called again.
    ///
    /// # Cancel safety
    ///
    /// A drop leaves the keys trusted, and some of the apps as they were; call it again.
    pub async fn rotate(&self, trust: &'static TrustStore) -> Result<(), Error> {
        let _turn = self.shared.turn.lock().await;
        self.shared.trust.set(trust);
        for name in self.names().await? {
            let mut store = self.store.lock().await;
            if let Err(error) = self.renew(&mut store, &name).await {
                // One that was left out before is not there.
                let _ = self.runtime.uninstall(&name);
                self.let_go(&name);
                let (name, error) = (name.as_str(), &error);
                self.runtime.announce(&Event::LeftOut { name, error });
            }
        }
        Ok(())
    }

    /// Lets an app in anew if it is not on the terms that hold now.
    async fn renew(&self, store: &mut Store<F, RECORDS>, name: &AppName) -> Result<(), Error> {
        let app = store.app(name).await?;
        let Some((app, image)) = app.and_then(|app| Some((app, app.current?))) else {
            return Ok(());
        };
        let standing = self.stand(store, name, &image).await?;
        let granted = image.details.granted.intersection(standing.ceiling);
        let known = self.runtime.app(name);
        let is_same = known.as_ref().is_some_and(|known| {
            known.grant.capabilities == granted
                && known.signer.as_deref() == standing.signer.as_deref()
        });
        if is_same {
            return Ok(());
        }
        let run = known.and_then(|known| known.run);
        let is_front = run.is_some_and(|run| self.runtime.foreground() == Some(run.id));
        self.load(store, &app).await?;
        if run.is_some() {
            self.start_again(store, name, is_front).await?;
        }
        Ok(())
    }
}
