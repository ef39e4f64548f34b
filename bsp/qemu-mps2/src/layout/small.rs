//! Small layout: 512 KB of flash and 128 KB of RAM, spacewasm, and apps with pages of one byte.

/// Engine that runs the apps.
pub type Engine = akira::engine::Spacewasm;

/// Bytes of the heap: the memory of all running apps, the flash index, and a reserve.
pub const HEAP_BYTES: usize = 76 << 10;

/// Maximum number of installed apps.
pub(crate) const INSTALLED: usize = 8;

/// Maximum number of records on the flash: settings, files, pieces of files, and apps. Each record
/// takes 16 bytes of RAM.
pub(crate) const RECORDS: usize = 256;

/// Maximum bytes of an app's image, which stays on the flash.
pub(crate) const IMAGE_BYTES: usize = 32 << 10;

/// Maximum number of apps that run at once.
pub(crate) const RUNNING: usize = 4;

/// Bytes of the heap that all running apps may take together.
pub(crate) const APP_BYTES: u64 = 52 << 10;

/// Maximum bytes that an app may request at run time, beyond the memory that its module declares.
pub(crate) const MEMORY_BYTES: u32 = 16 << 10;

/// Bytes that an app may request at run time if its manifest sets no limit.
pub(crate) const APP_MEMORY_BYTES: u32 = 4 << 10;

/// Default size of the heap that the host manages in an app's memory, in bytes.
pub(crate) const APP_HEAP_BYTES: u32 = 2 << 10;

/// Default size of the engine's stack for an app, in bytes.
pub(crate) const APP_STACK_BYTES: u32 = 2 << 10;
