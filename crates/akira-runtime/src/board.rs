//! The board trait.

use crate::budget::WriteBudget;
use crate::modules::Modules;
use akira_abi::caps::CapabilitySet;
use akira_abi::{Clock, ForeignImport};
use alloc::rc::Rc;

/// A device on which apps run. It is a value, so a process can hold any number of them.
///
/// A board provides a list of native modules and a clock. The facade `akira` has the modules for Akira's own native
/// calls.
///
/// ```
/// use akira_runtime::abi::{Clock, Instant};
/// use akira_runtime::{Board, lifecycle, memory};
/// use core::task::Waker;
///
/// struct Device {
///     modules: (lifecycle::Module, memory::Module),
/// }
/// # impl Clock for Device {
/// #     fn now(&self) -> Instant { Instant::START }
/// #     fn wake_at(&self, _: Instant, _: &Waker) {}
/// # }
///
/// impl Board for Device {
///     type Modules = (lifecycle::Module, memory::Module);
///
///     fn modules(&self) -> &Self::Modules {
///         &self.modules
///     }
///
///     fn clock(&self) -> &dyn Clock {
///         self
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no board",
    note = "a board names its native modules in `type Modules`, and lends them and a clock"
)]
pub trait Board: Sized + 'static {
    /// The native modules of this board, as a tuple. Calls that none of them offers are answered with `-ENOSYS`.
    type Modules: Modules;

    /// Imports of other hosts. An app with such an import is refused, with the flags that build the app without it. If
    /// the import is not listed, the app is ended when it calls it. Empty by default, since [the
    /// list](akira_abi::FOREIGN_IMPORTS) and its search take flash.
    const FOREIGN_IMPORTS: &'static [ForeignImport] = &[];

    /// Returns the native modules.
    fn modules(&self) -> &Self::Modules;

    /// Returns the clock that times restarts and deferred switches.
    fn clock(&self) -> &dyn Clock;

    /// Receives every event, after the modules.
    fn observe(&self, event: &crate::Event<'_>) {
        let _ = event;
    }

    /// Receives the write budget of the app whose call is about to be answered, and `None` once the call has been
    /// polled. A board with flash passes it on to its store, which takes the flash cost of the call from that budget.
    fn on_behalf(&self, writes: Option<&Rc<WriteBudget>>) {
        let _ = writes;
    }

    /// Receives the fuel that an app has just used; a virtual clock advances by it.
    fn consumed(&self, fuel: u64) {
        let _ = fuel;
    }
}

/// Returns the capabilities for which a board has a native call: the maximum that its policy can usefully grant. A
/// policy whose apps may access the firmware's settings adds
/// [`SystemSettings`](akira_abi::caps::Capability::SystemSettings).
pub fn offered<B: Board>() -> CapabilitySet {
    let mut all = CapabilitySet::EMPTY;
    B::Modules::each_row(&mut |row| all = all.union(row.needs.capabilities()));
    all
}
