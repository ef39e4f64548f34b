//! A device, as apps reach it.

use crate::budget::WriteBudget;
use crate::modules::Modules;
use akira_abi::caps::CapabilitySet;
use akira_abi::{Clock, ForeignImport};
use alloc::rc::Rc;

/// A device, as apps reach it: a value, so that a process can hold as many as it likes.
///
/// It is a list of native modules and a clock. The facade `akira` has the modules of Akira's own native calls.
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
    /// The native modules of this board, as a tuple; all other calls are answered with `-ENOSYS`.
    type Modules: Modules;

    /// Imports of other hosts, of which an app is refused with the flags that build it without. Where they are not listed, an app is
    /// ended when it calls one. Empty unless set, since [the list](akira_abi::FOREIGN_IMPORTS) and its search take flash.
    const FOREIGN_IMPORTS: &'static [ForeignImport] = &[];

    /// Returns them.
    fn modules(&self) -> &Self::Modules;

    /// Returns the clock by which restarts and deferred switches are timed.
    fn clock(&self) -> &dyn Clock;

    /// Hears what happens to apps, after the modules have.
    fn observe(&self, event: &crate::Event<'_>) {
        let _ = event;
    }

    /// Hears whose call is answered next, and that none is any more. A board with flash passes it on to its store, which
    /// takes from that budget what the call costs the flash.
    fn on_behalf(&self, writes: Option<&Rc<WriteBudget>>) {
        let _ = writes;
    }

    /// Hears that an app has run for so much fuel; a virtual clock advances by it.
    fn consumed(&self, fuel: u64) {
        let _ = fuel;
    }
}

/// Returns the capabilities for which a board has a native call: what its policy can let apps have. A
/// policy whose apps may reach the firmware's settings adds [`SystemSettings`](akira_abi::caps::Capability::SystemSettings).
pub fn offered<B: Board>() -> CapabilitySet {
    let mut all = CapabilitySet::EMPTY;
    B::Modules::each_row(&mut |row| all = all.union(row.needs.capabilities()));
    all
}
