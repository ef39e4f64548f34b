//! A native call with its handler.

use crate::call::Call;
use crate::engine::Trap;
use akira_abi::{Errno, Mode, NativeCall};
use core::fmt;

/// Outcome of a native call without a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The app gets a negative errno.
    Errno(Errno),
    /// The app ends with a trap.
    Trap(Trap),
    /// The app ends with an exit code.
    Exit(i32),
    /// The app's linear memory must hold this many bytes first; the call is then made again.
    Grow(u32),
    /// The call has done a part of its work and stored its progress with
    /// [`Call::set_progress`](crate::Call::set_progress). It is made again once other apps had their turn. Not allowed
    /// in calls of numbers alone.
    Unfinished,
    /// The module lists the call and does not answer it, which is a bug in the firmware: the app ends with
    /// [`Trap::Unanswered`].
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

/// Result that a native call returns to the app.
pub type Answer = Result<i32, Fault>;

/// A native call with its handler.
///
/// The handlers are plain functions, so a module's natives are constant data.
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
    /// Declares a call that is answered inline and never waits.
    ///
    /// # Panics
    ///
    /// At compile time, in a constant, if the table says that the call may wait.
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

    /// Declares a call with a 64-bit result that is answered inline.
    ///
    /// # Panics
    ///
    /// At compile time, in a constant, if the table says that the call may wait.
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

    /// Declares a call that may wait: the app is paused, and [`NativeModule::complete`](crate::NativeModule::complete)
    /// answers it.
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
