//! What the runtime wants of an engine: load a module, run it for a slice, pause it in a host call.
//!
//! Nothing outside the engine modules may know which engine runs.

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

/// Why an app was ended by force.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Trap {
    /// It executed `unreachable`; compiled code does so in a panic or an `abort`.
    Unreachable,
    /// It read or wrote outside its linear memory, or passed a native call a pointer or a string that does.
    MemoryOutOfBounds,
    /// It accessed a table outside its bounds.
    TableOutOfBounds,
    /// It called a null function pointer.
    IndirectCallToNull,
    /// It divided by zero.
    DivisionByZero,
    /// An integer operation overflowed, or it converted a float that is too large for the integer.
    IntegerOverflow,
    /// It converted a float that is not a number to an integer.
    BadConversion,
    /// It called a function pointer of another type.
    BadSignature,
    /// It recursed too deep.
    StackOverflow,
    /// It called an import that has no meaning here: unknown, or of an unknown type.
    Unlinked,
    /// It made a call that a module of the firmware lists and does not answer.
    Unanswered,
    /// It used more CPU time than it may between two waits, or in all.
    OutOfCpu,
    /// It asked for more memory than it may have.
    OutOfMemory,
    /// Something else, which the engine does not tell apart.
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
            Self::BadConversion => "conversion of a float that is not a number to an integer",
            Self::BadSignature => "call of a function pointer of another type",
            Self::StackOverflow => "stack overflow",
            Self::Unlinked => "call of an import that this device does not have",
            Self::Unanswered => "call that the firmware lists and does not answer",
            Self::OutOfCpu => "CPU budget used up",
            Self::OutOfMemory => "memory budget used up",
            Self::Other => "trap",
        })
    }
}

/// Why an engine did not take a module.
#[derive(Debug, PartialEq)]
#[non_exhaustive]
pub enum LoadError {
    /// The module is invalid.
    Invalid(EngineError),
    /// It wants more memory or larger tables than it may have.
    TooLarge(EngineError),
    /// Nothing could stop it: its code does not count what it executes.
    Unmetered,
    /// It uses what this engine does not have.
    Unsupported {
        /// What it uses.
        what: &'static str,
        /// How to build it without.
        fix: &'static str,
    },
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid(why) => write!(f, "the module is invalid: {why}"),
            Self::TooLarge(why) => write!(f, "the module wants more than it may have: {why}"),
            Self::Unmetered => f.write_str(
                "its code does not count what it executes, so nothing could stop it; build it with fuel",
            ),
            Self::Unsupported { what, fix } => {
                write!(f, "the engine of this device has no {what}; {fix}")
            }
        }
    }
}

/// Each says in its own text what its cause says, so none has a source.
impl core::error::Error for LoadError {}

/// What an engine finds wrong with a module: its own error, which is kept.
///
/// ```
/// use akira_runtime::engine::EngineError;
///
/// let error = EngineError::new(core::fmt::Error);
/// assert!(error.downcast_ref::<core::fmt::Error>().is_some());
/// ```
pub struct EngineError(Box<dyn Words>);

/// An error by its words. It is not [`core::error::Error`], whose `Debug` no device needs: that takes 4 KB of flash.
trait Words: fmt::Display + Any + Send + Sync {}

impl<T: fmt::Display + Any + Send + Sync> Words for T {}

impl EngineError {
    /// Makes it of an error, or of words where there is none.
    pub fn new(error: impl fmt::Display + Send + Sync + 'static) -> Self {
        Self(Box::new(error))
    }

    /// Returns the error, if it is of this type.
    pub fn downcast_ref<T: Any>(&self) -> Option<&T> {
        let error: &dyn Any = &*self.0;
        error.downcast_ref()
    }
}

/// Two are equal if they say the same.
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

/// How far an instance may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// The most bytes of linear memory, with the host's heap.
    pub memory_bytes: u64,
    /// The most bytes that the guest itself may grow its memory to, without the host's heap.
    pub guest_memory_bytes: u64,
    /// The size of a page of linear memory in bytes: 65536, or 1.
    pub page_bytes: u64,
    /// The most elements of a table.
    pub table_elements: u32,
    /// The most bytes of the engine's value stack.
    pub stack_bytes: u32,
    /// How deep calls may nest.
    pub call_depth: u32,
}

impl Limits {
    /// Returns limits of so many bytes of linear memory, in pages of 64 KiB and all the guest's; tables of 10,000 elements, 64 KiB of
    /// stack, calls 1,000 deep.
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

    /// Adds bytes of linear memory for the host's heap.
    pub const fn with_heap(mut self, bytes: u64) -> Self {
        self.memory_bytes = self.memory_bytes.saturating_add(bytes);
        self
    }

    /// Sets the size of a page, 65536 or 1.
    pub const fn with_page_bytes(mut self, bytes: u64) -> Self {
        self.page_bytes = bytes;
        self
    }

    /// Sets the most elements of a table.
    pub const fn with_table_elements(mut self, elements: u32) -> Self {
        self.table_elements = elements;
        self
    }

    /// Sets the most bytes of the engine's stack, and how deep calls may nest.
    pub const fn with_stack(mut self, bytes: u32, call_depth: u32) -> Self {
        self.stack_bytes = bytes;
        self.call_depth = call_depth;
        self
    }

    /// Returns the pages of linear memory that are for the host's heap.
    #[cfg(any(feature = "spacewasm", feature = "wasmi"))]
    pub(crate) const fn heap_pages(&self) -> u64 {
        let bytes = self.memory_bytes.saturating_sub(self.guest_memory_bytes);
        match bytes.checked_div(self.page_bytes) {
            Some(pages) => pages,
            None => 0,
        }
    }
}

/// How an instance came to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// The function returned this, or called `exit` with it; 0 where it returns nothing.
    Finished(i32),
    /// It trapped and cannot continue.
    Trapped(Trap),
    /// The fuel is used up; it continues with [`Instance::resume`] and at least this much.
    OutOfFuel {
        /// What the next operation costs.
        needed: u64,
    },
    /// A host call paused it; it continues with [`Instance::resume`] and the call's result.
    Paused,
}

/// Why a host call does not return to the guest at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interrupt {
    /// The host noted the call; pause the instance.
    Pause,
    /// End the instance with this exit code.
    Exit(i32),
    /// End the instance with this trap.
    Trap(Trap),
    /// Grow the linear memory to at least this many bytes and make the call once more.
    Grow(u64),
}

/// What the guest's imports reach.
pub trait Host: 'static {
    /// What stands behind one import.
    type Link: Copy + Send + Sync + 'static;

    /// Makes a host call.
    ///
    /// `words` are the arguments; of an i64 the low half. The result fits the type of the import, or is ignored where
    /// that has none.
    ///
    /// # Errors
    ///
    /// [`Interrupt`] if the guest does not continue at once.
    fn enter(
        &mut self,
        link: &Self::Link,
        words: &[u32],
        memory: &mut [u8],
    ) -> Result<i64, Interrupt>;

    /// Tells whether a call through `link` has to do with numbers alone, so that
    /// [`enter_with_numbers`](Self::enter_with_numbers) does for it.
    fn takes_numbers(link: &Self::Link) -> bool {
        let _ = link;
        false
    }

    /// Makes a host call that does not look at the guest's memory: to find that takes an engine as long as all the rest.
    ///
    /// # Errors
    ///
    /// [`Interrupt`] if the guest does not continue at once.
    fn enter_with_numbers(&mut self, link: &Self::Link, words: &[u32]) -> Result<i64, Interrupt> {
        self.enter(link, words, &mut [])
    }

    /// Takes the fuel that host work since the last time costs.
    fn take_charge(&mut self) -> u64;
}

/// Loads modules.
pub trait Engine: 'static {
    /// A loaded module with its memory.
    type Instance<H: Host>: Instance<H>;

    /// Checks an app's module without loading it. An engine that can do that in pieces is pending once between them, so that
    /// others run meanwhile.
    ///
    /// # Errors
    ///
    /// [`LoadError`] if the module is invalid.
    ///
    /// # Cancel safety
    ///
    /// A drop ends the check; nothing else has changed.
    fn validate(
        &self,
        module: &Module<'_>,
        limits: Limits,
    ) -> impl Future<Output = Result<(), LoadError>>;

    /// Returns the most bytes that the engine itself needs for a module, beside its memory, stack and tables.
    ///
    /// # Errors
    ///
    /// [`ModuleError`] if the module is malformed, or has something that this engine does not run.
    fn overhead_bytes(&self, module: &Module<'_>) -> Result<u64, ModuleError>;

    /// Loads an app's module, and reserves all memory that it may ever have. `links` are the host functions of its imports,
    /// in order.
    ///
    /// `module` is what `image` holds. An engine that runs code where it lies, say on a flash that is mapped into memory, keeps a
    /// clone of the image: as long as that is there, the bytes stay as they are.
    ///
    /// # Errors
    ///
    /// [`LoadError`] if the module is invalid or wants more than `limits`.
    fn load<H: Host>(
        &self,
        image: &Image,
        module: &Module<'_>,
        links: &[H::Link],
        host: H,
        limits: Limits,
    ) -> Result<Self::Instance<H>, LoadError>;
}

/// A loaded module with its memory: runs one function at a time, in slices.
pub trait Instance<H: Host>: 'static {
    /// Calls an exported function and runs it for `fuel`: without arguments, or with no arguments of C's `main`.
    ///
    /// An export that is not there has finished at once.
    fn start(&mut self, export: &str, fuel: u64) -> Step;

    /// Goes on after a pause, with the result of the host call that made it, or after more fuel.
    fn resume(&mut self, result: i64, fuel: u64) -> Step;

    /// Returns the fuel that is left of what [`Instance::start`] or [`Instance::resume`] gave.
    fn fuel(&self) -> u64;

    /// Tells whether fuel bounds how long it runs. An app that nothing can stop is not started.
    fn is_metered(&self) -> bool {
        true
    }

    /// Returns the linear memory and the host. The memory stays where it is for as long as nothing is run.
    fn memory(&mut self) -> (&mut [u8], &mut H);
}

/// Returns the `argv` of an app without arguments: the address of a null pointer, which C wants at its end.
///
/// Compilers leave the first bytes of memory free, since no object may have the address 0. Where a module has data there, it gets a null
/// pointer instead, as it does without memory.
#[cfg(any(feature = "spacewasm", feature = "wasmi"))]
fn argv(memory: &[u8]) -> i32 {
    const AT: usize = 4;
    match memory.get(AT..2 * AT) {
        Some([0, 0, 0, 0]) => AT as i32,
        _ => 0,
    }
}
