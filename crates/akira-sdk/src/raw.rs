//! Native calls with the signatures of the imports: addresses, lengths and negative errnos.
//!
//! A host has no runtime to import from. There the calls are stubs, so that an app's own logic can
//! be tested on the host; a stub returns `-ENOSYS` if the type of its result allows it. Prefer
//! [`calls`](crate::calls), which takes slices, or the modules above it.

#[cfg(not(target_arch = "wasm32"))]
#[expect(
    clippy::missing_safety_doc,
    missing_docs,
    reason = "stand-ins for the documented imports, with the same names and types"
)]
mod host;
#[cfg(target_arch = "wasm32")]
mod imports;

#[cfg(not(target_arch = "wasm32"))]
pub use host::*;
#[cfg(target_arch = "wasm32")]
pub use imports::*;
