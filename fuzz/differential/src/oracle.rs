//! Runs modules on Wasmtime, the reference.

use super::compare::{End, Run, Seen};
use super::generate::{Case, GLOBALS};
use super::host::{self, Answer, Calls, Native};
use akira_runtime::Trap;
use std::fmt;
use std::sync::LazyLock;
use wasmtime::{
    Caller, Config, Engine, Extern, Func, FuncType, Instance, Memory, Module, OptLevel,
    ResourceLimiter, Store, Val, ValType,
};

/// Fuel of a call.
const FUEL: u64 = 100_000;

static ENGINE: LazyLock<Engine> = LazyLock::new(|| {
    let mut config = Config::new();
    config
        .consume_fuel(true)
        .cranelift_opt_level(OptLevel::None)
        .wasm_custom_page_sizes(true)
        .wasm_simd(false)
        .wasm_relaxed_simd(false)
        // Explicit checks instead of signal handlers.
        .signals_based_traps(false)
        .memory_reservation(0)
        .memory_guard_size(0)
        .memory_reservation_for_growth(0)
        .memory_init_cow(false);
    Engine::new(&config).expect("Wasmtime takes its configuration")
});

struct State {
    calls: Calls,
    memory: Option<Memory>,
    is_loaded: bool,
}

/// Tables keep their initial size, as on a device.
impl ResourceLimiter for State {
    fn memory_growing(&mut self, _: usize, _: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        Ok(true)
    }

    fn table_growing(&mut self, _: usize, _: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        Ok(!self.is_loaded)
    }
}

/// End of a module by a native call.
#[derive(Clone, Copy, Debug)]
enum Ended {
    Exit(i32),
    Trap,
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

impl std::error::Error for Ended {}

/// Runs a case.
pub(super) fn run(case: &Case) -> Run {
    let module = match Module::new(&ENGINE, &case.module) {
        Ok(module) => module,
        Err(error) => return Run::Refused(format!("{error:?}")),
    };
    let state = State {
        calls: Calls::default(),
        memory: None,
        is_loaded: false,
    };
    let mut store = Store::new(&ENGINE, state);
    store.limiter(|state| state);
    let imports = imports(&mut store, &module);
    store.set_fuel(FUEL).expect("fuel is counted");
    let instance = match Instance::new(&mut store, &module, &imports) {
        Ok(instance) => instance,
        Err(error) if is_limit(&error) => return Run::Limited,
        Err(error) => return Run::Refused(format!("{error:?}")),
    };
    store.data_mut().is_loaded = true;
    store.data_mut().memory = memory(&mut store, instance);
    let mut seen = Vec::new();
    for call in &case.calls {
        let end = call_export(&mut store, instance, call);
        seen.push(look(&mut store, instance, end));
        if !matches!(end, End::Returned(_)) {
            break;
        }
    }
    Run::Seen(seen)
}

fn memory(store: &mut Store<State>, instance: Instance) -> Option<Memory> {
    let exports: Vec<_> = instance.exports(store).collect();
    exports.into_iter().find_map(|export| export.into_memory())
}

fn look(store: &mut Store<State>, instance: Instance, end: End) -> Seen {
    let globals = call_export(store, instance, GLOBALS);
    let memory = store.data().memory;
    let bytes = memory.map_or(&[][..], |memory| memory.data(&*store));
    let calls = store.data().calls;
    Seen {
        end,
        globals,
        calls: (calls.count, calls.digest),
        memory: bytes.to_vec(),
    }
}

fn call_export(store: &mut Store<State>, instance: Instance, name: &str) -> End {
    store.set_fuel(FUEL).expect("fuel is counted");
    let function = instance.get_typed_func::<(), i32>(&mut *store, name);
    let function = function.expect("the export was added");
    match function.call(&mut *store, ()) {
        Ok(value) => End::Returned(value),
        Err(error) => ended(&error),
    }
}

/// Returns whether a start function reached a limit that differs between engines.
fn is_limit(error: &wasmtime::Error) -> bool {
    use wasmtime::Trap::{OutOfFuel, StackOverflow};
    matches!(error.downcast_ref(), Some(OutOfFuel | StackOverflow))
}

fn ended(error: &wasmtime::Error) -> End {
    match error.downcast_ref::<Ended>() {
        Some(Ended::Exit(code)) => return End::Returned(*code),
        Some(Ended::Trap) => return End::Trapped(Trap::Unlinked),
        None => {}
    }
    use wasmtime::Trap as Code;
    End::Trapped(match error.downcast_ref::<Code>() {
        Some(Code::UnreachableCodeReached) => Trap::Unreachable,
        Some(Code::MemoryOutOfBounds) => Trap::MemoryOutOfBounds,
        Some(Code::TableOutOfBounds) => Trap::TableOutOfBounds,
        Some(Code::IndirectCallToNull) => Trap::IndirectCallToNull,
        Some(Code::IntegerDivisionByZero) => Trap::DivisionByZero,
        Some(Code::IntegerOverflow) => Trap::IntegerOverflow,
        Some(Code::BadConversionToInteger) => Trap::BadConversion,
        Some(Code::BadSignature) => Trap::BadSignature,
        Some(Code::OutOfFuel | Code::StackOverflow) => return End::Limited,
        _ => panic!("Wasmtime fails in another way: {error:?}"),
    })
}

fn imports(store: &mut Store<State>, module: &Module) -> Vec<Extern> {
    let imports = module.imports().map(|import| {
        let native = host::find(import.name()).expect("only natives are offered");
        let ty = import.ty().func().cloned().expect("natives are functions");
        (native, ty)
    });
    let imports: Vec<_> = imports.collect();
    let functions = imports.into_iter();
    functions
        .map(|(native, ty)| function(store, native, ty).into())
        .collect()
}

fn function(store: &mut Store<State>, native: Native, ty: FuncType) -> Func {
    let result = ty.results().next();
    Func::new(store, ty, move |mut caller, arguments, results| {
        let words: Vec<u32> = arguments.iter().map(word).collect();
        let value = match make(&mut caller, native, &words) {
            Answer::Value(value) | Answer::Later(value) => value,
            Answer::Exit(code) => return Err(wasmtime::Error::new(Ended::Exit(code))),
            Answer::Trap => return Err(wasmtime::Error::new(Ended::Trap)),
        };
        match (&result, results.first_mut()) {
            (Some(ValType::I32), Some(result)) => *result = Val::I32(value as i32),
            (Some(ValType::I64), Some(result)) => *result = Val::I64(value),
            _ => {}
        }
        Ok(())
    })
}

fn make(caller: &mut Caller<'_, State>, native: Native, words: &[u32]) -> Answer {
    match caller.data().memory {
        Some(memory) => {
            let (bytes, state) = memory.data_and_store_mut(caller);
            state.calls.make(native, words, bytes)
        }
        None => caller.data_mut().calls.make(native, words, &mut []),
    }
}

fn word(value: &Val) -> u32 {
    match value {
        Val::I32(value) => *value as u32,
        Val::I64(value) => *value as u32,
        _ => 0,
    }
}
