//! Tests of the guard for each row of the call table: capabilities, pointers, and the arguments
//! that reach a handler.

use crate::Real;
use crate::device::wasm;
use crate::everything::{ANSWER, Table, everything, run};
use akira_runtime::abi::caps::{Capability, CapabilitySet};
use akira_runtime::abi::{
    Errno, Length, NativeCall, Needs, OnFault, ParamKind, Ret, Support, table_of,
};
use akira_runtime::engine::{Interrupt, Op, Script, Scripted};
use akira_runtime::{Config, Exit, Runtime, Trap};
use std::rc::Rc;

/// Results of several calls of a row, the runtime, and the app's exit.
type Outcome = (
    Vec<Result<i64, Interrupt>>,
    Runtime<Table, Scripted>,
    Option<Exit>,
);

/// Address of a string that is one byte longer than most calls accept.
const LONG: u32 = 16_384;

/// Calls a row once with each list of words, and returns the outcome.
fn call(row: &'static NativeCall, words: &[Vec<u32>], grant: CapabilitySet) -> Outcome {
    let engine = Scripted::default();
    let runtime =
        Runtime::with_engine(Rc::new(Table::default()), engine.clone(), Config::default());
    let ops = words.iter().map(|words| Op::Call(0, words.clone()));
    let app = engine.app(Script {
        imports: vec![row],
        pages: 1,
        // The memory starts with a string, has a long string in its middle, and does not end with a
        // NUL.
        ops: [
            Op::Store(0, b"text\0".to_vec()),
            Op::Store(LONG, vec![b'x'; 4_096]),
            Op::Store(65_532, vec![1; 4]),
        ]
        .into_iter()
        .chain(ops)
        .collect(),
        ..Script::default()
    });
    let exit = run(&runtime, app, grant);
    let results = engine.trace().into_iter().map(|record| record.result);
    let settled = results
        .filter(|result| *result != Err(Interrupt::Pause))
        .collect();
    (settled, runtime, exit)
}

fn offered() -> impl Iterator<Item = &'static NativeCall> {
    akira_runtime::abi::all().filter(|row| row.support != Support::Refused)
}

/// Returns words for which every pointer is valid: all zeros.
fn good(row: &NativeCall) -> Vec<u32> {
    row.params.iter().map(|_| 0).collect()
}

#[test]
fn every_row_reaches_its_handler_with_all_capabilities() {
    for row in offered() {
        let (results, runtime, exit) = call(row, &[good(row)], everything());
        assert_eq!(results, [Ok(ANSWER.into())], "{}", row.name);
        assert_eq!(runtime.board().calls.take(), [row.name]);
        assert_eq!(
            (runtime.board().denials.get(), exit),
            (0, Some(Exit::Returned(0)))
        );
    }
}

#[test]
fn every_row_that_needs_something_is_denied_without_it_and_counted() {
    for row in offered().filter(|row| row.needs != Needs::Nothing) {
        let needed = row.needs.capabilities();
        for grant in [CapabilitySet::EMPTY, everything().difference(needed)] {
            let (results, runtime, exit) = call(row, &[good(row), good(row)], grant);
            assert_eq!(results, [Ok(row.denied.number().into()); 2], "{}", row.name);
            assert_eq!(
                runtime.board().calls.take(),
                [""; 0],
                "{} was seen",
                row.name
            );
            assert_eq!(
                (runtime.board().denials.get(), exit),
                (2, Some(Exit::Returned(0)))
            );
        }
    }
}

#[test]
fn any_one_of_the_capabilities_that_a_row_names_is_enough() {
    for row in offered() {
        let set = match row.needs {
            Needs::Nothing | Needs::Flag { .. } => continue,
            needs => needs.capabilities(),
        };
        for bit in (0..64).filter(|bit| set.bits() >> bit & 1 == 1) {
            let (results, ..) = call(row, &[good(row)], CapabilitySet::from_bits(1 << bit));
            assert_eq!(results, [Ok(ANSWER.into())], "{} with bit {bit}", row.name);
        }
    }
}

#[test]
fn a_flag_chooses_the_capability() {
    for row in offered() {
        let Needs::Flag {
            param,
            mask,
            set,
            clear,
        } = row.needs
        else {
            continue;
        };
        let with = |value: u32| {
            let mut words = good(row);
            words[usize::from(param)] = value;
            words
        };
        let bits = i32::from(mask) as u32;
        let lowest = 1 << bits.trailing_zeros();
        let words = [
            with(0),
            with(!bits),
            with(lowest),
            with(bits),
            with(u32::MAX),
        ];
        let (held, denied) = (Ok(ANSWER.into()), Ok(row.denied.number().into()));
        let (results, ..) = call(row, &words, CapabilitySet::of(&[clear]));
        assert_eq!(
            results,
            [held, held, denied, denied, denied],
            "{}",
            row.name
        );
        let (results, ..) = call(row, &words, CapabilitySet::of(&[set]));
        assert_eq!(results, [denied, denied, held, held, held], "{}", row.name);
    }
}

#[test]
fn refused_rows_answer_enotsup_whatever_the_board_has() {
    for row in akira_runtime::abi::all().filter(|row| row.support == Support::Refused) {
        let (results, runtime, _) = call(row, &[good(row)], everything());
        assert_eq!(results, [Ok(-95)], "{}", row.name);
        assert_eq!(runtime.board().calls.take(), [""; 0]);
    }
}

/// Returns words of which one pointer has this address and this length, and all others are valid.
fn with_pointer(row: &NativeCall, pointer: usize, address: u32, bytes: u32) -> Vec<u32> {
    let mut words = good(row);
    words[pointer] = address;
    if let ParamKind::Bytes {
        length: Length::Param(param) | Length::Items { param, .. },
        ..
    } = row.params[pointer].kind
    {
        words[usize::from(param)] = bytes;
    }
    words
}

#[test]
fn a_buffer_that_leaves_memory_traps_or_is_efault_as_the_row_says() {
    let claims = [
        (65_536, 1),
        (65_535, 2),
        (u32::MAX, 1),
        (u32::MAX, u32::MAX),
        (1, u32::MAX),
    ];
    for row in offered() {
        for (index, param) in row.pointer_params() {
            let ParamKind::Bytes { fault, length, .. } = param.kind else {
                continue;
            };
            for (address, bytes) in claims {
                // With a fixed size only the address can be out of bounds.
                if matches!(length, Length::Fixed(size) if u64::from(address) + u64::from(size) <= 65_536)
                {
                    continue;
                }
                refused(row, fault, with_pointer(row, index, address, bytes));
            }
        }
    }
}

/// Checks that a call with invalid words never reaches its handler.
fn refused(row: &'static NativeCall, fault: OnFault, words: Vec<u32>) {
    let (results, runtime, exit) = call(row, std::slice::from_ref(&words), everything());
    let trap = Trap::MemoryOutOfBounds;
    // The word of a bad length may also be the length of an earlier buffer whose row traps.
    let trapped = exit == Some(Exit::Trapped(trap)) && words.contains(&u32::MAX);
    let (result, end) = match fault {
        OnFault::Errno if !trapped => (Ok(efault(row)), Exit::Returned(0)),
        _ => (Err(Interrupt::Trap(trap)), Exit::Trapped(trap)),
    };
    assert_eq!(
        (results, exit),
        (vec![result], Some(end)),
        "{} {words:?}",
        row.name
    );
    assert_eq!(
        runtime.board().calls.take(),
        [""; 0],
        "{} was seen",
        row.name
    );
}

fn efault(row: &NativeCall) -> i64 {
    match row.result {
        Ret::Address | Ret::Void => 0,
        _ => -14,
    }
}

#[test]
fn a_buffer_may_end_where_memory_ends_and_an_empty_one_may_stand_there() {
    for row in offered() {
        for (index, param) in row.pointer_params() {
            let (address, length) = match param.kind {
                ParamKind::Bytes {
                    length: Length::Fixed(bytes),
                    ..
                } => (65_536 - u32::from(bytes), 0),
                ParamKind::Bytes { .. } => (65_536, 0),
                _ => continue,
            };
            let (results, ..) = call(
                row,
                &[with_pointer(row, index, address, length)],
                everything(),
            );
            assert_eq!(results, [Ok(ANSWER.into())], "{}", row.name);
        }
    }
}

#[test]
fn a_string_without_end_traps() {
    for row in offered() {
        for (index, param) in row.pointer_params() {
            if param.kind != ParamKind::Str {
                continue;
            }
            for address in [65_532, 65_536, u32::MAX] {
                let words = with_pointer(row, index, address, 0);
                let (results, ..) = call(row, &[words], everything());
                let trap = Err(Interrupt::Trap(Trap::MemoryOutOfBounds));
                assert_eq!(results, [trap], "{} {address}", row.name);
            }
        }
    }
}

#[test]
fn a_string_that_is_too_long_is_cut_or_refused_and_ends_nobody() {
    for row in offered() {
        for (index, param) in row.pointer_params() {
            let taken = match (param.kind, row.result) {
                (ParamKind::Text, _) => ANSWER.into(),
                (ParamKind::Str, Ret::Address | Ret::Allocation | Ret::Void) => 0,
                (ParamKind::Str, _) => Errno::EMSGSIZE.code().into(),
                _ => continue,
            };
            let words = [LONG, LONG + 1].map(|address| with_pointer(row, index, address, 0));
            let (results, ..) = call(row, &words, everything());
            assert_eq!(results, [Ok(taken), Ok(ANSWER.into())], "{}", row.name);
        }
    }
}

#[test]
fn a_count_of_items_does_not_wrap_round() {
    for row in offered() {
        for (index, param) in row.pointer_params() {
            let ParamKind::Bytes {
                length: Length::Items { size, .. },
                ..
            } = param.kind
            else {
                continue;
            };
            let count = (1_u64 << 32).div_ceil(size.into()) as u32;
            let (results, runtime, _) =
                call(row, &[with_pointer(row, index, 0, count)], everything());
            assert_ne!(results, [Ok(ANSWER.into())], "{}", row.name);
            assert_eq!(
                runtime.board().calls.take(),
                [""; 0],
                "{} was seen",
                row.name
            );
        }
    }
}

fn is_of(row: &'static NativeCall, module: &str) -> bool {
    table_of(row).is_some_and(|table| table.name == module)
}

#[test]
fn real_guests_meet_the_same_guard() {
    for row in offered().filter(|row| row.wasm_result().is_some() && !is_of(row, "python")) {
        let image = wasm(&guest(row));
        for grant in [CapabilitySet::EMPTY, everything()] {
            let runtime: Runtime<Table, Real> =
                Runtime::with_engine(Rc::new(Table::default()), Real, Config::default());
            let denied = grant.is_empty() && row.needs != Needs::Nothing;
            let result = if denied { row.denied.number() } else { ANSWER };
            assert_eq!(
                run(&runtime, image.to_vec(), grant),
                Some(Exit::Returned(result)),
                "{}",
                row.name
            );
        }
    }
}

/// Returns a guest whose entry calls the row with zeros.
fn guest(row: &NativeCall) -> String {
    let name = |ty| {
        if ty == akira_runtime::abi::ValType::I32 {
            "i32"
        } else {
            "i64"
        }
    };
    let params: Vec<&str> = row.wasm_params().map(name).collect();
    let result: String = row.wasm_result().map(name).into_iter().collect();
    let zeros: String = params.iter().map(|ty| format!("({ty}.const 0)")).collect();
    let narrow = if result == "i64" {
        "i32.wrap_i64"
    } else {
        "i32.or (i32.const 0)"
    };
    format!(
        r#"(module (import "{}" "{}" (func $f (param {}) (result {result}))) (memory (export "memory") 1)
        (func (export "main") (result i32) ({narrow} (call $f {zeros}))))"#,
        row.module,
        row.name,
        params.join(" ")
    )
}

/// Generator of random words (xorshift64*). Every run gets the same words.
struct Words(u64);

impl Words {
    fn next(&mut self) -> u32 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 32) as u32
    }

    /// Returns a word near a boundary of numbers or addresses, or a random one.
    fn word(&mut self) -> u32 {
        match self.next() % 6 {
            0 => self.next() % 64,
            1 => 65_536 - self.next() % 16,
            2 => self.next() % 65_536,
            3 => u32::MAX - self.next() % 16,
            4 => 1 << (self.next() % 32),
            _ => self.next(),
        }
    }
}

#[test]
fn a_hundred_thousand_random_calls_never_show_a_handler_more_than_memory() {
    let mut words = Words(0x00a1_1ca5);
    let mut calls = 0;
    // A trap ends an app, and each app makes eight calls at most, so this takes many apps.
    while calls < 100_000 {
        for row in offered() {
            let lists: Vec<Vec<u32>> = (0..8)
                .map(|_| row.params.iter().map(|_| words.word()).collect())
                .collect();
            let (results, ..) = call(row, &lists, everything());
            assert!(!results.is_empty(), "{}", row.name);
            calls += results.len();
        }
    }
}

#[test]
fn a_capability_that_no_manifest_can_name_is_not_granted_by_the_bit_of_the_runtime() {
    // Bit 47 marks calls that need no capability. A manifest that requests everything else gains
    // nothing from it.
    let row = &akira_runtime::abi::gpio::GPIO_READ;
    let (results, ..) = call(row, &[vec![0]], CapabilitySet::from_bits(1 << 47));
    assert_eq!(results, [Ok(-1)]);
    let (results, ..) = call(row, &[vec![0]], CapabilitySet::of(&[Capability::GpioRead]));
    assert_eq!(results, [Ok(ANSWER.into())]);
}

#[test]
fn a_board_offers_the_capabilities_that_its_calls_need_and_no_other() {
    let offered = akira_runtime::offered::<Table>();
    for row in akira_runtime::abi::all() {
        let needed = row.needs.capabilities();
        assert!(offered.contains_all(needed), "{}", row.name);
    }
    assert!(!offered.contains(Capability::Sync), "no call needs it");
}
