//! 1 MB of flash and 256 KB of RAM: wasmi, and apps with a page of 64 KiB.

/// The engine that runs the apps.
pub type Engine = akira::engine::Wasmi;

/// The bytes of the heap: what apps may have together, what the flash's index takes, and a reserve.
pub const HEAP_BYTES: usize = 184 << 10;

/// The most installed apps.
pub(crate) const INSTALLED: usize = 16;

/// The settings, files and apps that the board can keep, with the pieces of the files: 16 bytes of RAM for each.
pub(crate) const RECORDS: usize = 512;

/// The most bytes of an app's image, which stays on the flash.
pub(crate) const IMAGE_BYTES: usize = 64 << 10;

/// The most apps that run at once.
pub(crate) const RUNNING: usize = 5;

/// The bytes of the heap that running apps may have together.
pub(crate) const APP_BYTES: u64 = 152 << 10;

/// The most that an app may ask for at run time, beyond what its module declares.
pub(crate) const MEMORY_BYTES: u32 = 64 << 10;

/// What it gets if it does not ask.
pub(crate) const APP_MEMORY_BYTES: u32 = 16 << 10;

/// The host's heap in its memory, likewise.
pub(crate) const APP_HEAP_BYTES: u32 = 4 << 10;

/// The engine's stack, likewise.
pub(crate) const APP_STACK_BYTES: u32 = 4 << 10;
