//! The default engine: wasmi 2, a register-machine interpreter.

mod limiter;
mod link;
mod memory;
mod overhead;
mod validate;

use super::{Engine, EngineError, Host, Instance, Interrupt, Limits, LoadError, Step, Trap};
use crate::image::Image;
use crate::module::{ModuleError, Purpose, sanitise};
use alloc::vec::Vec;
use core::fmt;
use limiter::Limiter;
use wasmi::errors::{ErrorKind, InstantiationError};
use wasmi::{
    CompilationMode, Config, CustomFuelCosts, Error, Func, Memory, Module, ResumableCall,
    ResumableCallHostTrap, Store, TrapCode, Val,
};

/// Initial bytes of an instance's value stack; it grows up to its limit.
const STACK_BYTES_AT_FIRST: usize = 512;

/// Translation and the validation before it are free, since wasmi 2.0.0 cannot resume if the fuel
/// runs out during either: the app would end at the first call of a function only because its slice
/// is over. Each function is translated once, and the start of an app is charged for all of them.
const FUEL_COSTS: CustomFuelCosts = CustomFuelCosts {
    bytes_copied_per_fuel: 64,
    fuel_per_bytes_translated: 0,
    fuel_per_bytes_validated: 0,
};

/// The default engine, wasmi: an interpreter that runs the WebAssembly features that LLVM uses by
/// default.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wasmi;

impl Engine for Wasmi {
    type Instance<H: Host> = WasmiInstance<H>;

    async fn validate(
        &self,
        module: &crate::module::Module<'_>,
        _limits: Limits,
    ) -> Result<(), LoadError> {
        let module = sanitise(module, 0, Purpose::Check).map_err(malformed)?;
        validate::module(module.as_ref()).await
    }

    fn overhead_bytes(&self, module: &crate::module::Module<'_>) -> Result<u64, ModuleError> {
        overhead::bytes(module)
    }

    fn load<H: Host>(
        &self,
        _image: &Image,
        module: &crate::module::Module<'_>,
        links: &[H::Link],
        host: H,
        limits: Limits,
    ) -> Result<WasmiInstance<H>, LoadError> {
        // One engine per app: wasmi's code map only grows, and is freed with its engine.
        let engine = wasmi::Engine::new(&config(limits));
        let declared = module.memory().map_err(malformed)?;
        let module =
            sanitise(module, limits.heap_pages(), Purpose::LoadForWasmi).map_err(malformed)?;
        let module = Module::new(&engine, module.as_ref()).map_err(invalid)?;
        let mut store = Store::new(
            &engine,
            State {
                host,
                memory: None,
                limiter: Limiter::new(limits),
                debt: 0,
            },
        );
        store.limiter(|state| state.limiter.now());
        let mut imports = link::imports(&mut store, &module, links);
        let buffer = declared
            .map(|_| memory::Buffer::new(limits.memory_bytes))
            .transpose()?;
        if let (Some(declared), Some(buffer)) = (declared, &buffer) {
            let memory = buffer.memory(&mut store, declared, limits)?;
            store.data_mut().memory = Some(memory);
            imports.push(memory.into());
        }
        let instance =
            wasmi::Instance::new(&mut store, &module, &imports).map_err(not_instantiated)?;
        store.data_mut().limiter.end_load();
        Ok(WasmiInstance {
            store,
            instance,
            call: None,
            results: Vec::new(),
            _buffer: buffer,
        })
    }
}

/// Features that LLVM 22 enables by default, limits from the app.
///
/// A function is validated and translated at its first call. So a start takes little time, whatever
/// the app's size, and code is never run on the strength of the check at installation alone.
fn config(limits: Limits) -> Config {
    let mut config = Config::default();
    let most = limits.stack_bytes as usize;
    config
        .consume_fuel(true)
        .compilation_mode(CompilationMode::Lazy)
        .fuel_cost(FUEL_COSTS)
        .ignore_custom_sections(true)
        .wasm_custom_page_sizes(true)
        .wasm_multi_memory(false)
        .wasm_tail_call(false)
        .set_max_recursion_depth(limits.call_depth as usize)
        .set_min_stack_height(STACK_BYTES_AT_FIRST.min(most))
        .set_max_stack_height(most)
        .set_max_cached_stacks(1);
    config
}

/// State of an instance in wasmi's store.
struct State<H> {
    host: H,
    memory: Option<Memory>,
    limiter: Limiter,
    /// Fuel that host work has cost beyond the remaining fuel; the next slices pay it.
    debt: u64,
}

/// An instance of a module in the engine [`Wasmi`].
pub struct WasmiInstance<H> {
    store: Store<State<H>>,
    instance: wasmi::Instance,
    /// The current call, in wasmi's own type: it is large, and each conversion would copy it.
    call: Option<ResumableCall>,
    results: Vec<Val>,
    /// Backing memory of the linear memory in `store`. Declared after `store`, so that it is
    /// dropped last.
    _buffer: Option<memory::Buffer>,
}

impl<H> fmt::Debug for WasmiInstance<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WasmiInstance")
            .field("instance", &self.instance)
            .finish_non_exhaustive()
    }
}

impl<H: Host> WasmiInstance<H> {
    #[inline(always)]
    fn settle(&mut self, call: Result<ResumableCall, Error>) -> Step {
        // Stored directly, because each move copies a hundred bytes.
        self.call = match call {
            Ok(call) => Some(call),
            Err(error) => return Step::Trapped(trap(&error)),
        };
        let ended = match &self.call {
            Some(ResumableCall::OutOfFuel(call)) => {
                return Step::OutOfFuel {
                    needed: call.required_fuel(),
                };
            }
            Some(ResumableCall::HostTrap(call)) => match link::interrupt(call.host_error()) {
                Some(Interrupt::Pause) => return Step::Paused,
                Some(Interrupt::Exit(code)) => Step::Finished(code),
                Some(Interrupt::Trap(trap)) => Step::Trapped(trap),
                Some(Interrupt::Grow(_)) | None => Step::Trapped(trap(call.host_error())),
            },
            Some(ResumableCall::Finished) | None => Step::Finished(self.exit_code()),
        };
        self.call = None;
        ended
    }

    /// Sets the fuel, after it has paid the debt.
    fn give(&mut self, fuel: u64) -> Result<(), Error> {
        let paid = self.store.data().debt.min(fuel);
        self.store.data_mut().debt -= paid;
        self.store.set_fuel(fuel - paid)
    }

    fn exit_code(&self) -> i32 {
        self.results.first().and_then(Val::i32).unwrap_or(0)
    }

    /// Returns the value in the result type of the paused host function.
    fn host_result(&self, call: &ResumableCallHostTrap, result: i64) -> Option<Val> {
        match call.host_func().ty(&self.store).results() {
            [wasmi::ValType::I32] => Some(Val::I32(result as i32)),
            [wasmi::ValType::I64] => Some(Val::I64(result)),
            _ => None,
        }
    }
}

impl<H: Host> Instance<H> for WasmiInstance<H> {
    fn start(&mut self, export: &str, fuel: u64) -> Step {
        let Some(function) = self.instance.get_func(&self.store, export) else {
            return Step::Finished(0);
        };
        let (mut arguments, results) = zeros(&function, &self.store);
        if let [Val::I32(_), Val::I32(argv)] = arguments.as_mut_slice() {
            *argv = super::argv(self.memory().0);
        }
        self.results = results;
        if self.give(fuel).is_err() {
            return Step::Trapped(Trap::Other);
        }
        let call = function.call_resumable(&mut self.store, &arguments, &mut self.results);
        self.settle(call)
    }

    fn resume(&mut self, result: i64, fuel: u64) -> Step {
        if self.give(fuel).is_err() {
            return Step::Trapped(Trap::Other);
        }
        let call = match self.call.take() {
            Some(ResumableCall::OutOfFuel(call)) => call.resume(&mut self.store, &mut self.results),
            Some(ResumableCall::HostTrap(call)) => {
                let result = self.host_result(&call, result);
                call.resume(&mut self.store, result.as_slice(), &mut self.results)
            }
            Some(ResumableCall::Finished) | None => return Step::Trapped(Trap::Other),
        };
        self.settle(call)
    }

    fn fuel(&self) -> u64 {
        self.store.get_fuel().unwrap_or(0)
    }

    fn memory(&mut self) -> (&mut [u8], &mut H) {
        match self.store.data().memory {
            Some(memory) => {
                let (bytes, state) = memory.data_and_store_mut(&mut self.store);
                (bytes, &mut state.host)
            }
            None => (&mut [], &mut self.store.data_mut().host),
        }
    }
}

fn zeros<H>(function: &Func, store: &Store<State<H>>) -> (Vec<Val>, Vec<Val>) {
    let ty = function.ty(store);
    let zero = |ty: &wasmi::ValType| Val::default_for_ty(*ty);
    (
        ty.params().iter().map(zero).collect(),
        ty.results().iter().map(zero).collect(),
    )
}

fn malformed(error: ModuleError) -> LoadError {
    LoadError::Invalid(EngineError::new(error))
}

fn invalid(error: Error) -> LoadError {
    LoadError::Invalid(EngineError::new(error))
}

fn not_instantiated(error: Error) -> LoadError {
    match error.kind() {
        ErrorKind::Instantiation(
            InstantiationError::FailedToInstantiateMemory(_)
            | InstantiationError::FailedToInstantiateTable(_),
        ) => LoadError::TooLarge(EngineError::new(error)),
        // wasmi's message names the table by its debug text.
        ErrorKind::Instantiation(InstantiationError::ElementSegmentDoesNotFit { .. }) => {
            LoadError::Invalid(EngineError::new(
                "an element segment lies outside its table",
            ))
        }
        ErrorKind::TrapCode(code) => LoadError::Invalid(EngineError::new(code.trap_message())),
        _ => invalid(error),
    }
}

fn trap(error: &Error) -> Trap {
    match error.as_trap_code() {
        Some(TrapCode::UnreachableCodeReached) => Trap::Unreachable,
        Some(TrapCode::MemoryOutOfBounds) => Trap::MemoryOutOfBounds,
        Some(TrapCode::TableOutOfBounds) => Trap::TableOutOfBounds,
        Some(TrapCode::IndirectCallToNull) => Trap::IndirectCallToNull,
        Some(TrapCode::IntegerDivisionByZero) => Trap::DivisionByZero,
        Some(TrapCode::IntegerOverflow) => Trap::IntegerOverflow,
        Some(TrapCode::BadConversionToInteger) => Trap::BadConversion,
        Some(TrapCode::BadSignature) => Trap::BadSignature,
        Some(TrapCode::StackOverflow) => Trap::StackOverflow,
        Some(TrapCode::OutOfFuel) => Trap::OutOfCpu,
        Some(TrapCode::GrowthOperationLimited | TrapCode::OutOfSystemMemory) => Trap::OutOfMemory,
        _ => Trap::Other,
    }
}
