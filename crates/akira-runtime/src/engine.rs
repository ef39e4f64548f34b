//! Interface between the runtime and an engine. An engine loads a module, runs it for a slice, and
//! pauses it in a host call.
//!
//! Only the engine modules depend on a particular engine.

#[cfg(feature = "scripted")]
mod scripted;
#[cfg(feature = "spacewasm")]
mod spacewasm;
#[cfg(feature = "wasmi")]
mod wasmi;

#[cfg(feature = "scripted")]
pub use self::scripted::{Op, Record, Script, Scripted, ScriptedInstance};
#[cfg(feature = "spacewasm")]
pub use self::spacewasm::{Spacewasm, SpacewasmInstance};
#[cfg(feature = "wasmi")]
pub use self::wasmi::{Wasmi, WasmiInstance};

use crate::image::Image;
use crate::module::{Module, ModuleError};
use alloc::boxed::Box;
use alloc::string::ToString;
use core::any::Any;
use core::fmt;

/// Trap or exceeded limit that ended a run of an app.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Trap {
    /// The app executed the instruction `unreachable`. Compiled code does so in a panic or an
    /// `abort`.
    Unreachable,
    /// The app accessed bytes outside its linear memory, or passed to a native call a pointer or a
    /// string that lies outside it.
    MemoryOutOfBounds,
    /// The app accessed a table element outside the table's bounds.
    TableOutOfBounds,
    /// The app called a null function pointer.
    IndirectCallToNull,
    /// The app divided by zero.
    DivisionByZero,
    /// An integer operation overflowed, or the app converted a float that is too large for the
    /// integer.
    IntegerOverflow,
    /// The app converted NaN to an integer.
    BadConversion,
    /// The app called a function pointer of another type.
    BadSignature,
    /// The app's calls nested too deeply, or its values filled the engine's stack.
    StackOverflow,
    /// The app called an unlinked import: the device knows no call of this name and type.
    Unlinked,
    /// The app made a native call that a module of the firmware lists but does not handle.
    Unanswered,
    /// The app exceeded its CPU budget: it computed for too long between two waits.
    OutOfCpu,
    /// The app needed more memory than its limit allows.
    OutOfMemory,
    /// The engine reported a trap of another kind.
    Other,
}

impl fmt::Display for Trap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unreachable => "unreachable executed (a panic or an abort)",
            Self::MemoryOutOfBounds => "out of bounds memory access",
            Self::TableOutOfBounds => "out of bounds table access",
            Self::IndirectCallToNull => "call of a null function pointer",
            Self::DivisionByZero => "division by zero",
            Self::IntegerOverflow => "integer overflow",
            Self::BadConversion => "conversion of a NaN to an integer",
            Self::BadSignature => "call of a function pointer of another type",
            Self::StackOverflow => "stack overflow",
            Self::Unlinked => "call of an import that this device does not have",
            Self::Unanswered => "call listed by the firmware, but not implemented",
            Self::OutOfCpu => "CPU budget used up",
            Self::OutOfMemory => "memory budget used up",
            Self::Other => "trap",
        })
    }
}

/// Reason why an engine rejects a module.
#[derive(Debug, PartialEq)]
#[non_exhaustive]
pub enum LoadError {
    /// The module is invalid.
    Invalid(EngineError),
    /// The module needs more memory or larger tables than its limits allow.
    TooLarge(EngineError),
    /// The module cannot be interrupted: its code does not meter its execution, so the runtime
    /// could not stop it.
    Unmetered,
    /// The module uses a feature that this engine does not support.
    Unsupported {
        /// Name of the feature.
        what: &'static str,
        /// Advice on how to build the app without the feature.
        fix: &'static str,
    },
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid(why) => write!(f, "the module is invalid: {why}"),
            Self::TooLarge(why) => write!(f, "the module exceeds a limit: {why}"),
            Self::Unmetered => f.write_str(
                "its code is not metered, so it could not be stopped; build it with fuel",
            ),
            Self::Unsupported { what, fix } => {
                write!(f, "this engine does not support {what}; {fix}")
            }
        }
    }
}

/// The display text contains the text of the cause, so `source` returns `None`.
impl core::error::Error for LoadError {}

/// Error that an engine reports for a module. It wraps the engine's own error type, so that this
/// crate's API does not depend on the engine.
///
/// ```
/// use akira_runtime::engine::EngineError;
///
/// let error = EngineError::new(core::fmt::Error);
/// assert!(error.downcast_ref::<core::fmt::Error>().is_some());
/// ```
pub struct EngineError(Box<dyn Words>);

/// Type-erased error that can be displayed. It does not require [`core::error::Error`], because
/// that requires `Debug`, which no device needs and which takes 4 KB of flash.
trait Words: fmt::Display + Any + Send + Sync {}

impl<T: fmt::Display + Any + Send + Sync> Words for T {}

impl EngineError {
    /// Wraps an error value, or a text if the engine has no error value.
    pub fn new(error: impl fmt::Display + Send + Sync + 'static) -> Self {
        Self(Box::new(error))
    }

    /// Returns the wrapped error if its type is `T`, otherwise `None`.
    pub fn downcast_ref<T: Any>(&self) -> Option<&T> {
        let error: &dyn Any = &*self.0;
        error.downcast_ref()
    }
}

/// Two errors are equal if their display texts are equal.
impl PartialEq for EngineError {
    fn eq(&self, other: &Self) -> bool {
        self.0.to_string() == other.0.to_string()
    }
}

impl fmt::Display for EngineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for EngineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Resource limits of an instance of a module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Maximum size of linear memory, including the host's heap, in bytes.
    pub memory_bytes: u64,
    /// Maximum size to which the guest itself can grow its linear memory, in bytes. It does not
    /// include the host's heap.
    pub guest_memory_bytes: u64,
    /// Size of a page of linear memory in bytes: 65536 or 1.
    pub page_bytes: u64,
    /// Maximum number of elements of each table.
    pub table_elements: u32,
    /// Maximum size of the engine's value stack, in bytes.
    pub stack_bytes: u32,
    /// Maximum nesting depth of function calls.
    pub call_depth: u32,
}

impl Limits {
    /// Creates limits of `memory_bytes` bytes of linear memory, all of it for the guest, in pages
    /// of 64 KiB. Each table has at most 10,000 elements, the stack 64 KiB, and calls nest at most
    /// 1,000 deep.
    pub const fn new(memory_bytes: u64) -> Self {
        Self {
            memory_bytes,
            guest_memory_bytes: memory_bytes,
            page_bytes: 1 << 16,
            table_elements: 10_000,
            stack_bytes: 64 << 10,
            call_depth: 1_000,
        }
    }

    /// Raises the limit of linear memory by `bytes`, for the heap that the host keeps for the app in
    /// the app's own memory.
    pub const fn with_heap(mut self, bytes: u64) -> Self {
        self.memory_bytes = self.memory_bytes.saturating_add(bytes);
        self
    }

    /// Sets the size of a page of linear memory in bytes: 65536 or 1.
    pub const fn with_page_bytes(mut self, bytes: u64) -> Self {
        self.page_bytes = bytes;
        self
    }

    /// Sets the maximum number of elements of each table.
    pub const fn with_table_elements(mut self, elements: u32) -> Self {
        self.table_elements = elements;
        self
    }

    /// Sets the maximum size of the engine's value stack in bytes, and the maximum nesting depth of
    /// function calls.
    pub const fn with_stack(mut self, bytes: u32, call_depth: u32) -> Self {
        self.stack_bytes = bytes;
        self.call_depth = call_depth;
        self
    }

    /// Returns the number of pages of linear memory that are reserved for the host's heap.
    #[cfg(any(feature = "spacewasm", feature = "wasmi"))]
    pub(crate) const fn heap_pages(&self) -> u64 {
        let bytes = self.memory_bytes.saturating_sub(self.guest_memory_bytes);
        match bytes.checked_div(self.page_bytes) {
            Some(pages) => pages,
            None => 0,
        }
    }
}

/// Reason why [`Instance::start`] or [`Instance::resume`] returned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// The function returned this value, or the app called `exit` with it. The value is 0 if the
    /// function has no result.
    Finished(i32),
    /// The instance trapped and cannot continue.
    Trapped(Trap),
    /// The fuel is used up. [`Instance::resume`] continues, and must get at least `needed` fuel.
    OutOfFuel {
        /// Fuel that the next operation costs.
        needed: u64,
    },
    /// A host call paused the instance; [`Instance::resume`] continues with the call's result.
    Paused,
}

/// Reason why the guest cannot continue right after a host call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interrupt {
    /// The host has recorded the call: pause the instance. [`Instance::resume`] passes the result
    /// later.
    Pause,
    /// End the instance with this exit code.
    Exit(i32),
    /// End the instance with this trap.
    Trap(Trap),
    /// Grow the linear memory to at least this many bytes, and then repeat the call.
    Grow(u64),
}

/// Host functions behind the imports of an instance. The runtime implements this trait, and engines
/// call it.
pub trait Host: 'static {
    /// Identifies the host function of one import.
    type Link: Copy + Send + Sync + 'static;

    /// Calls the host function `link`, and returns its result.
    ///
    /// `words` contains the arguments; an i64 argument is passed as its low 32 bits. `memory` is
    /// the guest's linear memory. The result fits the result type of the import. The engine ignores
    /// it if the import has no result.
    ///
    /// # Errors
    ///
    /// [`Interrupt`] if the guest cannot continue right after the call.
    fn enter(
        &mut self,
        link: &Self::Link,
        words: &[u32],
        memory: &mut [u8],
    ) -> Result<i64, Interrupt>;

    /// Returns whether the host function `link` has only plain numbers as parameters and result, so
    /// that the engine can call it with [`enter_with_numbers`](Self::enter_with_numbers).
    fn takes_numbers(link: &Self::Link) -> bool {
        let _ = link;
        false
    }

    /// Calls a host function that does not access the guest's memory. It exists because locating
    /// the memory takes an engine as long as the rest of the call.
    ///
    /// # Errors
    ///
    /// [`Interrupt`] if the guest cannot continue right after the call.
    fn enter_with_numbers(&mut self, link: &Self::Link, words: &[u32]) -> Result<i64, Interrupt> {
        self.enter(link, words, &mut [])
    }

    /// Returns the fuel for work that the host has done since the last call of this function.
    fn take_charge(&mut self) -> u64;
}

/// Validates modules and loads them. Each WebAssembly interpreter implements this trait once.
pub trait Engine: 'static {
    /// Type of a loaded module with its linear memory.
    type Instance<H: Host>: Instance<H>;

    /// Validates an app's module without loading it. An engine that can validate in pieces returns
    /// pending once after each piece, so that other tasks run in between.
    ///
    /// # Errors
    ///
    /// [`LoadError`] if the module is invalid.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future aborts the validation and changes nothing else.
    fn validate(
        &self,
        module: &Module<'_>,
        limits: Limits,
    ) -> impl Future<Output = Result<(), LoadError>>;

    /// Returns the maximum number of bytes that the engine allocates for a module, besides its
    /// linear memory, stack and tables.
    ///
    /// # Errors
    ///
    /// [`ModuleError`] if the module is malformed, or uses a feature that this engine does not
    /// support.
    fn overhead_bytes(&self, module: &Module<'_>) -> Result<u64, ModuleError>;

    /// Loads an app's module, and allocates all memory that the instance may ever use. `links`
    /// contains the host functions of the imports, in the order of the imports.
    ///
    /// `module` is parsed from `image`. An engine that executes code in place, for example from
    /// memory-mapped flash, keeps a clone of the image: the bytes stay unchanged while a clone
    /// exists.
    ///
    /// # Errors
    ///
    /// [`LoadError`] if the module is invalid or needs more than `limits`.
    fn load<H: Host>(
        &self,
        image: &Image,
        module: &Module<'_>,
        links: &[H::Link],
        host: H,
        limits: Limits,
    ) -> Result<Self::Instance<H>, LoadError>;
}

/// A loaded module with its linear memory. It runs one exported function at a time, in slices.
pub trait Instance<H: Host>: 'static {
    /// Calls an exported function that has no parameters or those of a C `main`, and runs it for at
    /// most `fuel`. A C `main` gets an empty argument list.
    ///
    /// Returns [`Step::Finished`] if the export does not exist.
    fn start(&mut self, export: &str, fuel: u64) -> Step;

    /// Continues for at most `fuel`: after [`Step::Paused`] with the result of the host call, or
    /// after [`Step::OutOfFuel`], where `result` is ignored.
    fn resume(&mut self, result: i64, fuel: u64) -> Step;

    /// Returns the fuel that remains of the amount passed to the last [`Instance::start`] or
    /// [`Instance::resume`].
    fn fuel(&self) -> u64;

    /// Returns whether fuel limits how long the instance runs. The runtime does not start an
    /// instance that returns `false`.
    fn is_metered(&self) -> bool {
        true
    }

    /// Returns the linear memory and the host. The memory does not move while the instance is not
    /// running.
    fn memory(&mut self) -> (&mut [u8], &mut H);
}

/// Returns the `argv` of an app without arguments: the address of a null pointer, which ends an
/// argument list in C.
///
/// Compilers leave the first bytes of memory free, since no object may have the address 0. If a
/// module has data at that address, or has no memory, `argv` is itself a null pointer.
#[cfg(any(feature = "spacewasm", feature = "wasmi"))]
fn argv(memory: &[u8]) -> i32 {
    const AT: usize = 4;
    match memory.get(AT..2 * AT) {
        Some([0, 0, 0, 0]) => AT as i32,
        _ => 0,
    }
}
