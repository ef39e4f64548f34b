//! Memory layout of the guests: arguments of the maximum size.

/// Initial and maximum size of a guest's memory, in pages of 64 KiB.
pub(crate) const PAGES: (u32, u32) = (12, 16);

/// String of a counter: four letters and a NUL.
pub(crate) const NUMBERED: u32 = 64;
/// Buffer for results of a few bytes.
pub(crate) const SMALL: u32 = 128;
/// Doubles for `printf`: the largest, the smallest, and one with many digits before and after the
/// point.
pub(crate) const LARGEST: u32 = 1 << 10;
pub(crate) const SMALLEST: u32 = 8 << 10;
pub(crate) const RAGGED: u32 = 16 << 10;
/// Number of doubles of each kind.
pub(crate) const DOUBLES: u32 = 512;
/// Addresses of [`LONG`], as arguments of `printf`.
pub(crate) const WORDS: u32 = 24 << 10;
/// Strings of a case.
pub(crate) const STRINGS: u32 = 32 << 10;
/// The longest string that most calls accept.
pub(crate) const LONG: u32 = 64 << 10;
pub(crate) const LONG_BYTES: u32 = 4_095;
/// String of the same length that differs only in its last letter.
pub(crate) const ALMOST: u32 = 72 << 10;
/// The longest string that `strstr` accepts as the needle. Only its last letter differs from
/// [`HUGE`].
pub(crate) const WANTED: u32 = 80 << 10;
pub(crate) const WANTED_BYTES: u32 = 512;
/// Two long strings of one letter, a string of digits and a string of blanks. Calls process them in
/// several parts.
pub(crate) const HUGE: u32 = 256 << 10;
pub(crate) const TWIN: u32 = 384 << 10;
pub(crate) const DIGITS: u32 = 128 << 10;
pub(crate) const BLANKS: u32 = 192 << 10;
pub(crate) const HUGE_BYTES: u32 = (128 << 10) - 1;
pub(crate) const DIGITS_BYTES: u32 = 4_000;
pub(crate) const PART_BYTES: u32 = (64 << 10) - 1;
/// Buffer that calls write to.
pub(crate) const BUFFER: u32 = 512 << 10;
pub(crate) const BUFFER_BYTES: u32 = 128 << 10;
