//! Checks that any format with any arguments ends within its bound of work, and writes only to its
//! output.

#![no_main]

use akira_bridge_libc::{MAX_WORK, printf, snprintf, sprintf};
use akira_fuzz::input::Input;
use libfuzzer_sys::fuzz_target;

/// The format starts at 0 and has at most 255 bytes; zeros follow.
const FORMAT: u32 = 0;
const ARGUMENTS: u32 = 256;
const STRINGS: usize = 512;
const OUTPUT: u32 = 1_024;
const MEMORY: usize = 2_048;

fuzz_target!(|bytes: &[u8]| {
    let mut input = Input::new(bytes);
    let (anywhere, size) = (input.half(), input.half());
    let size = u32::from(size % 1_280);
    let mut memory = memory(&mut input);
    let printed = print(&memory);
    print_to(&mut memory.clone(), OUTPUT, size, printed.as_deref());
    print_to(&mut memory.clone(), anywhere.into(), size, None);
    let _ = sprintf(&mut memory, anywhere.into(), FORMAT, ARGUMENTS);
});

fn memory(input: &mut Input<'_>) -> Vec<u8> {
    let mut memory = vec![0; MEMORY];
    let parts = [(FORMAT as usize, 255), (ARGUMENTS as usize, 256)];
    for (at, most) in parts {
        let size = usize::from(input.byte()).min(most);
        let part = input.take(size);
        memory[at..][..part.len()].copy_from_slice(part);
    }
    let strings = input.take(512);
    memory[STRINGS..][..strings.len()].copy_from_slice(strings);
    memory
}

/// Prints to the host. Returns the output unless it ended early or depends on strings, which may
/// overlap the output in memory.
fn print(memory: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let printed = printf(memory, FORMAT, ARGUMENTS, |byte| out.push(byte));
    assert!(out.len() <= MAX_WORK as usize);
    let printed = printed.ok()?;
    assert!(printed.value == -1 || printed.value == out.len() as i32);
    let reads_strings = memory[..ARGUMENTS as usize].contains(&b's');
    (printed.value >= 0 && !reads_strings).then_some(out)
}

/// Prints to memory. Checks that only the output buffer changes, and that it holds the beginning of
/// `expected`.
fn print_to(memory: &mut [u8], to: u32, size: u32, expected: Option<&[u8]>) {
    let before = memory.to_vec();
    let printed = snprintf(memory, to, size, FORMAT, ARGUMENTS);
    let start = (to as usize).min(memory.len());
    let end = (to as usize + size as usize).min(memory.len());
    assert_eq!(memory[..start], before[..start]);
    assert_eq!(memory[end..], before[end..]);
    let (Ok(printed), Some(expected)) = (printed, expected) else {
        return;
    };
    assert_eq!(printed.value, expected.len() as i32);
    if let Some(room) = (size as usize).checked_sub(1) {
        let shown = &expected[..expected.len().min(room)];
        assert_eq!(&memory[start..][..shown.len()], shown);
        assert_eq!(memory[start + shown.len()], 0);
    }
}
