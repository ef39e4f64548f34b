//! How much the server takes at once. How long it waits is in [`Limits`](akira_peers::Limits).

/// The largest app image that is taken, in bytes.
pub const IMAGE_LIMIT: usize = 4 << 20;
/// Connections at once, whatever they are used for.
pub(super) const CONNECTIONS: usize = 128;
/// Bodies that arrive at once: together they take at most so many times [`IMAGE_LIMIT`] of the host's memory.
pub(super) const BODIES: usize = 16;
/// Pages that are open at once.
pub(super) const PAGES: usize = 16;
/// The longest head of a request, in bytes; the smallest that hyper can be held to is 8 KiB.
pub(super) const HEAD: usize = 16 << 10;
/// The headers of a request.
pub(super) const HEADERS: usize = 64;
/// The longest path with its query, in bytes.
pub(super) const URI: usize = 2 << 10;
/// Bytes that are read and thrown away after an answer that did not wait for all of its request.
pub(super) const UNREAD: usize = 2 * IMAGE_LIMIT;
