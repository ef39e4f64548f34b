//! Host functions of the imports: a typed closure for each arity, since wasmi's dynamic functions
//! cost three times as much per call.

use super::{Host, Interrupt, State};
use alloc::vec::Vec;
use core::fmt;
use wasmi::errors::HostError;
use wasmi::{Caller, Error, Extern, Func, FuncType, Module, Store, Val, ValType};

/// The common [`Interrupt`], wrapped as an error of wasmi. It has size zero, so that wasmi
/// allocates only its own error for it.
#[derive(Clone, Copy, Debug)]
struct Pause;

/// The other interrupts.
#[derive(Clone, Copy, Debug)]
struct End(Interrupt);

impl fmt::Display for Pause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("paused")
    }
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

impl HostError for Pause {}
impl HostError for End {}

/// Returns the interrupt in an error of a host call.
pub(super) fn interrupt(error: &Error) -> Option<Interrupt> {
    if error.downcast_ref::<Pause>().is_some() {
        return Some(Interrupt::Pause);
    }
    error.downcast_ref::<End>().map(|end| end.0)
}

#[cold]
fn interrupted(interrupt: Interrupt) -> Error {
    match interrupt {
        Interrupt::Pause => Error::host(Pause),
        end => Error::host(End(end)),
    }
}

/// Creates the host functions of a module's imports. The memory, which is also imported, comes
/// after them.
pub(super) fn imports<H: Host>(
    store: &mut Store<State<H>>,
    module: &Module,
    links: &[H::Link],
) -> Vec<Extern> {
    let mut imports = Vec::with_capacity(links.len() + 1);
    for (import, link) in module.imports().zip(links) {
        // Admission rejects imports of any other kind, and so does wasmi, because they are missing
        // here.
        if let Some(ty) = import.ty().func() {
            imports.push(Extern::Func(function(store, ty, *link)));
        }
    }
    imports
}

/// Wraps a typed closure: `$($word)*` are its parameters.
macro_rules! typed {
    ($store:ident, $link:ident, $result:ty; $($word:ident)*) => {
        if H::takes_numbers(&$link) {
            typed!($store, $link, call_with_numbers, $result; $($word)*)
        } else {
            typed!($store, $link, call, $result; $($word)*)
        }
    };
    ($store:ident, $link:ident, $call:ident, $result:ty; $($word:ident)*) => {
        Func::wrap($store, move |caller: Caller<'_, State<H>>, $($word: i32),*| -> Result<$result, Error> {
            $call(caller, &$link, &[$($word as u32),*]).map(<$result as FromWord>::from_word)
        })
    };
}

fn function<H: Host>(store: &mut Store<State<H>>, ty: &FuncType, link: H::Link) -> Func {
    let scalar = ty.params().iter().all(|param| *param == ValType::I32);
    match (scalar, ty.params().len(), ty.results()) {
        (true, 0, [ValType::I32]) => typed!(store, link, i32;),
        (true, 1, [ValType::I32]) => typed!(store, link, i32; a),
        (true, 2, [ValType::I32]) => typed!(store, link, i32; a b),
        (true, 3, [ValType::I32]) => typed!(store, link, i32; a b c),
        (true, 4, [ValType::I32]) => typed!(store, link, i32; a b c d),
        (true, 5, [ValType::I32]) => typed!(store, link, i32; a b c d e),
        (true, 6, [ValType::I32]) => typed!(store, link, i32; a b c d e f),
        (true, 7, [ValType::I32]) => typed!(store, link, i32; a b c d e f g),
        (true, 8, [ValType::I32]) => typed!(store, link, i32; a b c d e f g h),
        (true, 0, [ValType::I64]) => typed!(store, link, i64;),
        (true, 1, []) => typed!(store, link, (); a),
        _ => dynamic(store, ty, link),
    }
}

/// Converts a host call's result to the result type of the import.
trait FromWord {
    fn from_word(word: i64) -> Self;
}

impl FromWord for i32 {
    fn from_word(word: i64) -> Self {
        word as Self
    }
}

impl FromWord for i64 {
    fn from_word(word: i64) -> Self {
        word
    }
}

impl FromWord for () {
    fn from_word(_word: i64) {}
}

/// Wraps a function of any other type; the host sees 0 for each argument that is not an integer.
fn dynamic<H: Host>(store: &mut Store<State<H>>, ty: &FuncType, link: H::Link) -> Func {
    Func::new(store, ty.clone(), move |caller, arguments, results| {
        let words: Vec<u32> = arguments.iter().map(word).collect();
        let value = call(caller, &link, &words)?;
        match results.first_mut() {
            Some(Val::I32(result)) => *result = value as i32,
            Some(Val::I64(result)) => *result = value,
            _ => {}
        }
        Ok(())
    })
}

fn word(value: &Val) -> u32 {
    match value {
        Val::I32(value) => *value as u32,
        Val::I64(value) => *value as u32,
        _ => 0,
    }
}

/// Makes a host call.
///
/// One function for all closures, with the whole hot path in it; the rare cases are in [`finish`].
#[inline(never)]
fn call<H: Host>(
    mut caller: Caller<'_, State<H>>,
    link: &H::Link,
    words: &[u32],
) -> Result<i64, Error> {
    match enter(&mut caller, link, words) {
        (Ok(result), 0) => Ok(result),
        (result, charge) => finish(caller, (link, words), result, charge),
    }
}

/// Makes a host call that takes and returns plain numbers only. It is inlined into each closure,
/// since a separate call would cost as much as this variant saves.
#[inline(always)]
fn call_with_numbers<H: Host>(
    mut caller: Caller<'_, State<H>>,
    link: &H::Link,
    words: &[u32],
) -> Result<i64, Error> {
    let host = &mut caller.data_mut().host;
    let result = host.enter_with_numbers(link, words);
    match (result, host.take_charge()) {
        (Ok(result), 0) => Ok(result),
        (result, charge) => finish(caller, (link, words), result, charge),
    }
}

/// Enters the host, and returns the call's result and its additional cost.
#[inline(always)]
fn enter<H: Host>(
    caller: &mut Caller<'_, State<H>>,
    link: &H::Link,
    words: &[u32],
) -> (Result<i64, Interrupt>, u64) {
    let (bytes, host) = match caller.data().memory {
        Some(memory) => {
            let (bytes, state) = memory.data_and_store_mut(caller);
            (bytes, &mut state.host)
        }
        None => (&mut [][..], &mut caller.data_mut().host),
    };
    let result = host.enter(link, words, bytes);
    (result, host.take_charge())
}

/// Completes a host call that needs more memory, costs fuel or interrupts the guest.
#[cold]
fn finish<H: Host>(
    mut caller: Caller<'_, State<H>>,
    (link, words): (&H::Link, &[u32]),
    mut result: Result<i64, Interrupt>,
    mut charge: u64,
) -> Result<i64, Error> {
    if let Err(Interrupt::Grow(bytes)) = result {
        grow(&mut caller, bytes);
        let (again, more) = enter(&mut caller, link, words);
        result = again;
        charge = charge.saturating_add(more);
    }
    if charge > 0 {
        spend(&mut caller, charge);
    }
    result.map_err(interrupted)
}

/// Takes fuel for host work. If too little is left, the app owes the rest and pauses at its next
/// step.
#[cold]
fn spend<H>(caller: &mut Caller<'_, State<H>>, charge: u64) {
    let left = caller.get_fuel().unwrap_or(0);
    let debt = caller.data().debt;
    caller.data_mut().debt = debt.saturating_add(charge.saturating_sub(left));
    // Fails only without fuel metering, which `config` enables.
    let _ = caller.set_fuel(left.saturating_sub(charge));
}

/// Grows the memory for the host's heap. If that fails, the repeated call finds too little memory
/// and returns the error.
#[cold]
fn grow<H>(caller: &mut Caller<'_, State<H>>, bytes: u64) {
    let Some(memory) = caller.data().memory else {
        return;
    };
    let page = caller.data().limiter.page_bytes().max(1);
    let before = memory.data_size(&*caller) as u64;
    let pages = bytes.saturating_sub(before).div_ceil(page);
    caller.data_mut().limiter.begin_host_growth();
    let _ = memory.grow(&mut *caller, pages);
    let after = memory.data_size(&*caller) as u64;
    caller
        .data_mut()
        .limiter
        .end_host_growth(after.saturating_sub(before));
}
