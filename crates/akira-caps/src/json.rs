//! A pull reader for the lenient JSON of manifests: no tree and no recursion; it examines every byte a bounded number
//! of times.

mod cursor;
mod text;

pub(crate) use cursor::Cursor;
pub use text::JsonText;
