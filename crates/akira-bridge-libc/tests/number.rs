//! Number parsing and character classes.

use akira_bridge_libc::{OutOfBounds, atoi, ctype, strtol, strtoul};
use proptest::prelude::*;

const TEXT: u32 = 8;
const END: u32 = 4;

fn memory(text: &str) -> Vec<u8> {
    let mut memory = vec![0; TEXT as usize];
    memory.extend(text.as_bytes());
    memory.push(0);
    memory
}

/// Returns the parsed value, and the number of bytes of the text that the number took.
fn signed(text: &str, base: i32) -> (i32, u32) {
    let mut memory = memory(text);
    let value = strtol(&mut memory, TEXT, END, base).expect("inside").value;
    (value, taken(&memory))
}

fn unsigned(text: &str, base: i32) -> (u32, u32) {
    let mut memory = memory(text);
    let value = strtoul(&mut memory, TEXT, END, base).expect("inside").value;
    (value, taken(&memory))
}

fn taken(memory: &[u8]) -> u32 {
    let end = memory[END as usize..][..4].try_into().expect("4 bytes");
    u32::from_le_bytes(end) - TEXT
}

#[test]
fn reads_what_c_reads() {
    for (text, base, value, taken) in [
        ("42", 10, 42, 2),
        ("  \t\n\x0b\x0c\r-42xyz", 10, -42, 10),
        ("+7", 10, 7, 2),
        ("0x1F", 16, 31, 4),
        ("1f", 16, 31, 2),
        ("0x1F", 0, 31, 4),
        ("-0X1f", 0, -31, 5),
        ("017", 0, 15, 3),
        ("08", 0, 0, 1),
        ("10", 0, 10, 2),
        ("0", 0, 0, 1),
        ("777", 8, 511, 3),
        ("0x1F", 10, 0, 1),
        ("102", 2, 2, 2),
        ("zZ", 36, 35 * 36 + 35, 2),
        ("0x", 16, 0, 1),
        ("0xg", 0, 0, 1),
        ("2147483647", 10, i32::MAX, 10),
        ("2147483648", 10, i32::MAX, 10),
        ("-2147483648", 10, i32::MIN, 11),
        ("-2147483649", 10, i32::MIN, 11),
        ("99999999999999999999999", 10, i32::MAX, 23),
        ("-99999999999999999999999x", 10, i32::MIN, 24),
    ] {
        assert_eq!(signed(text, base), (value, taken), "{text} {base}");
    }
}

#[test]
fn unsigned_wraps_the_sign_and_clamps_the_size() {
    for (text, value) in [
        ("4294967295", u32::MAX),
        ("4294967296", u32::MAX),
        ("-1", u32::MAX),
        ("-4294967295", 1),
        ("-4294967296", u32::MAX),
        ("18446744073709551617", u32::MAX),
    ] {
        assert_eq!(unsigned(text, 10).0, value, "{text}");
    }
}

#[test]
fn no_number_is_zero_at_the_beginning() {
    for text in ["", "  ", "abc", "-", "+", "- 1", "  +x"] {
        assert_eq!(signed(text, 10), (0, 0), "{text}");
        assert_eq!(unsigned(text, 10), (0, 0), "{text}");
    }
}

#[test]
fn a_bad_base_reads_nothing() {
    for base in [1, -1, 37, i32::MAX, i32::MIN] {
        assert_eq!(signed("11", base), (0, 0), "{base}");
    }
}

#[test]
fn atoi_reads_decimal() {
    let value = |text| atoi(&memory(text), TEXT).expect("inside").value;
    assert_eq!(value(" -12ab"), -12);
    assert_eq!(value("0x10"), 0);
    assert_eq!(value("99999999999"), i32::MAX);
}

#[test]
fn a_null_end_is_not_written() {
    let mut memory = memory("12");
    let before = memory.clone();
    assert_eq!(strtol(&mut memory, TEXT, 0, 10).map(|n| n.value), Ok(12));
    assert_eq!(memory, before);
}

#[test]
fn leaving_memory_is_out_of_bounds() {
    let mut open = vec![b' '; 16];
    assert_eq!(atoi(&open, 0), Err(OutOfBounds));
    open[15] = b'1';
    assert_eq!(strtol(&mut open, 8, 0, 10), Err(OutOfBounds));
    assert_eq!(strtol(&mut open, 16, 0, 10), Err(OutOfBounds));
    assert_eq!(strtol(&mut open, u32::MAX, 0, 10), Err(OutOfBounds));
    let mut memory = memory("1");
    for end in [8, 100, u32::MAX] {
        assert_eq!(strtoul(&mut memory, TEXT, end, 10), Err(OutOfBounds));
    }
}

#[test]
fn work_is_what_was_read() {
    let counted = atoi(&memory("   12 and more"), TEXT).expect("inside");
    assert_eq!(counted.work, 6);
}

#[test]
fn kinds_of_characters_are_those_of_the_c_locale() {
    for c in -300..600i32 {
        let byte = u8::try_from(c).unwrap_or(0x80);
        assert_eq!(ctype::isupper(c), byte.is_ascii_uppercase());
        assert_eq!(ctype::isalpha(c), byte.is_ascii_alphabetic());
        assert_eq!(ctype::isdigit(c), byte.is_ascii_digit());
        assert_eq!(ctype::isxdigit(c), byte.is_ascii_hexdigit());
        assert_eq!(ctype::isalnum(c), byte.is_ascii_alphanumeric());
        assert_eq!(ctype::isspace(c), b" \t\n\x0b\x0c\r".contains(&byte));
        assert_eq!(ctype::isgraph(c), (0x21..0x7f).contains(&c));
        assert_eq!(ctype::isprint(c), (0x20..0x7f).contains(&c));
    }
}

#[test]
fn case_changes_letters_only() {
    for c in -300..600i32 {
        let lower = if (0x41..=0x5a).contains(&c) {
            c + 32
        } else {
            c
        };
        let upper = if (0x61..=0x7a).contains(&c) {
            c - 32
        } else {
            c
        };
        assert_eq!(ctype::tolower(c), lower);
        assert_eq!(ctype::toupper(c), upper);
    }
}

proptest! {
    #[test]
    fn reads_back_every_number(value: i32, base in 2i32..=36) {
        let mut digits = Vec::new();
        let mut rest = value.unsigned_abs();
        while rest > 0 || digits.is_empty() {
            let digit = char::from_digit(rest % base as u32, base as u32);
            digits.push(digit.expect("a digit"));
            rest /= base as u32;
        }
        let sign = if value < 0 { "-" } else { "" };
        let text: String = sign.chars().chain(digits.into_iter().rev()).collect();
        prop_assert_eq!(signed(&text, base), (value, text.len() as u32));
        prop_assert_eq!(unsigned(&text, base).0, value as u32);
    }

    #[test]
    fn no_input_panics(mut memory in prop::collection::vec(any::<u8>(), 0..30), at: u32, end: u32, base: i32) {
        for at in [at, at % 32] {
            for base in [base, base % 40] {
                let _ = (strtol(&mut memory, at, end, base), strtoul(&mut memory, at, end % 40, base));
            }
            let _ = atoi(&memory, at);
        }
    }
}
