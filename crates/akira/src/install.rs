//! Apps on flash. They are verified during the transfer, stored across restarts, and rolled back
//! when a new version fails.
//!
//! [`Library`] owns everything that a device stores about its apps. A [`Door`] receives one app at
//! a time over any link; [`Library::install`] installs a complete package from memory. In both
//! cases, nothing changes until the package is verified, admitted and completely on flash. Then a
//! single record makes it the app's current version. The new version is on trial: the previous
//! version stays on flash until the new one has run for [`Config::healthy_after`].
//!
//! ```text
//! bytes ─► Verifier ─► flash ─► admission ─► one record ─► runtime ─► on trial ─► confirmed
//!                                                                        └─────► rolled back
//! ```
//!
//! A device creates the library, [boots](Library::boot) it, and awaits [`Library::run`] in parallel
//! with the runtime.

mod admit;
mod boot;
mod config;
mod door;
mod error;
mod flash;
mod kept;
mod left_out;
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
pub use left_out::LeftOut;
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

/// The apps that a device stores on flash and runs. Clones refer to the same library.
///
/// The type has four parameters, since the store is a type and not a trait. Code that holds a
/// library names them once, in a type alias.
pub struct Library<B: Board, E: Engine, F, const RECORDS: usize> {
    runtime: Runtime<B, E>,
    store: SharedStore<F, RECORDS>,
    shared: Rc<Shared>,
}

struct Shared {
    config: Config,
    /// Keys that are currently trusted.
    trust: Cell<&'static TrustStore>,
    kept: RefCell<Vec<Kept>>,
    left_out: RefCell<Vec<LeftOut>>,
    /// Ranges of flash that an engine may currently read in place.
    lent: RefCell<Vec<Lent>>,
    /// Time at which the start of the device counts as good; `None` after that time.
    settles: Cell<Option<Instant>>,
    /// Serialises admission, removal and trial of apps.
    turn: Mutex<NoopRawMutex, ()>,
    /// Counts the transfers: each transfer holds a clone.
    transfers: Rc<()>,
}

impl<B: Board, E: Engine, F, const RECORDS: usize> Library<B, E, F, RECORDS> {
    /// Creates the library of a device. It contains no app until [`boot`](Self::boot) is called.
    pub fn new(runtime: Runtime<B, E>, store: SharedStore<F, RECORDS>, config: Config) -> Self {
        Self {
            runtime,
            store,
            shared: Rc::new(Shared {
                trust: Cell::new(config.trust),
                config,
                kept: RefCell::default(),
                left_out: RefCell::default(),
                lent: RefCell::default(),
                settles: Cell::new(None),
                turn: Mutex::new(()),
                transfers: Rc::new(()),
            }),
        }
    }

    /// Returns the app manager, which runs the apps of this library.
    pub fn runtime(&self) -> &Runtime<B, E> {
        &self.runtime
    }

    /// Returns the store that contains the apps, their files and their settings.
    pub fn store(&self) -> &SharedStore<F, RECORDS> {
        &self.store
    }

    /// Returns the trusted keys: those of the configuration, or those that the last
    /// [rotation](Self::rotate) installed.
    pub fn trust(&self) -> &'static TrustStore {
        self.shared.trust.get()
    }

    /// Returns the configuration that was passed to [`new`](Self::new).
    pub fn config(&self) -> &Config {
        &self.shared.config
    }

    /// Creates a receiver for one app at a time. A device has one for each link, such as a shell or
    /// a Bluetooth connection.
    pub fn door(&self) -> Door<B, E, F, RECORDS> {
        Door::new(self.clone())
    }

    /// Returns whether this library stores the app with this name. It does not store apps that are
    /// part of the firmware.
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
