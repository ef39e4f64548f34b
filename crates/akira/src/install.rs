//! Apps on flash: verified while they come, kept over restarts, rolled back when they fail.
//!
//! [`Library`] is the one owner of what a device keeps of its apps. A [`Door`] takes in one app at a time over any link; a
//! package that is at hand as a whole goes to [`Library::install`]. In both cases nothing changes before the package is
//! verified, admitted and whole on the flash; then one record makes it the app's current version.
//!
//! ```text
//! bytes ─► Verifier ─► flash ─► admission ─► one record ─► runtime ─► on trial ─► confirmed
//!                                                                        └─────► rolled back
//! ```
//!
//! A device makes the library, [boots](Library::boot) it, and awaits [`Library::run`] beside the runtime.

mod admit;
mod boot;
mod config;
mod door;
mod error;
mod flash;
mod kept;
mod managed;
mod package;
mod rotate;
mod share;
mod standing;
mod startup;
mod trial;

pub use config::{Config, Mapping};
pub use door::Door;
pub use error::Error;
pub use package::Offer;
pub use share::Shares;
pub use standing::Standing;

use crate::abi::Instant;
use crate::engine::Engine;
use crate::store::SharedStore;
use crate::{Board, Runtime};
use akira_package::TrustStore;
use alloc::rc::Rc;
use alloc::vec::Vec;
use core::cell::{Cell, RefCell};
use core::fmt;
use embassy_sync::blocking_mutex::raw::NoopRawMutex;
use embassy_sync::mutex::Mutex;

use flash::Lent;
use kept::Kept;

/// The apps that a device keeps on flash and runs: clones are the same library.
///
/// Four type parameters, since a store is not a trait: who stores a library names it once, in an alias.
pub struct Library<B: Board, E: Engine, F, const RECORDS: usize> {
    runtime: Runtime<B, E>,
    store: SharedStore<F, RECORDS>,
    shared: Rc<Shared>,
}

struct Shared {
    config: Config,
    /// The keys that are trusted at present.
    trust: Cell<&'static TrustStore>,
    kept: RefCell<Vec<Kept>>,
    /// What is read in place of the flash.
    lent: RefCell<Vec<Lent>>,
    /// When the device will have started well, if it has not yet.
    settles: Cell<Option<Instant>>,
    /// Held while an app is admitted, removed or judged, so that these do not happen at once.
    turn: Mutex<NoopRawMutex, ()>,
    /// One more is alive for each transfer.
    transfers: Rc<()>,
}

impl<B: Board, E: Engine, F, const RECORDS: usize> Library<B, E, F, RECORDS> {
    /// Makes the library of a device. It knows no app before it is [booted](Self::boot).
    pub fn new(runtime: Runtime<B, E>, store: SharedStore<F, RECORDS>, config: Config) -> Self {
        Self {
            runtime,
            store,
            shared: Rc::new(Shared {
                trust: Cell::new(config.trust),
                config,
                kept: RefCell::default(),
                lent: RefCell::default(),
                settles: Cell::new(None),
                turn: Mutex::new(()),
                transfers: Rc::new(()),
            }),
        }
    }

    /// Returns the app manager.
    pub fn runtime(&self) -> &Runtime<B, E> {
        &self.runtime
    }

    /// Returns the store.
    pub fn store(&self) -> &SharedStore<F, RECORDS> {
        &self.store
    }

    /// Returns the keys whose apps are taken: those of the configuration, or what they were [rotated](Self::rotate) to.
    pub fn trust(&self) -> &'static TrustStore {
        self.shared.trust.get()
    }

    /// Returns how apps are admitted.
    pub fn config(&self) -> &Config {
        &self.shared.config
    }

    /// Returns a way in for one app at a time. A device has as many as it has links.
    pub fn door(&self) -> Door<B, E, F, RECORDS> {
        Door::new(self.clone())
    }

    /// Says whether an app is kept here, and does not come with the firmware.
    pub fn keeps(&self, name: &str) -> bool {
        let kept = self.shared.kept.borrow();
        kept.iter().any(|kept| &*kept.name == name)
    }
}

impl<B: Board, E: Engine, F, const RECORDS: usize> Clone for Library<B, E, F, RECORDS> {
    fn clone(&self) -> Self {
        Self {
            runtime: self.runtime.clone(),
            store: self.store.clone(),
            shared: self.shared.clone(),
        }
    }
}

impl<B: Board, E: Engine, F, const RECORDS: usize> fmt::Debug for Library<B, E, F, RECORDS> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Library")
            .field("runtime", &self.runtime)
            .field("config", &self.shared.config)
            .finish_non_exhaustive()
    }
}
