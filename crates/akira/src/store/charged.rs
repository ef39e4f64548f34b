use super::{SharedStore, Store, Wear};
use crate::WriteBudget;
use crate::abi::Errno;
use alloc::rc::Rc;
use core::cell::Cell;
use core::ops::{Deref, DerefMut};
use embassy_sync::blocking_mutex::raw::NoopRawMutex;
use embassy_sync::mutex::MutexGuard;
use embedded_storage_async::nor_flash::NorFlash;

/// Divisor for the budget of an hour: the charge for one reclaimed page is at most this part of it.
const SHARE_OF_HOUR: u32 = 8;

/// Exclusive access to the store for one operation of an app. When it is dropped, even because the
/// call was cancelled, the app is charged.
pub(super) struct Charged<'a, F: NorFlash, const RECORDS: usize> {
    store: MutexGuard<'a, NoopRawMutex, Store<F, RECORDS>>,
    writer: Option<Rc<WriteBudget>>,
    before: Wear,
    unpaid: &'a Cell<u32>,
}

impl<F: NorFlash, const RECORDS: usize> SharedStore<F, RECORDS> {
    /// Waits for the store, in order to write on behalf of the app whose call is being answered.
    ///
    /// # Errors
    ///
    /// `EDQUOT` if the app's budget is used up.
    pub(super) async fn to_write(&self) -> Result<Charged<'_, F, RECORDS>, Errno> {
        let is_broke = |writes: &Rc<WriteBudget>| writes.left() == 0;
        if self.writer.borrow().as_ref().is_some_and(is_broke) {
            return Err(Errno::EDQUOT);
        }
        Ok(self.to_remove().await)
    }

    /// Waits for the store, in order to remove an entry. A removal is charged but never refused: it
    /// needs an existing entry, so an app cannot repeat it endlessly.
    pub(super) async fn to_remove(&self) -> Charged<'_, F, RECORDS> {
        let writer = self.writer.borrow().clone();
        let store = self.lock().await;
        Charged {
            before: store.wear(),
            store,
            writer,
            unpaid: &self.unpaid,
        }
    }
}

impl<F: NorFlash, const RECORDS: usize> Deref for Charged<'_, F, RECORDS> {
    type Target = Store<F, RECORDS>;

    fn deref(&self) -> &Self::Target {
        &self.store
    }
}

impl<F: NorFlash, const RECORDS: usize> DerefMut for Charged<'_, F, RECORDS> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.store
    }
}

impl<F: NorFlash, const RECORDS: usize> Drop for Charged<'_, F, RECORDS> {
    /// Charges for the call's own bytes, and for up to two pages that were reclaimed for it. Chance
    /// decides which call triggers more reclamation, perhaps of a whole ring of full pages.
    /// Therefore, all writers share that cost, one page at a time.
    fn drop(&mut self) {
        let Some(writer) = &self.writer else {
            return;
        };
        let wear = self.store.wear().since(&self.before);
        let page = self.store.page_bytes();
        let at_once = page.min(writer.per_hour() / SHARE_OF_HOUR);
        let turned = wear.moved.min(at_once.saturating_mul(2));
        let unpaid = self.unpaid.get().saturating_add(wear.moved - turned);
        let shared = match wear.written {
            0 => 0,
            _ => unpaid.min(at_once),
        };
        self.unpaid.set(unpaid - shared);
        let cost = wear.written.saturating_add(turned).saturating_add(shared);
        writer.spend(cost);
    }
}
