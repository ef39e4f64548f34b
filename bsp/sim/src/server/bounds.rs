//! Limits on sizes and numbers. [`Limits`](akira_peers::Limits) has the limits on time.

/// Maximum size of an app image in bytes.
pub const IMAGE_LIMIT: usize = 4 << 20;
/// Maximum number of open connections of any kind.
pub(super) const CONNECTIONS: usize = 128;
/// Maximum number of request bodies in memory. Together they take at most this many times
/// [`IMAGE_LIMIT`] of the host's memory.
pub(super) const BODIES: usize = 16;
/// Maximum number of open pages.
pub(super) const PAGES: usize = 16;
/// Maximum size of a request's head in bytes. The smallest limit that hyper accepts is 8 KiB.
pub(super) const HEAD: usize = 16 << 10;
/// Maximum number of headers of a request.
pub(super) const HEADERS: usize = 64;
/// Maximum length of a path with its query in bytes.
pub(super) const URI: usize = 2 << 10;
/// Maximum number of bytes to read and discard after an answer that was sent before the whole
/// request was read.
pub(super) const UNREAD: usize = 2 * IMAGE_LIMIT;
