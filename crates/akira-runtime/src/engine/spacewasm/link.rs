//! Host functions of the imports: one closure per import, which spacewasm finds by the name that
//! `stream` gives it.

use super::memory::{self, Bounds};
use super::stream::ImportName;
use crate::engine::{Host, Interrupt, LoadError};
use crate::module::{Import, ImportKind, Signature};
use ::spacewasm::{
    AllocError, Engine, HostFunction, HostFunctionBreak, HostFunctionError, HostFunctionResult,
    HostModule, HostName, HostValList, MAX_HOST_FUNCTION_PARAMS, ValType, Value, Vec,
};
use alloc::rc::Rc;
use core::cell::RefCell;
use core::fmt;
use core::ops::ControlFlow;

/// State of an instance besides its engine.
pub(super) struct State<H> {
    pub(super) host: H,
    /// Remaining fuel of the slice, without the fuel reserved for the current stride.
    pub(super) left: u64,
    /// Unpaid fuel for host work.
    pub(super) debt: u64,
    /// The result of a host call whose cost ended the slice.
    pub(super) held: Option<i64>,
    /// Interrupt by which a host call ended the app.
    pub(super) end: Option<Interrupt>,
}

impl<H> State<H> {
    pub(super) fn of(host: H) -> Self {
        Self {
            host,
            left: 0,
            debt: 0,
            held: None,
            end: None,
        }
    }
}

impl<H> fmt::Debug for State<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("State")
            .field("left", &self.left)
            .field("debt", &self.debt)
            .finish_non_exhaustive()
    }
}

/// State of a host function.
struct Function<H: Host> {
    link: H::Link,
    state: Rc<RefCell<State<H>>>,
    bounds: Rc<Bounds>,
    result: Option<ValType>,
}

/// Creates the host functions of a module's imports.
///
/// # Errors
///
/// [`LoadError`] if an import has more parameters than spacewasm supports, or there is too little
/// memory.
pub(super) fn imports<'a, H: Host>(
    imports: impl Iterator<Item = Import<'a>>,
    links: &[H::Link],
    state: &Rc<RefCell<State<H>>>,
    bounds: &Rc<Bounds>,
) -> Result<Vec<HostModule>, LoadError> {
    let mut functions = Vec::new(links.len()).map_err(|_| super::check::no_memory())?;
    for (index, (import, link)) in imports.zip(links).enumerate() {
        let ImportKind::Function(signature) = import.kind else {
            return Err(super::check::not_a_function(&import));
        };
        let function = Function {
            link: *link,
            state: state.clone(),
            bounds: bounds.clone(),
            result: signature.results.first().copied().and_then(value_type),
        };
        let function = host_function(ImportName::of(index), signature, function);
        let function = function.map_err(|error| super::check::host_function(&error))?;
        functions.push(function);
    }
    module(functions).map_err(|_| super::check::no_memory())
}

fn module(functions: Vec<HostFunction>) -> Result<Vec<HostModule>, AllocError> {
    let mut modules = Vec::new(1)?;
    modules.push(HostModule {
        name: HostName::new(""),
        globals: Vec::zero(),
        functions,
        memory: Vec::zero(),
        table: Vec::zero(),
    });
    Ok(modules)
}

fn host_function<H: Host>(
    name: ImportName,
    signature: Signature<'_>,
    function: Function<H>,
) -> Result<HostFunction, HostFunctionError> {
    HostFunction::try_new(
        HostName::new(name.as_ref()),
        values(signature.params)?,
        values(signature.results)?,
        move |engine, arguments| function.call(engine, arguments),
    )
}

/// Converts the bytes of a type into spacewasm's type letters.
fn values(types: &[u8]) -> Result<HostValList, HostFunctionError> {
    let mut letters = [0; MAX_HOST_FUNCTION_PARAMS];
    let letters = letters
        .get_mut(..types.len())
        .ok_or(HostFunctionError::ParameterListTooLong)?;
    for (letter, ty) in letters.iter_mut().zip(types) {
        *letter = match value_type(*ty) {
            Some(ValType::I32) => b'i',
            Some(ValType::I64) => b'I',
            Some(ValType::F32) => b'f',
            Some(ValType::F64) => b'd',
            None => b'?',
        };
    }
    HostValList::try_new(core::str::from_utf8(letters).unwrap_or("?"))
}

fn value_type(byte: u8) -> Option<ValType> {
    match byte {
        0x7f => Some(ValType::I32),
        0x7e => Some(ValType::I64),
        0x7d => Some(ValType::F32),
        0x7c => Some(ValType::F64),
        _ => None,
    }
}

/// Converts a host's result to the type of the import.
pub(super) fn typed(result: i64, ty: Option<ValType>) -> Option<Value> {
    ty.map(|ty| match ty {
        ValType::I32 => Value::I32(result as i32),
        ValType::I64 => Value::I64(result),
        ValType::F32 => Value::F32(0.0),
        ValType::F64 => Value::F64(0.0),
    })
}

fn word(value: &Value) -> u32 {
    match value {
        Value::I32(value) => *value as u32,
        Value::I64(value) => *value as u32,
        Value::F32(_) | Value::F64(_) => 0,
    }
}

impl<H: Host> Function<H> {
    fn call(&self, engine: &mut Engine, arguments: &[Value]) -> HostFunctionResult {
        let mut words = [0; MAX_HOST_FUNCTION_PARAMS];
        let words = &mut words[..arguments.len().min(MAX_HOST_FUNCTION_PARAMS)];
        for (to, from) in words.iter_mut().zip(arguments) {
            *to = word(from);
        }
        let mut state = self.state.borrow_mut();
        let mut result = self.enter(&mut state, engine, words);
        if let Err(Interrupt::Grow(bytes)) = result {
            // If growth fails, the repeated call finds too little memory and returns the error.
            self.grow(engine, bytes);
            result = self.enter(&mut state, engine, words);
        }
        self.settle(&mut state, result)
    }

    fn enter(
        &self,
        state: &mut State<H>,
        engine: &mut Engine,
        words: &[u32],
    ) -> Result<i64, Interrupt> {
        let result = state.host.enter(&self.link, words, memory::bytes(engine));
        state.debt = state.debt.saturating_add(state.host.take_charge());
        result
    }

    /// Grows the memory. The engine holds a second reference to it while it runs, which is released
    /// first.
    fn grow(&self, engine: &mut Engine, bytes: u64) {
        engine.clear_memory();
        let memory = engine.store.get_memory_mut(engine.module);
        if let Some(memory) = memory.get_mut() {
            self.bounds.grow_for_host(memory, bytes);
        }
        engine.memory = memory.clone();
    }

    fn settle(&self, state: &mut State<H>, result: Result<i64, Interrupt>) -> HostFunctionResult {
        match result {
            Ok(value) if state.debt >= state.left => {
                state.held = Some(value);
                ControlFlow::Break(HostFunctionBreak::Pause)
            }
            Ok(value) => ControlFlow::Continue(typed(value, self.result)),
            Err(Interrupt::Pause) => ControlFlow::Break(HostFunctionBreak::Pause),
            Err(end) => {
                state.end = Some(end);
                ControlFlow::Break(HostFunctionBreak::Trap)
            }
        }
    }
}
