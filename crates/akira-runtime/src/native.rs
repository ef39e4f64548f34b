//! A native call with its handler.

use crate::call::Call;
use crate::engine::Trap;
use akira_abi::{Errno, Mode, NativeCall};
use core::fmt;

/// Reason why a handler returns no result to the app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The call returns this errno to the app, as a negative number.
    Errno(Errno),
    /// The run ends with this trap.
    Trap(Trap),
    /// The run ends with this exit code.
    Exit(i32),
    /// The app's linear memory must first grow to this many bytes. The runtime grows it and calls
    /// the handler again.
    Grow(u32),
    /// The handler has done a part of the work and stored its progress with
    /// [`Call::set_progress`](crate::Call::set_progress). The runtime calls it again after other
    /// apps had their turn. Not allowed in calls that take and return plain numbers only.
    Unfinished,
    /// The module lists the call but does not handle it, which is a bug in the firmware. The run
    /// ends with [`Trap::Unanswered`].
    Unanswered,
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

/// Result of a handler: the number that the call returns to the app, or a [`Fault`].
pub type Answer = Result<i32, Fault>;

/// A native call of module `M`, with the handler that answers it.
///
/// Handlers are plain functions, so a module's list of calls is constant data.
pub struct Native<M> {
    pub(crate) row: &'static NativeCall,
    pub(crate) handler: Handler<M>,
}

/// Handler of a native call.
pub(crate) enum Handler<M> {
    Immediate(fn(&M, &mut Call<'_>) -> Answer),
    Immediate64(fn(&M, &mut Call<'_>) -> Result<i64, Fault>),
    Suspending,
}

impl<M> Native<M> {
    /// Declares a call whose handler answers at once and never waits.
    ///
    /// # Panics
    ///
    /// In a constant, at compile time, if the table of native calls marks the call as one that may
    /// wait.
    pub const fn immediate(
        row: &'static NativeCall,
        handler: fn(&M, &mut Call<'_>) -> Answer,
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

    /// Declares a call whose handler answers at once with a 64-bit result.
    ///
    /// # Panics
    ///
    /// In a constant, at compile time, if the table of native calls marks the call as one that may
    /// wait.
    pub const fn immediate64(
        row: &'static NativeCall,
        handler: fn(&M, &mut Call<'_>) -> Result<i64, Fault>,
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

    /// Declares a call that may wait. The runtime pauses the app, and
    /// [`NativeModule::complete`](crate::NativeModule::complete) answers the call.
    ///
    /// # Panics
    ///
    /// In a constant, at compile time, if the table of native calls marks the call as one that
    /// never waits.
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

    /// Returns the row of this call in the table of native calls.
    pub const fn row(&self) -> &'static NativeCall {
        self.row
    }
}

impl<M> Clone for Handler<M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M> Copy for Handler<M> {}

impl<M> fmt::Debug for Native<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Native({}.{})", self.row.module, self.row.name)
    }
}
