//! `printf` compared with the output of a C library, and called with hostile formats and arguments.
//!
//! Each line of `printf.tsv` has a format, its arguments (`i` a word, `l` a double word, `d` the
//! bits of a `double`, `s` a string) and the output of glibc 2.36.

use akira_bridge_libc::{MAX_WORK, OutOfBounds, printf, snprintf, sprintf};
use proptest::prelude::*;

const FORMAT: u32 = 16;
const ARGUMENTS: u32 = 4_096;
const STRINGS: usize = 8_192;
const MEMORY: usize = 16_384;

/// Linear memory that contains a format and variable arguments, laid out as clang does for wasm32.
struct Call {
    memory: Vec<u8>,
    next: usize,
    next_string: usize,
}

impl Call {
    fn new(format: &str) -> Self {
        let mut memory = vec![0; MEMORY];
        memory[FORMAT as usize..][..format.len()].copy_from_slice(format.as_bytes());
        Self {
            memory,
            next: ARGUMENTS as usize,
            next_string: STRINGS,
        }
    }

    fn argument(mut self, bytes: &[u8]) -> Self {
        self.next = self.next.next_multiple_of(bytes.len());
        self.memory[self.next..][..bytes.len()].copy_from_slice(bytes);
        self.next += bytes.len();
        self
    }

    fn word(self, value: u32) -> Self {
        self.argument(&value.to_le_bytes())
    }

    fn string(mut self, text: &str) -> Self {
        let at = self.next_string;
        self.memory[at..][..text.len()].copy_from_slice(text.as_bytes());
        self.next_string += text.len() + 1;
        self.word(at as u32)
    }

    fn described(self, argument: &str) -> Self {
        let number = |text: &str| text.parse::<u64>().expect("a number");
        match argument.split_once(':').expect("kind:value") {
            ("i", value) => self.word(number(value) as u32),
            ("l", value) => self.argument(&number(value).to_le_bytes()),
            ("d", bits) => {
                let bits = u64::from_str_radix(bits, 16).expect("hexadecimal bits");
                self.argument(&bits.to_le_bytes())
            }
            ("s", text) => self.string(text),
            (kind, _) => panic!("unknown kind {kind}"),
        }
    }

    fn print(&self) -> (Result<i32, OutOfBounds>, String) {
        let mut out = Vec::new();
        let printed = printf(&self.memory, FORMAT, ARGUMENTS, |byte| out.push(byte));
        let text = String::from_utf8_lossy(&out).into_owned();
        (printed.map(|p| p.value), text)
    }
}

fn print(call: Call) -> String {
    let (value, text) = call.print();
    assert_eq!(value, Ok(text.len() as i32));
    text
}

#[test]
fn prints_what_a_c_library_prints() {
    let mut cases = 0;
    for line in include_str!("printf.tsv").lines() {
        let mut fields = line.split('\t');
        let mut field = || fields.next().expect("three fields");
        let (format, arguments, expected) = (field(), field(), field());
        let arguments = arguments.split('|').filter(|a| !a.is_empty());
        let call = arguments.fold(Call::new(format), Call::described);
        assert_eq!(print(call), expected, "{format} {line}");
        cases += 1;
    }
    assert!(cases > 3_000, "the table was read");
}

/// glibc 2.36 prints `1.e+06` if rounding adds a digit. C11 keeps the zeros, and so do musl and
/// Python.
#[test]
fn the_alternate_form_keeps_zeros_when_rounding_adds_a_digit() {
    let call = |format| Call::new(format).argument(&999_999.5f64.to_le_bytes());
    assert_eq!(print(call("%#g")), "1.00000e+06");
    assert_eq!(print(call("%#G")), "1.00000E+06");
    assert_eq!(print(call("[%#15g]")), "[    1.00000e+06]");
}

#[test]
fn arguments_are_aligned_to_their_size() {
    let call = Call::new("%d %lld %d %f").word(1);
    let call = call.argument(&2u64.to_le_bytes()).word(3);
    let call = call.argument(&4.0f64.to_le_bytes());
    assert_eq!(call.next, ARGUMENTS as usize + 32);
    assert_eq!(print(call), "1 2 3 4.000000");
}

#[test]
fn a_null_string_has_a_name() {
    assert_eq!(print(Call::new("%s").word(0)), "(null)");
    assert_eq!(print(Call::new("[%8.3s]").word(0)), "[     (nu]");
}

#[test]
fn pointers_have_a_prefix_even_null() {
    assert_eq!(print(Call::new("%p").word(0)), "0x0");
    assert_eq!(print(Call::new("%p").word(u32::MAX)), "0xffffffff");
}

#[test]
fn n_takes_its_argument_and_writes_nothing() {
    let call = Call::new("ab%n%d").word(STRINGS as u32).word(7);
    let before = call.memory.clone();
    assert_eq!(call.print().1, "ab7");
    assert_eq!(call.memory, before);
}

#[test]
fn what_is_not_known_is_printed_as_it_stands() {
    for format in ["%", "%5", "%-", "%y", "%5.2y", "%l", "%!", "% "] {
        assert_eq!(print(Call::new(format)), format);
    }
}

/// An unknown conversion consumes its argument. Otherwise a `%s` after it would take that argument
/// as an address.
#[test]
fn a_conversion_that_is_not_known_takes_its_argument() {
    let text = |call: Call| print(call.string("node7"));
    assert_eq!(text(Call::new("%y from %s").word(3)), "%y from node7");
    let call = Call::new("%5.2lly from %s").argument(&3u64.to_le_bytes());
    assert_eq!(text(call), "%5.2lly from node7");
    let call = Call::new("%Ly from %s").argument(&[1; 16]);
    assert_eq!(text(call), "%Ly from node7");
    // A conversion that is not a letter has no argument.
    assert_eq!(text(Call::new("100%, %s")), "100%, node7");
}

/// clang's `long double` for wasm32 has quadruple precision and 16 bytes.
#[test]
fn a_long_double_is_printed_as_the_nearest_double() {
    for (bits, expected) in [
        (0x3fff_0000_0000_0000_0000_0000_0000_0000_u128, "1"),
        (0xbfff_8000_0000_0000_0000_0000_0000_0000, "-1.5"),
        (
            0x3ffb_9999_9999_9999_9999_9999_9999_999a,
            "0.10000000000000001",
        ),
        // Halfway between two doubles, and slightly above that.
        (0x3fff_0000_0000_0000_0800_0000_0000_0000, "1"),
        (
            0x3fff_0000_0000_0000_0800_0000_0000_0001,
            "1.0000000000000002",
        ),
        (
            0x43fe_ffff_ffff_ffff_f000_0000_0000_0000,
            "1.7976931348623157e+308",
        ),
        (0x43fe_ffff_ffff_ffff_f800_0000_0000_0000, "inf"),
        // The smallest positive `double`, half of it, and slightly more than half.
        (
            0x3bcd_0000_0000_0000_0000_0000_0000_0000,
            "4.9406564584124654e-324",
        ),
        (0x3bcc_0000_0000_0000_0000_0000_0000_0000, "0"),
        (
            0x3bcc_0000_0000_0000_0000_0000_0000_0001,
            "4.9406564584124654e-324",
        ),
        (0x0000_0000_0000_0000_0000_0000_0000_0001, "0"),
        (0x7fff_0000_0000_0000_0000_0000_0000_0000, "inf"),
        (0x7fff_8000_0000_0000_0000_0000_0000_0000, "nan"),
    ] {
        let call = Call::new("%.17Lg %d").argument(&bits.to_le_bytes()).word(7);
        assert_eq!(print(call), format!("{expected} 7"), "{bits:#x}");
    }
}

#[test]
fn snprintf_cuts_terminates_and_tells_the_full_length() {
    for (size, expected) in [
        (0, "#######"),
        (1, "\0######"),
        (4, "abc\0###"),
        (6, "abcde\0#"),
        (9, "abcde\0#"),
    ] {
        let mut memory = Call::new("abc%s").string("de").memory;
        let to = 12_000;
        memory[to..to + 7].fill(b'#');
        let printed = snprintf(&mut memory, to as u32, size, FORMAT, ARGUMENTS);
        assert_eq!(printed.map(|p| p.value), Ok(5));
        assert_eq!(&memory[to..to + 7], expected.as_bytes(), "{size}");
    }
}

#[test]
fn sprintf_writes_all_and_a_nul() {
    let mut memory = Call::new("%05d").word(42).memory;
    memory[12_000..12_010].fill(b'#');
    let printed = sprintf(&mut memory, 12_000, FORMAT, ARGUMENTS);
    assert_eq!(printed.map(|p| p.value), Ok(5));
    assert_eq!(&memory[12_000..12_007], b"00042\0#");
}

#[test]
fn output_beyond_memory_is_out_of_bounds() {
    let call = Call::new("%s").string("abcdef");
    let end = MEMORY as u32;
    for to in [end - 6, end, u32::MAX] {
        let mut memory = call.memory.clone();
        let printed = sprintf(&mut memory, to, FORMAT, ARGUMENTS);
        assert_eq!(printed, Err(OutOfBounds), "{to}");
    }
    let mut memory = call.memory.clone();
    assert!(sprintf(&mut memory, end - 7, FORMAT, ARGUMENTS).is_ok());
    assert!(snprintf(&mut memory, u32::MAX, 0, FORMAT, ARGUMENTS).is_ok());
}

#[test]
fn input_beyond_memory_is_out_of_bounds() {
    let end = MEMORY as u32;
    let out = |_| {};
    let memory = Call::new("%d%lld%s").memory;
    for arguments in [end, end - 4, end - 16, u32::MAX, u32::MAX - 7] {
        let printed = printf(&memory, FORMAT, arguments, out);
        assert_eq!(printed, Err(OutOfBounds), "{arguments}");
    }
    for format in [end, u32::MAX] {
        assert_eq!(printf(&memory, format, ARGUMENTS, out), Err(OutOfBounds));
    }
    let mut endless = Call::new("%s").word(end - 4).memory;
    endless[MEMORY - 4..].fill(b'x');
    assert_eq!(printf(&endless, FORMAT, ARGUMENTS, out), Err(OutOfBounds));
    assert_eq!(printf(&endless, end - 4, ARGUMENTS, out), Err(OutOfBounds));
    endless[FORMAT as usize..][..5].copy_from_slice(b"%.4s\0");
    let printed = printf(&endless, FORMAT, ARGUMENTS, out);
    assert_eq!(printed.map(|p| p.value), Ok(4));
}

#[test]
fn huge_widths_and_precisions_end_at_the_work_limit() {
    for format in [
        "%2147483647d",
        "%-99999999999999d",
        "%.2147483647d",
        "%099999999d",
        "%.99999999f",
        "%#.99999999g",
        "%99999999f",
        "%99999999s",
        "%99999999c",
    ] {
        let (value, text) = Call::new(format).print();
        assert_eq!(value, Ok(-1), "{format}");
        assert!(text.len() <= MAX_WORK as usize, "{format}");
    }
}

#[test]
fn many_conversions_end_at_the_work_limit() {
    let long = "x".repeat(4_000);
    let mut call = Call::new(&"%s".repeat(1_000));
    for _ in 0..1_000 {
        call = call.word(STRINGS as u32);
    }
    call.memory[STRINGS..][..long.len()].copy_from_slice(long.as_bytes());
    assert_eq!(call.print().0, Ok(-1));
    assert!(
        Call::new(&"%.0f".repeat(200))
            .print()
            .0
            .is_ok_and(|n| n > 0)
    );
}

#[test]
fn a_cut_off_sprintf_is_still_terminated() {
    let mut memory = vec![b'#'; 100_000];
    memory[..8].copy_from_slice(b"%99999d\0");
    let printed = snprintf(&mut memory, 1_000, 80_000, 0, 16);
    assert_eq!(printed.map(|p| p.value), Ok(-1));
    assert!(memory[1_000..81_000].contains(&0));
}

#[test]
fn work_grows_with_format_and_output() {
    let memory = Call::new("%100d").word(1).memory;
    let printed = printf(&memory, FORMAT, ARGUMENTS, |_| {}).expect("inside");
    assert!((100..400).contains(&printed.work), "{}", printed.work);
}

#[test]
fn output_may_overwrite_its_own_format_and_arguments() {
    let mut memory = Call::new("%s%s%s%d%f").string("abc").memory;
    for to in FORMAT - 8..FORMAT + 8 {
        let _ = sprintf(&mut memory, to, FORMAT, ARGUMENTS);
    }
    let _ = sprintf(&mut memory, ARGUMENTS, FORMAT, ARGUMENTS);
    assert_eq!(memory.len(), MEMORY);
}

proptest! {
    #[test]
    fn any_format_ends_within_the_work_limit(
        format in "(%[-+ 0#]{0,2}[0-9*]{0,3}(\\.[0-9*]{0,3})?(hh|h|l|ll|z|t|j|L)?[diouxXpcsfegFEGn%a]|[a-z]){0,20}",
        arguments in prop::collection::vec(any::<u8>(), 64),
        to in 0u32..300,
        size in 0u32..300,
    ) {
        let mut memory = vec![0; 256];
        let len = format.len().min(150);
        memory[..len].copy_from_slice(&format.as_bytes()[..len]);
        memory[160..224].copy_from_slice(&arguments);
        let mut out = 0u32;
        if let Ok(printed) = printf(&memory, 0, 160, |_| out += 1) {
            prop_assert!(printed.value == -1 || printed.value == out as i32);
        }
        prop_assert!(out <= MAX_WORK);
        let before = memory.clone();
        let _ = snprintf(&mut memory, to, size, 0, 160);
        let end = (to as usize + size as usize).min(256);
        let start = (to as usize).min(end);
        prop_assert_eq!(&memory[..start], &before[..start]);
        prop_assert_eq!(&memory[end..], &before[end..]);
    }
}
