//! String and memory functions: they behave as C specifies, and access nothing outside memory.

use akira_bridge_libc::{
    Counted, OutOfBounds, memchr, memcmp, memmove, memset, strchr, strcmp, strcpy, strcspn, strlen,
    strncasecmp, strncmp, strncpy, strspn, strstr,
};
use proptest::prelude::*;

const A: u32 = 8;
const B: u32 = 64;

/// Memory that contains two strings.
fn memory(a: &[u8], b: &[u8]) -> Vec<u8> {
    let mut memory = vec![0xee; 128];
    for (at, text) in [(A, a), (B, b)] {
        let at = at as usize;
        memory[at..][..text.len()].copy_from_slice(text);
        memory[at + text.len()] = 0;
    }
    memory
}

fn value<T>(result: Result<Counted<T>, OutOfBounds>) -> T {
    result.expect("inside memory").value
}

#[test]
fn strlen_counts_to_the_nul() {
    assert_eq!(value(strlen(&memory(b"", b""), A)), 0);
    let counted = strlen(&memory(b"hello", b""), A).expect("inside");
    assert_eq!((counted.value, counted.work), (5, 6));
}

#[test]
fn comparisons_have_the_sign_of_the_first_difference() {
    type Case = (&'static [u8], &'static [u8], i32);
    let cases: [Case; 7] = [
        (b"", b"", 0),
        (b"a", b"a", 0),
        (b"a", b"b", -1),
        (b"b", b"a", 1),
        (b"a", b"aa", -1),
        (b"aa", b"a", 1),
        (b"\xff", b"a", 1),
    ];
    for (a, b, sign) in cases {
        let memory = memory(a, b);
        assert_eq!(value(strcmp(&memory, A, B)).signum(), sign, "{a:?} {b:?}");
        assert_eq!(value(strncmp(&memory, A, B, 9)).signum(), sign);
        assert_eq!(value(strncasecmp(&memory, A, B, 9)).signum(), sign);
    }
}

#[test]
fn bounded_comparisons_stop_at_the_bound() {
    let memory = memory(b"abcX", b"abcY");
    assert_eq!(value(strncmp(&memory, A, B, 3)), 0);
    assert_eq!(value(strncmp(&memory, A, B, 0)), 0);
    assert!(value(strncmp(&memory, A, B, 4)) < 0);
}

#[test]
fn strncasecmp_takes_ascii_letters_alike_and_no_others() {
    let same = memory(b"Hello-1", b"hELLO-1");
    assert_eq!(value(strncasecmp(&same, A, B, 99)), 0);
    let other = memory(b"[", b"{");
    assert_ne!(value(strncasecmp(&other, A, B, 99)), 0);
}

#[test]
fn strcpy_copies_the_nul_and_nothing_else() {
    let mut memory = memory(b"source", b"");
    assert_eq!(value(strcpy(&mut memory, B, A)), B);
    assert_eq!(&memory[B as usize..][..8], b"source\0\xee");
}

#[test]
fn strncpy_fills_with_nuls_or_cuts_without_one() {
    let mut padded = memory(b"abc", b"");
    assert_eq!(value(strncpy(&mut padded, B, A, 6)), B);
    assert_eq!(&padded[B as usize..][..7], b"abc\0\0\0\xee");
    let mut cut = memory(b"abc", b"");
    assert_eq!(value(strncpy(&mut cut, B, A, 2)), B);
    assert_eq!(&cut[B as usize..][..3], b"ab\xee");
}

#[test]
fn strchr_finds_the_first_and_the_nul() {
    let memory = memory(b"hello", b"");
    assert_eq!(value(strchr(&memory, A, 'l' as i32)), A + 2);
    assert_eq!(value(strchr(&memory, A, 'l' as i32 + 256)), A + 2);
    assert_eq!(value(strchr(&memory, A, 0)), A + 5);
    assert_eq!(value(strchr(&memory, A, 'x' as i32)), 0);
}

#[test]
fn spans_count_members_and_others() {
    let memory = memory(b"123abc1", b"0123456789");
    assert_eq!(value(strspn(&memory, A, B)), 3);
    assert_eq!(value(strcspn(&memory, A, B)), 0);
    assert_eq!(value(strcspn(&memory, A + 3, B)), 3);
    assert_eq!(value(strspn(&memory, A, A)), 7);
    assert_eq!(value(strspn(&memory, A, A + 7)), 0);
    assert_eq!(value(strcspn(&memory, A, A + 7)), 7);
}

#[test]
fn memchr_finds_within_the_length() {
    let memory = memory(b"abc", b"");
    assert_eq!(value(memchr(&memory, A, 'c' as i32, 3)), A + 2);
    assert_eq!(value(memchr(&memory, A, 'c' as i32, 2)), 0);
    assert_eq!(value(memchr(&memory, A, 'c' as i32, u32::MAX)), A + 2);
    assert_eq!(value(memchr(&memory, A, 'c' as i32, 0)), 0);
    assert_eq!(memchr(&memory, A, 7, u32::MAX), Err(OutOfBounds));
}

#[test]
fn memory_functions_do_what_they_say() {
    let mut memory = memory(b"abcdef", b"abcxyz");
    assert_eq!(value(memcmp(&memory, A, B, 3)), 0);
    assert!(value(memcmp(&memory, A, B, 4)) < 0);
    assert!(value(memcmp(&memory, B, A, 4)) > 0);
    assert_eq!(value(memset(&mut memory, A, 0x141, 2)), A);
    assert_eq!(&memory[A as usize..][..3], b"AAc");
    assert_eq!(value(memmove(&mut memory, A + 1, A, 5)), A + 1);
    assert_eq!(&memory[A as usize..][..6], b"AAAcde");
}

#[test]
fn nothing_is_written_when_a_range_is_outside() {
    let before = memory(b"abc", b"");
    let mut memory = before.clone();
    for outside in [126, 128, 1_000, u32::MAX] {
        assert_eq!(strcpy(&mut memory, outside, A), Err(OutOfBounds));
        assert_eq!(strncpy(&mut memory, outside, A, 4), Err(OutOfBounds));
        assert_eq!(memset(&mut memory, outside, 1, 4), Err(OutOfBounds));
        assert_eq!(memmove(&mut memory, outside, A, 4), Err(OutOfBounds));
        assert_eq!(memmove(&mut memory, A, outside, 4), Err(OutOfBounds));
        assert_eq!(memset(&mut memory, A, 1, outside), Err(OutOfBounds));
    }
    assert_eq!(memory, before);
}

#[test]
fn a_string_without_an_end_is_out_of_bounds() {
    let mut memory = memory(b"", b"");
    memory[100..].fill(b'x');
    let open = 100;
    assert_eq!(strlen(&memory, open), Err(OutOfBounds));
    assert_eq!(strcmp(&memory, open, open), Err(OutOfBounds));
    assert_eq!(strncmp(&memory, open, open, 29), Err(OutOfBounds));
    assert_eq!(value(strncmp(&memory, open, open, 28)), 0);
    assert_eq!(strchr(&memory, open, 'y' as i32), Err(OutOfBounds));
    assert_eq!(value(strchr(&memory, open, 'x' as i32)), open);
    assert_eq!(strspn(&memory, open, A), Err(OutOfBounds));
    assert_eq!(strcspn(&memory, A, open), Err(OutOfBounds));
    assert_eq!(strstr(&memory, open, A), Err(OutOfBounds));
    assert_eq!(strstr(&memory, A, open), Err(OutOfBounds));
    assert_eq!(strcpy(&mut memory, A, open), Err(OutOfBounds));
    assert_eq!(strncpy(&mut memory, A, open, 29), Err(OutOfBounds));
    assert_eq!(value(strncpy(&mut memory, A, open, 28)), A);
}

#[test]
fn strstr_finds_the_first_place() {
    for (text, wanted, at) in [
        ("", "", Some(0)),
        ("abc", "", Some(0)),
        ("", "a", None),
        ("abcabd", "abd", Some(3)),
        ("aaaab", "aab", Some(2)),
        ("abababac", "ababac", Some(2)),
        ("abc", "abcd", None),
        ("mississippi", "issip", Some(4)),
    ] {
        let memory = memory(text.as_bytes(), wanted.as_bytes());
        let expected = at.map_or(0, |at: u32| A + at);
        assert_eq!(value(strstr(&memory, A, B)), expected, "{text} {wanted}");
    }
}

/// A naive search would compare 10^11 bytes here and would not end in reasonable time.
#[test]
fn strstr_is_linear_where_the_obvious_search_is_not() {
    let half = 500_000;
    for needle in [
        [vec![b'a'; half], vec![b'b'; 1]].concat(),
        [vec![b'b'; 1], vec![b'a'; half]].concat(),
        [vec![b'a'; half / 2], vec![b'b'; 1], vec![b'a'; half / 2]].concat(),
    ] {
        let mut memory = vec![b'a'; 2 * half];
        memory.push(0);
        let at = memory.len() as u32;
        memory.extend(needle);
        memory.push(0);
        assert_eq!(value(strstr(&memory, 0, at)), 0);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]
    #[test]
    fn strstr_agrees_with_the_obvious_search(text in "[ab]{0,50}", wanted in "[ab]{0,12}") {
        let memory = memory(text.as_bytes(), wanted.as_bytes());
        let expected = text.find(&wanted).map_or(0, |at| A + at as u32);
        prop_assert_eq!(value(strstr(&memory, A, B)), expected);
    }

    #[test]
    fn strstr_finds_every_part_of_a_periodic_text(unit in "[abc]{1,5}", from in 0usize..20, len in 0usize..20) {
        let text = unit.repeat(10);
        let text = &text[..text.len().min(50)];
        let from = from.min(text.len());
        let wanted = &text[from..(from + len).min(text.len())];
        let memory = memory(text.as_bytes(), wanted.as_bytes());
        let expected = text.find(wanted).map_or(0, |at| A + at as u32);
        prop_assert_eq!(value(strstr(&memory, A, B)), expected);
    }

    #[test]
    fn no_address_panics(
        mut memory in prop::collection::vec(prop_oneof![Just(0u8), Just(b'a'), any::<u8>()], 0..40),
        a in prop_oneof![0u32..50, any::<u32>()],
        b in prop_oneof![0u32..50, any::<u32>()],
        n in prop_oneof![0u32..50, any::<u32>()],
    ) {
        let _ = (strlen(&memory, a), strcmp(&memory, a, b), strncmp(&memory, a, b, n));
        let _ = (strncasecmp(&memory, a, b, n), strchr(&memory, a, b as i32));
        let _ = (strspn(&memory, a, b), strcspn(&memory, a, b), strstr(&memory, a, b));
        let _ = (memcmp(&memory, a, b, n), memchr(&memory, a, b as i32, n));
        let _ = (strcpy(&mut memory, a, b), strncpy(&mut memory, a, b, n));
        let _ = (memmove(&mut memory, a, b, n), memset(&mut memory, a, b as i32, n));
    }
}
