//! A pull reader for the lenient JSON of manifests: no tree, no recursion, every byte looked at a bounded number of
//! times.

mod cursor;
mod text;

pub(crate) use cursor::Cursor;
pub use text::JsonText;
