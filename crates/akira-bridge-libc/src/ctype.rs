//! `<ctype.h>` in the "C" locale: what is not ASCII is nothing, as is `EOF`.

fn is(c: i32, test: fn(&u8) -> bool) -> bool {
    u8::try_from(c).is_ok_and(|byte| test(&byte))
}

/// Says whether `c` is `A` to `Z`.
pub fn isupper(c: i32) -> bool {
    is(c, u8::is_ascii_uppercase)
}

/// Says whether `c` is a letter.
pub fn isalpha(c: i32) -> bool {
    is(c, u8::is_ascii_alphabetic)
}

/// Says whether `c` is a blank, tab, line feed, vertical tab, form feed or carriage return.
pub fn isspace(c: i32) -> bool {
    is(c, |byte| matches!(byte, b' ' | b'\t'..=b'\r'))
}

/// Says whether `c` prints and is no blank.
pub fn isgraph(c: i32) -> bool {
    is(c, u8::is_ascii_graphic)
}

/// Says whether `c` prints.
pub fn isprint(c: i32) -> bool {
    is(c, |byte| matches!(byte, b' '..=b'~'))
}

/// Says whether `c` is a decimal digit.
pub fn isdigit(c: i32) -> bool {
    is(c, u8::is_ascii_digit)
}

/// Says whether `c` is a hexadecimal digit.
pub fn isxdigit(c: i32) -> bool {
    is(c, u8::is_ascii_hexdigit)
}

/// Says whether `c` is a letter or a decimal digit.
pub fn isalnum(c: i32) -> bool {
    is(c, u8::is_ascii_alphanumeric)
}

/// Returns the small letter for a capital, anything else as it is.
pub fn tolower(c: i32) -> i32 {
    u8::try_from(c).map_or(c, |byte| byte.to_ascii_lowercase().into())
}

/// Returns the capital for a small letter, anything else as it is.
pub fn toupper(c: i32) -> i32 {
    u8::try_from(c).map_or(c, |byte| byte.to_ascii_uppercase().into())
}
