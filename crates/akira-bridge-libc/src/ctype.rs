//! `<ctype.h>` in the "C" locale: non-ASCII characters and `EOF` belong to no class.

fn is(c: i32, test: fn(&u8) -> bool) -> bool {
    u8::try_from(c).is_ok_and(|byte| test(&byte))
}

/// Returns whether `c` is `A` to `Z`.
pub fn isupper(c: i32) -> bool {
    is(c, u8::is_ascii_uppercase)
}

/// Returns whether `c` is a letter.
pub fn isalpha(c: i32) -> bool {
    is(c, u8::is_ascii_alphabetic)
}

/// Returns whether `c` is a blank, tab, line feed, vertical tab, form feed or carriage return.
pub fn isspace(c: i32) -> bool {
    is(c, |byte| matches!(byte, b' ' | b'\t'..=b'\r'))
}

/// Returns whether `c` is printable and not a blank.
pub fn isgraph(c: i32) -> bool {
    is(c, u8::is_ascii_graphic)
}

/// Returns whether `c` is printable.
pub fn isprint(c: i32) -> bool {
    is(c, |byte| matches!(byte, b' '..=b'~'))
}

/// Returns whether `c` is a decimal digit.
pub fn isdigit(c: i32) -> bool {
    is(c, u8::is_ascii_digit)
}

/// Returns whether `c` is a hexadecimal digit.
pub fn isxdigit(c: i32) -> bool {
    is(c, u8::is_ascii_hexdigit)
}

/// Returns whether `c` is a letter or a decimal digit.
pub fn isalnum(c: i32) -> bool {
    is(c, u8::is_ascii_alphanumeric)
}

/// Returns the lower-case letter for an upper-case one, any other value unchanged.
pub fn tolower(c: i32) -> i32 {
    u8::try_from(c).map_or(c, |byte| byte.to_ascii_lowercase().into())
}

/// Returns the upper-case letter for a lower-case one, any other value unchanged.
pub fn toupper(c: i32) -> i32 {
    u8::try_from(c).map_or(c, |byte| byte.to_ascii_uppercase().into())
}
