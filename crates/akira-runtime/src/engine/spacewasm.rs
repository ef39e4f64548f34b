//! The small engine: spacewasm 0.7, an interpreter of WebAssembly 1.0. It takes a sixth of wasmi's
//! flash, and suits chips with less than 512 KB of flash or without atomic operations.

mod allocator;
mod check;
mod link;
mod memory;
mod overhead;
mod stream;

use super::{Engine, Host, Instance, Interrupt, Limits, LoadError, Step, Trap};
use crate::image::Image;
use crate::module::{Import, Module, ModuleError, Purpose, sanitise};
use ::spacewasm::{
    CodeBuilder, CompilerOptions, ExportDesc, HostModule, Interpreter, InterpreterResult,
    InterpreterRunner, Module as Loaded, Rc as EngineRc, Ref, TrapReason, ValType, Value, Vec,
    WasmRef,
};
use alloc::rc::Rc;
use core::cell::RefCell;
use core::fmt;
use link::State;
use memory::{Bounds, Pages};
use stream::Parts;

/// Maximum nesting depth of blocks in a function; each level takes 16 bytes of native stack while a
/// module is loaded.
const BLOCKS: usize = 128;
/// Maximum number of simultaneous values in a function's expressions; each takes a byte of native
/// stack while the function is loaded.
const VALUES: usize = 256;
/// Maximum number of branches that wait for the end of their block to be known.
const JUMPS: u32 = 1 << 16;
/// Number of operations between two checks of the fuel. spacewasm does not report how many
/// operations it executed before a host call paused it, so a pause costs an app this amount of
/// fuel.
const STRIDE: u64 = 64;
/// Bytes of a word of the value stack.
const WORD: usize = 4;
/// Minimum size of the value stack, in words.
const LEAST_STACK: usize = 16;

/// The small engine, spacewasm. Choose it for chips with little flash or without atomic operations.
///
/// It supports WebAssembly 1.0 with pages of 1 byte or 64 KiB, and no later features: an app that
/// uses a later feature is rejected at installation. A native call can have at most 9 parameters,
/// blocks can nest 128 deep, and calls as deep as the value stack allows.
#[derive(Clone, Copy, Debug, Default)]
pub struct Spacewasm;

impl Engine for Spacewasm {
    type Instance<H: Host> = SpacewasmInstance<H>;

    async fn validate(&self, module: &Module<'_>, limits: Limits) -> Result<(), LoadError> {
        let module = sanitise(module, 0, Purpose::Check).map_err(check::malformed)?;
        let module = Module::parse(module.as_ref()).map_err(check::malformed)?;
        check::module(&module)?;
        let bounds = Rc::new(Bounds::new(limits));
        let state = Rc::new(RefCell::new(State::of(Nobody)));
        let imports = imports(&module)?;
        let links = alloc::vec![(); imports.len()];
        let functions = link::imports(imports.into_iter(), &links, &state, &bounds)?;
        let parts = Parts::of(&module, Purpose::Check).map_err(check::malformed)?;
        load(&module, parts, functions, LEAST_STACK, &bounds).map(drop)
    }

    fn overhead_bytes(&self, module: &Module<'_>) -> Result<u64, ModuleError> {
        module.sizes().map(|sizes| overhead::bytes(&sizes))
    }

    fn load<H: Host>(
        &self,
        _image: &Image,
        module: &Module<'_>,
        links: &[H::Link],
        host: H,
        limits: Limits,
    ) -> Result<SpacewasmInstance<H>, LoadError> {
        let module =
            sanitise(module, limits.heap_pages(), Purpose::Load).map_err(check::malformed)?;
        let module = Module::parse(module.as_ref()).map_err(check::malformed)?;
        check::module(&module)?;
        let bounds = Rc::new(Bounds::new(limits));
        let state = Rc::new(RefCell::new(State::of(host)));
        let functions = link::imports(imports(&module)?.into_iter(), links, &state, &bounds)?;
        let parts = Parts::of(&module, Purpose::Load).map_err(check::malformed)?;
        let stack = (limits.stack_bytes as usize / WORD).max(LEAST_STACK);
        let (engine, code) = load(&module, parts, functions, stack, &bounds)?;
        bounds.take_debt();
        Ok(SpacewasmInstance {
            engine,
            code,
            state,
            bounds,
            result: None,
        })
    }
}

fn imports<'a>(module: &Module<'a>) -> Result<alloc::vec::Vec<Import<'a>>, LoadError> {
    let imports = module.imports().map_err(check::malformed)?;
    imports.collect::<Result<_, _>>().map_err(check::malformed)
}

/// Compiles a module into a separate engine.
fn load(
    module: &Module<'_>,
    mut parts: Parts<'_>,
    functions: Vec<HostModule>,
    stack: usize,
    bounds: &Rc<Bounds>,
) -> Result<(::spacewasm::Engine, CodeBuilder), LoadError> {
    let sizes = module.sizes().map_err(check::malformed)?;
    let options = CompilerOptions {
        allow_memory_grow: true,
        max_backpatch_iterations: Some(JUMPS),
        max_code_pages: overhead::code_pages(&sizes) as usize,
    };
    let mut code = CodeBuilder::new(options).map_err(|_| check::no_memory())?;
    let mut engine =
        ::spacewasm::Engine::new(stack, 1, functions).map_err(|_| check::no_memory())?;
    let pages = EngineRc::new(Pages(bounds.clone())).map_err(|_| check::no_memory())?;
    let pages = pages.into_wasm_memory_allocator();
    let loaded = Loaded::new::<BLOCKS, VALUES>("", &mut parts, &mut engine.store, &mut code, pages);
    let loaded = loaded.map_err(|error| check::refusal(&error))?;
    engine.push_module(loaded).map_err(|_| check::no_memory())?;
    Ok((engine, code))
}

/// Host of a module that is validated but not run.
struct Nobody;

impl Host for Nobody {
    type Link = ();

    fn enter(&mut self, (): &(), _: &[u32], _: &mut [u8]) -> Result<i64, Interrupt> {
        Err(Interrupt::Trap(Trap::Unlinked))
    }

    fn take_charge(&mut self) -> u64 {
        0
    }
}

/// An instance of a module in the engine [`Spacewasm`].
pub struct SpacewasmInstance<H: Host> {
    engine: ::spacewasm::Engine,
    code: CodeBuilder,
    state: Rc<RefCell<State<H>>>,
    bounds: Rc<Bounds>,
    /// Result type of the current function.
    result: Option<ValType>,
}

impl<H: Host> fmt::Debug for SpacewasmInstance<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SpacewasmInstance")
            .field("state", &self.state.borrow())
            .finish_non_exhaustive()
    }
}

impl<H: Host> SpacewasmInstance<H> {
    /// Finds an exported function that the module defines itself.
    fn exported(&self, name: &str) -> Option<WasmRef> {
        let module = self.engine.store.modules().first()?;
        let export = module.exports.iter().find(|export| &*export.name == name)?;
        let ExportDesc::Func(index) = export.desc else {
            return None;
        };
        match module.get_func_ref(index)? {
            Ref::Module(index) => Some(WasmRef {
                module: self.engine.module,
                index,
            }),
            _ => None,
        }
    }

    /// Returns the arguments of a function, all zero, and records the type of its result.
    fn zeros(&mut self, function: WasmRef) -> alloc::vec::Vec<Value> {
        let module = self.engine.store.modules().first();
        let ty = module.and_then(|module| {
            let function = module.functions.get(usize::from(function.index))?;
            module.types.get(function.ty.0 as usize)
        });
        self.result = ty.and_then(|ty| ty.returns.first().copied());
        let params = ty.map_or(&[][..], |ty| &ty.params);
        params
            .iter()
            .filter_map(|ty| link::typed(0, Some(*ty)))
            .collect()
    }

    /// Runs until the fuel is used up or the instance stops.
    fn run(&mut self, fuel: u64) -> Step {
        self.state.borrow_mut().left = fuel;
        self.pay();
        while self.fuel() > 0 {
            let stride = self.fuel().min(STRIDE);
            self.state.borrow_mut().left -= stride;
            let stopped = Interpreter.run(self.code.pages(), &mut self.engine, stride as usize);
            self.pay();
            match stopped {
                InterpreterResult::OutOfFuel => {}
                InterpreterResult::Finished => return Step::Finished(self.exit_code()),
                InterpreterResult::Trap(reason) => return self.ended(reason),
                InterpreterResult::Pause => {
                    let held = self.state.borrow_mut().held.take();
                    match held {
                        Some(result) if self.give(result) => {}
                        Some(_) => return Step::Trapped(Trap::Other),
                        None => return Step::Paused,
                    }
                }
            }
        }
        Step::OutOfFuel { needed: 1 }
    }

    /// Pays the cost of host work and memory growth from the remaining fuel; the next slices pay
    /// the rest.
    fn pay(&mut self) {
        let mut state = self.state.borrow_mut();
        let debt = state.debt.saturating_add(self.bounds.take_debt());
        let paid = debt.min(state.left);
        state.left -= paid;
        state.debt = debt - paid;
    }

    /// Passes the result to the paused host call, and returns whether the engine accepts it.
    fn give(&mut self, result: i64) -> bool {
        let ty = self.engine.host_pause_result.and_then(|ty| ty.0);
        self.engine.resume(link::typed(result, ty)).is_ok()
    }

    fn exit_code(&self) -> i32 {
        let result = self.engine.result;
        match (self.result, result) {
            (Some(ValType::I32), Some(result)) => result.read_i32(),
            _ => 0,
        }
    }

    fn ended(&mut self, reason: TrapReason) -> Step {
        match self.state.borrow_mut().end.take() {
            Some(Interrupt::Exit(code)) => Step::Finished(code),
            Some(Interrupt::Trap(trap)) => Step::Trapped(trap),
            Some(Interrupt::Grow(_)) => Step::Trapped(Trap::OutOfMemory),
            Some(Interrupt::Pause) | None => Step::Trapped(trap(reason)),
        }
    }
}

impl<H: Host> Instance<H> for SpacewasmInstance<H> {
    fn start(&mut self, export: &str, fuel: u64) -> Step {
        self.engine.reset();
        let Some(function) = self.exported(export) else {
            return Step::Finished(0);
        };
        let mut arguments = self.zeros(function);
        if let [Value::I32(_), Value::I32(argv)] = arguments.as_mut_slice() {
            *argv = super::argv(self.memory().0);
        }
        match self.engine.invoke(function, &arguments) {
            Ok(()) => self.run(fuel),
            Err(::spacewasm::InvokeError::StackOverflow) => Step::Trapped(Trap::StackOverflow),
            Err(_) => Step::Trapped(Trap::Other),
        }
    }

    fn resume(&mut self, result: i64, fuel: u64) -> Step {
        let waits = self.engine.host_pause_result.is_some();
        if self.engine.is_idle() || waits && !self.give(result) {
            return Step::Trapped(Trap::Other);
        }
        self.run(fuel)
    }

    fn fuel(&self) -> u64 {
        self.state.borrow().left
    }

    fn memory(&mut self) -> (&mut [u8], &mut H) {
        memory::lend(self)
    }
}

fn trap(reason: TrapReason) -> Trap {
    match reason {
        TrapReason::Unreachable => Trap::Unreachable,
        TrapReason::DivideByZero => Trap::DivisionByZero,
        TrapReason::InvalidTableIndex => Trap::TableOutOfBounds,
        TrapReason::InvalidTableFunctionType => Trap::BadSignature,
        TrapReason::UninitializedTableElement => Trap::IndirectCallToNull,
        TrapReason::MemoryOutOfBounds => Trap::MemoryOutOfBounds,
        TrapReason::OutOfMemory => Trap::OutOfMemory,
        TrapReason::StackOverflow => Trap::StackOverflow,
        TrapReason::BadConversionToInteger => Trap::BadConversion,
        TrapReason::IntegerOverflow | TrapReason::UnrepresentableResult => Trap::IntegerOverflow,
        TrapReason::Host
        | TrapReason::GlobalGetFailed
        | TrapReason::GlobalSetFailed
        | TrapReason::MemoryRefNotUnique
        | TrapReason::MalformedIr => Trap::Other,
    }
}
