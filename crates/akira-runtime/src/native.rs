//! What a board offers to apps: a handler for each native call.

use crate::budget::WriteBudget;
use crate::call::Call;
use crate::engine::Trap;
use akira_abi::caps::CapabilitySet;
use akira_abi::{Clock, Errno, Mode, NativeCall};
use alloc::rc::Rc;
use core::fmt;

/// Why a native call returns no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The app gets a negative errno.
    Errno(Errno),
    /// The app ends with a trap.
    Trap(Trap),
    /// The app ends with an exit code.
    Exit(i32),
    /// The app's linear memory must hold this many bytes first; then the call is made once more.
    Grow(u32),
    /// The call has done a part of its work and noted how far it has come with
    /// [`Call::set_progress`](crate::Call::set_progress): it is made again once others had their turn. Not for calls of
    /// numbers alone.
    Unfinished,
}

impl From<Errno> for Fault {
    fn from(errno: Errno) -> Self {
        Self::Errno(errno)
    }
}

impl From<Trap> for Fault {
    fn from(trap: Trap) -> Self {
        Self::Trap(trap)
    }
}

/// What a native call returns to the app.
pub type Answer = Result<i32, Fault>;

/// A native call and what a board does for it.
///
/// The handlers are plain functions, so a module's natives are constant data.
pub struct Native<B: Board> {
    pub(crate) row: &'static NativeCall,
    pub(crate) handler: Handler<B>,
}

/// What stands behind a native call.
pub(crate) enum Handler<B: Board> {
    Immediate(fn(&B, &mut Call<'_, B>) -> Answer),
    Immediate64(fn(&B, &mut Call<'_, B>) -> Result<i64, Fault>),
    Suspending,
}

impl<B: Board> Native<B> {
    /// A call that is answered inline and never waits.
    ///
    /// # Panics
    ///
    /// At compile time, in a constant, if the table says that the call may wait.
    pub const fn immediate(
        row: &'static NativeCall,
        handler: fn(&B, &mut Call<'_, B>) -> Answer,
    ) -> Self {
        assert!(
            matches!(row.mode, Mode::Immediate),
            "the table says that this call may wait"
        );
        Self {
            row,
            handler: Handler::Immediate(handler),
        }
    }

    /// A call with a 64-bit result that is answered inline.
    ///
    /// # Panics
    ///
    /// At compile time, in a constant, if the table says that the call may wait.
    pub const fn immediate64(
        row: &'static NativeCall,
        handler: fn(&B, &mut Call<'_, B>) -> Result<i64, Fault>,
    ) -> Self {
        assert!(
            matches!(row.mode, Mode::Immediate),
            "the table says that this call may wait"
        );
        Self {
            row,
            handler: Handler::Immediate64(handler),
        }
    }

    /// A call that may wait: the app is paused, and [`Board::complete`] answers.
    ///
    /// # Panics
    ///
    /// At compile time, in a constant, if the table says that the call never waits.
    pub const fn suspending(row: &'static NativeCall) -> Self {
        assert!(
            matches!(row.mode, Mode::Suspending),
            "the table says that this call never waits"
        );
        Self {
            row,
            handler: Handler::Suspending,
        }
    }

    /// Returns the call's row in the table.
    pub const fn row(&self) -> &'static NativeCall {
        self.row
    }
}

impl<B: Board> Clone for Handler<B> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<B: Board> Copy for Handler<B> {}

impl<B: Board> fmt::Debug for Native<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Native({}.{})", self.row.module, self.row.name)
    }
}

/// The native calls of a board, a slice per native module.
pub type Natives<B> = &'static [&'static [Native<B>]];

/// A device, as apps reach it: a value, so that a process can hold as many as it likes.
///
/// The facade `akira` has a ready table, and a function that completes suspending calls, for each native module.
pub trait Board: Sized + 'static {
    /// The native calls that this board offers; all others are answered with `-ENOSYS`.
    const NATIVES: Natives<Self>;

    /// Returns the clock by which restarts and deferred switches are timed.
    fn clock(&self) -> &dyn Clock;

    /// Answers a suspending call of an app while that is paused.
    ///
    /// # Cancel safety
    ///
    /// An app is ended by dropping this future at any await, so it leaves buses, pins and locks as it found them.
    fn complete(&self, call: &mut Call<'_, Self>) -> impl Future<Output = Answer>;

    /// Hears what happens to apps.
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
    let natives = B::NATIVES.iter().flat_map(|natives| natives.iter());
    natives.fold(CapabilitySet::EMPTY, |all, native| {
        all.union(native.row.needs.capabilities())
    })
}
