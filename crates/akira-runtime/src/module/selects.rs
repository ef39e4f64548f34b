//! Finds the `select`s that wasmi 2.0.0 translates incorrectly, and rewrites the functions without
//! them.
//!
//! wasmi fuses a `select` with the operation before it if that compares an `i32` with 0. If the
//! compared value is a local or lies on the stack, the fused operation should test it there;
//! instead it tests a register that holds another value (`try_fuse_select` in its translator keeps
//! the location of the comparison's result). Between the comparison, whose result is 0 or 1, and
//! the `select`, `i32.const 1; i32.and` changes nothing and prevents the fusion.
//! `tests/spec/fault.rs` fails once wasmi is correct; then remove this module.

use super::code::Walks;
use super::reader::Reader;
use super::sanitise::write_number;
use super::{Module, ModuleError, id};
use alloc::vec::Vec;
use core::ops::Range;

/// `i32.const 1; i32.and`.
const APART: [u8; 3] = [0x41, 1, 0x71];

const NOP: u8 = 0x01;
const END: u8 = 0x0b;
const BR_IF: u8 = 0x0d;
const SELECT: u8 = 0x1b;
const TYPED_SELECT: u8 = 0x1c;
const LOCAL_SET: u8 = 0x21;
const I32_CONST: u8 = 0x41;
const I32_EQZ: u8 = 0x45;
const I32_EQ: u8 = 0x46;
const I32_NE: u8 = 0x47;
const REF_IS_NULL: u8 = 0xd1;

/// Returns whether a `select` right after this operation may be fused with a comparison: with this
/// operation, or with an earlier one if wasmi emits no code for this operation (the end of a block
/// that nothing branches to, a local that is set to itself, a branch that is never taken).
const fn may_join(operation: u8) -> bool {
    matches!(
        operation,
        I32_EQZ | I32_EQ | I32_NE | REF_IS_NULL | NOP | END | LOCAL_SET | BR_IF
    )
}

/// Records, operation by operation, which comparisons of a function must be separated from their
/// `select`.
#[derive(Debug, Default)]
pub(super) struct Comparisons {
    /// End of the last comparison.
    last: Option<usize>,
    /// Beginning of the previous operation.
    before: usize,
    /// Ends of the comparisons found.
    found: Vec<usize>,
}

impl Comparisons {
    /// Records an operation; `at` is its range in the module.
    #[inline(always)]
    pub(super) fn note(&mut self, module: &[u8], operation: u8, at: Range<usize>) {
        let begin = at.start;
        if matches!(
            operation,
            SELECT | TYPED_SELECT | I32_EQZ..=I32_NE | REF_IS_NULL
        ) {
            self.note_comparison(module, operation, at);
        }
        self.before = begin;
    }

    #[inline(never)]
    fn note_comparison(&mut self, module: &[u8], operation: u8, at: Range<usize>) {
        let before = module.get(self.before..at.start).unwrap_or(&[]);
        match (operation, before) {
            (SELECT | TYPED_SELECT, [before, ..]) if may_join(*before) => {
                self.found.extend(self.last.take());
            }
            (SELECT | TYPED_SELECT, _) => {}
            // wasmi does not fuse a comparison with another number than 0.
            (I32_EQ | I32_NE, [I32_CONST, number @ ..])
                if number.iter().any(|byte| byte & 0x7f != 0) =>
            {
                self.last = None;
            }
            _ => self.last = Some(at.end),
        }
    }

    /// Returns the ends of the comparisons, in ascending order.
    pub(super) fn found(self) -> Vec<usize> {
        self.found
    }
}

/// Returns whether the bytes of a function may contain such a `select`, so that its operations must
/// be walked.
fn may_have_any(body: &[u8]) -> bool {
    let mut selects = memchr::memchr2_iter(SELECT, TYPED_SELECT, body);
    selects.any(|at| body.get(..at).is_some_and(may_join_before))
}

/// Returns whether a `select` after these bytes may be fused.
fn may_join_before(before: &[u8]) -> bool {
    match before {
        [.., operation] if may_join(*operation) => true,
        [rest @ .., _] => {
            let number = rest.iter().rev().take_while(|byte| **byte >= 0x80).count();
            let operation = rest.iter().rev().nth(number);
            matches!(operation, Some(&(LOCAL_SET | BR_IF)))
        }
        [] => false,
    }
}

/// Finds the comparisons of a module that must be separated from their `select`. Returns the end of
/// each, in ascending order.
///
/// # Errors
///
/// [`ModuleError`] if the code is malformed.
pub(super) fn find(module: &Module<'_>) -> Result<Vec<usize>, ModuleError> {
    let (mut found, mut walks) = (Vec::new(), None);
    let mut reader = functions(module);
    for index in 0..count(&mut reader)? {
        let body = reader.part()?;
        if may_have_any(body.rest()) {
            let walks = match &mut walks {
                Some(walks) => walks,
                None => walks.insert(Walks::of(module)?),
            };
            found.extend(walks.walk(index, body)?.1);
        }
    }
    Ok(found)
}

/// Returns the contents of the code section with [`APART`] inserted at these offsets.
pub(super) fn rewritten(module: &Module<'_>, mut places: &[usize]) -> Result<Vec<u8>, ModuleError> {
    const LONGEST_SIZE: usize = 5;
    let mut reader = functions(module);
    let longer = places.len() * (APART.len() + LONGEST_SIZE);
    let mut out = Vec::with_capacity(reader.rest().len() + longer);
    let count = count(&mut reader)?;
    write_number(&mut out, count.into());
    for _ in 0..count {
        let mut body = reader.part()?;
        let inside = places.partition_point(|place| *place <= reader.position());
        let (inside, others) = places.split_at(inside);
        places = others;
        write_number(
            &mut out,
            (body.rest().len() + inside.len() * APART.len()) as u64,
        );
        for place in inside {
            let before = place.saturating_sub(body.position());
            out.extend_from_slice(body.take(before as u32)?);
            out.extend_from_slice(&APART);
        }
        out.extend_from_slice(body.rest());
    }
    Ok(out)
}

/// Returns a reader of the functions of a module; empty if the module has none.
fn functions<'a>(module: &Module<'a>) -> Reader<'a> {
    let section = module.section(id::CODE);
    section.map_or(Reader::new(&[], 0..0), |section| module.reader(section))
}

fn count(functions: &mut Reader<'_>) -> Result<u32, ModuleError> {
    if functions.is_empty() {
        return Ok(0);
    }
    functions.count()
}
