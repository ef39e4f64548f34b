#![no_std]
#![forbid(unsafe_code)]
#![doc = include_str!("../README.md")]

extern crate alloc;

pub mod ctype;

mod format;
mod memory;
mod number;
pub mod parts;
mod search;
mod stdout;
mod string;

pub use format::{MAX_WORK, printf, printf_part, puts_part, snprintf, snprintf_part, sprintf};
pub use memory::{Counted, OutOfBounds, memchr, memcmp, memmove, memset};
pub use number::{MAX_DIGITS, atoi, strtol, strtoul};
pub use stdout::{MAX_LINE, Stdout};
pub use string::{
    strchr, strcmp, strcpy, strcspn, strlen, strncasecmp, strncmp, strncpy, strspn, strstr,
};
