//! A function that runs in parts has the same result as the whole function, and the work of each
//! part is bounded.

use akira_bridge_libc::parts::{self, Part, State};
use akira_bridge_libc::{
    MAX_DIGITS, OutOfBounds, printf_part, puts_part, snprintf_part, strcmp, strlen, strstr,
};
use proptest::prelude::*;

/// Maximum work of a part.
const LONGEST: u32 = 20_000;

const MEMORY: usize = 200_000;

/// Runs all parts in order.
fn whole<T>(mut part: impl FnMut(&mut State) -> Part<T>) -> Result<T, OutOfBounds> {
    let mut state = State::default();
    for _ in 0..100_000 {
        let done = part(&mut state)?;
        assert!(done.work <= LONGEST, "{} at once", done.work);
        if let Some(value) = done.value {
            return Ok(value);
        }
    }
    panic!("it does not end");
}

/// Memory with letters and a NUL after every 50,020 of them.
fn memory() -> Vec<u8> {
    let byte = |at: usize| {
        if at % 50_021 == 50_020 {
            0
        } else {
            b'A' + (at % 7) as u8
        }
    };
    (0..MEMORY).map(byte).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn ranges(to in 0u32..200_000, from in 0u32..200_000, len in 0u32..100_000) {
        let (mut whole_one, mut in_parts) = (memory(), memory());
        let expected = akira_bridge_libc::memmove(&mut whole_one, to, from, len);
        let got = whole(|s| parts::memmove(&mut in_parts, [to, from, len], s));
        prop_assert_eq!(got, expected.map(|moved| moved.value));
        if expected.is_ok() {
            prop_assert_eq!(&whole_one, &in_parts);
        }
        let expected = akira_bridge_libc::memcmp(&whole_one, to, from, len);
        let got = whole(|s| parts::memcmp(&whole_one, [to, from, len], s));
        // A part does not read beyond the first difference, so it can succeed where the whole call
        // is out of bounds.
        if let Ok(expected) = expected {
            prop_assert_eq!(got.map(i32::signum), Ok(expected.value.signum()));
        }
        let expected = akira_bridge_libc::memset(&mut whole_one, to, 7, len);
        let got = whole(|s| parts::memset(&mut in_parts, [to, 7, len], s));
        prop_assert_eq!(got, expected.map(|set| set.value));
        if expected.is_ok() {
            prop_assert_eq!(&whole_one, &in_parts);
        }
    }

    #[test]
    fn texts(a in 0u32..200_000, b in 0u32..200_000, len in 0u32..100_000) {
        let memory = memory();
        prop_assert_eq!(whole(|s| parts::strlen(&memory, [a], s)), strlen(&memory, a).map(|l| l.value));
        let all = [a, b, u32::MAX];
        let same = |byte: u8| byte;
        let got = whole(|s| parts::compare(&memory, all, same, s));
        prop_assert_eq!(got, strcmp(&memory, a, b).map(|c| c.value));
        let (mut whole_one, mut in_parts) = (memory.clone(), memory.clone());
        let expected = akira_bridge_libc::strncpy(&mut whole_one, b, a, len).map(|to| to.value);
        let got = whole(|s| parts::strncpy(&mut in_parts, [b, a, len], s));
        if expected.is_ok() && (a.abs_diff(b) > 100_000) {
            prop_assert_eq!(got, expected);
            prop_assert_eq!(whole_one, in_parts);
        }
    }
}

#[test]
fn searches_find_what_lies_across_parts() {
    let mut memory = memory();
    memory.retain(|byte| *byte != 0);
    memory.extend([0; 4]);
    for at in [0, 4_090, 4_096, 8_190, 12_280, 100_000] {
        let mut memory = memory.clone();
        memory[at..at + 5].copy_from_slice(b"hello");
        let end = memory.len() as u32;
        memory.extend(b"hello\0");
        let expected = strstr(&memory, 0, end).map(|found| found.value);
        assert_eq!(expected, Ok(at as u32));
        assert_eq!(whole(|s| parts::strstr(&memory, [0, end], s)), expected);
        let found = whole(|s| parts::strchr(&memory, [0, u32::from(b'h')], s));
        assert_eq!(found, Ok(at as u32));
        let span = whole(|s| parts::span(&memory, [0, end], false, s));
        assert_eq!(span, Ok(at as u32));
    }
    let end = memory.len() as u32 - 1;
    let found = whole(|s| parts::strchr(&memory, [0, 0], s));
    assert_eq!(found, Ok(end - 3));
    let missing = whole(|s| parts::strchr(&memory, [0, u32::from(b'z')], s));
    assert_eq!(missing, Ok(0));
}

#[test]
fn what_is_too_long_to_be_looked_for_does_not_end() {
    let mut memory = vec![b'x'; 4_000];
    memory.push(0);
    assert_eq!(
        whole(|s| parts::strstr(&memory, [0, 0], s)),
        Err(OutOfBounds)
    );
    assert_eq!(
        whole(|s| parts::span(&memory, [0, 0], true, s)),
        Err(OutOfBounds)
    );
    let at = 4_000 - parts::MAX_WANTED as u32;
    assert_eq!(whole(|s| parts::strstr(&memory, [0, at], s)), Ok(0));
}

#[test]
fn numbers_may_stand_behind_many_blanks() {
    let mut memory = vec![b' '; 30_000];
    memory.extend(b"-42nd\0\0\0\0\0\0");
    let end = memory.len() as u32 - 4;
    let read = whole(|s| parts::strtol(&mut memory, [0, end, 10], s));
    assert_eq!(read, Ok(-42));
    assert_eq!(memory[end as usize..], 30_003_u32.to_le_bytes());
    memory[30_000] = b'x';
    let read = whole(|s| parts::strtoul(&mut memory, [0, end, 10], s));
    assert_eq!(read, Ok(0));
    assert_eq!(
        memory[end as usize..],
        [0; 4],
        "there is no number, so it ends where it began"
    );
    let endless = vec![b'1'; MAX_DIGITS + 10];
    let mut endless = [endless, vec![0]].concat();
    assert_eq!(
        whole(|s| parts::strtol(&mut endless, [0, 0, 10], s)),
        Err(OutOfBounds)
    );
}

#[test]
fn printf_goes_on_inside_a_directive() {
    let mut memory = vec![0; 120_000];
    let format = b"<%30000d|%-20000s|%s|%.1074f>\0";
    memory[..format.len()].copy_from_slice(format);
    memory[1_000..1_004].copy_from_slice(&7_u32.to_le_bytes());
    memory[1_004..1_008].copy_from_slice(&2_000_u32.to_le_bytes());
    memory[1_008..1_012].copy_from_slice(&2_000_u32.to_le_bytes());
    memory[1_016..1_024].copy_from_slice(&5e-324_f64.to_le_bytes());
    memory[2_000..10_000].fill(b'y');
    let long = "y".repeat(8_000);
    let expected = format!("<{:>30000}|{long:<20000}|{long}|{:.1074}>", 7, 5e-324);
    let mut out = Vec::new();
    let printed = whole(|s| {
        printf_part(&memory, 0, 1_000, s, |bytes| {
            out.extend_from_slice(bytes);
            (bytes.len() as u32, 0)
        })
    });
    assert_eq!(printed, Ok(expected.len() as i32));
    assert_eq!(String::from_utf8(out).expect("it is text"), expected);
    let printed = whole(|s| snprintf_part(&mut memory, (20_000, 90_000), 0, 1_000, s));
    assert_eq!(printed, Ok(expected.len() as i32));
    let text = &memory[20_000..20_000 + expected.len() + 1];
    assert_eq!(text, [expected.as_bytes(), b"\0"].concat());
}

#[test]
fn puts_prints_all_and_a_newline() {
    let mut memory = vec![b'z'; 70_000];
    memory.push(0);
    let mut out = Vec::new();
    let printed = whole(|s| {
        puts_part(&memory, 0, s, |bytes| {
            let some = &bytes[..bytes.len().div_ceil(2)];
            out.extend_from_slice(some);
            (some.len() as u32, 1)
        })
    });
    assert_eq!(printed, Ok(0));
    assert_eq!(out.len(), 70_001);
    assert_eq!(out.last(), Some(&b'\n'));
}
