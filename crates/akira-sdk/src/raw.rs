//! The native calls as the module imports them: addresses, lengths and negative errnos.
//!
//! On a host, which has no runtime to import from, the calls are stubs that fail with `-ENOSYS` where their result can
//! carry it, so that an app's own logic can be tested there. Prefer [`calls`](crate::calls), which takes slices, or the
//! modules above it.

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
