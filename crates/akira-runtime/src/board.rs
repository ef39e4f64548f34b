//! The board trait.

use crate::budget::WriteBudget;
use crate::modules::Modules;
use akira_abi::caps::CapabilitySet;
use akira_abi::{Clock, ForeignImport};
use alloc::rc::Rc;

/// A device on which apps run. A board is a value, so a process can hold any number of boards.
///
/// A board provides a list of native modules and a clock. The facade `akira` provides the modules
/// for Akira's own native calls.
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
    message = "`{Self}` is not a board",
    note = "a board names its native modules in `type Modules`, and provides them and a clock"
)]
pub trait Board: Sized + 'static {
    /// Native modules of this board, as a tuple. A call that no module offers returns `-ENOSYS` to
    /// the app.
    type Modules: Modules;

    /// Imports of other hosts, such as WASI, that this board recognises. An app with such an import
    /// is refused, and the error names the compiler flags that build the app without it. Without
    /// the list, the app is installed and ended when it calls the import. Empty by default, since
    /// [the list](akira_abi::FOREIGN_IMPORTS) and the search in it take flash.
    const FOREIGN_IMPORTS: &'static [ForeignImport] = &[];

    /// Returns the native modules that answer the apps' calls.
    fn modules(&self) -> &Self::Modules;

    /// Returns the clock that times restarts and delayed switches.
    fn clock(&self) -> &dyn Clock;

    /// Receives every event, after the modules have received it.
    fn observe(&self, event: &crate::Event<'_>) {
        let _ = event;
    }

    /// Receives the write budget of the app whose native call is about to be polled, and `None`
    /// after that poll. A board with flash passes the budget on to its store, which charges it for
    /// the call's flash writes.
    fn on_behalf(&self, writes: Option<&Rc<WriteBudget>>) {
        let _ = writes;
    }

    /// Receives the fuel that an app has just used. A board with a virtual clock advances the clock
    /// by it.
    fn consumed(&self, fuel: u64) {
        let _ = fuel;
    }
}

/// Returns the capabilities that at least one native call of a board needs. Granting any other
/// capability has no effect, except
/// [`SystemSettings`](akira_abi::caps::Capability::SystemSettings): a policy adds it for apps that
/// may access the firmware's settings.
pub fn offered<B: Board>() -> CapabilitySet {
    let mut all = CapabilitySet::EMPTY;
    B::Modules::each_row(&mut |row| all = all.union(row.needs.capabilities()));
    all
}
