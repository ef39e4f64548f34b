//! Pull parser for the lenient JSON of manifests. It builds no tree, uses no recursion, and
//! examines every byte a bounded number of times.

mod cursor;
mod text;

pub(crate) use cursor::Cursor;
pub use text::JsonText;
