//! What lies where in the memory of the guests: arguments that are as large as they may be.

/// Pages of 64 KiB that a guest has, and may grow to.
pub(crate) const PAGES: (u32, u32) = (12, 16);

/// What the guest's counter writes, four letters and a NUL.
pub(crate) const NUMBERED: u32 = 64;
/// Where a case puts the result of the call before.
pub(crate) const SMALL: u32 = 128;
/// Doubles for `printf`: the largest, the smallest, and one with digits everywhere.
pub(crate) const LARGEST: u32 = 1 << 10;
pub(crate) const SMALLEST: u32 = 8 << 10;
pub(crate) const RAGGED: u32 = 16 << 10;
/// How many of each there are.
pub(crate) const DOUBLES: u32 = 512;
/// Addresses of [`LONG`] for `printf`.
pub(crate) const WORDS: u32 = 24 << 10;
/// The strings of a case.
pub(crate) const STRINGS: u32 = 32 << 10;
/// The longest string that most calls take.
pub(crate) const LONG: u32 = 64 << 10;
pub(crate) const LONG_BYTES: u32 = 4_095;
/// A string as long, of which only the last letter is another.
pub(crate) const ALMOST: u32 = 72 << 10;
/// The longest that `strstr` looks for, of which only the last letter is another.
pub(crate) const WANTED: u32 = 80 << 10;
pub(crate) const WANTED_BYTES: u32 = 512;
/// Two strings of one letter that are done in many parts, one of digits and one of blanks.
pub(crate) const HUGE: u32 = 256 << 10;
pub(crate) const TWIN: u32 = 384 << 10;
pub(crate) const DIGITS: u32 = 128 << 10;
pub(crate) const BLANKS: u32 = 192 << 10;
pub(crate) const HUGE_BYTES: u32 = (128 << 10) - 1;
pub(crate) const DIGITS_BYTES: u32 = 4_000;
pub(crate) const PART_BYTES: u32 = (64 << 10) - 1;
/// A buffer that calls write to.
pub(crate) const BUFFER: u32 = 512 << 10;
pub(crate) const BUFFER_BYTES: u32 = 128 << 10;
