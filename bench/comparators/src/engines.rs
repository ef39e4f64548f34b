//! One function per engine. It loads the module and returns a closure that calls an export.

/// Calls an export and returns its result.
type Run = Box<dyn FnMut() -> i32>;

/// Loads a module and looks up an export in it.
type Load = fn(&[u8], &str) -> Run;

/// All engines with their names.
pub(crate) const ALL: &[(&str, Load)] = &[
    ("wasmi-tail-calls", wasmi),
    ("wasm3", wasm3),
    ("tinywasm", tinywasm),
    ("wasmtime-pulley", |module, name| {
        wasmtime(module, name, Some("pulley64"))
    }),
    ("wasmtime-cranelift", |module, name| {
        wasmtime(module, name, None)
    }),
];

fn wasmi(module: &[u8], name: &str) -> Run {
    let engine = wasmi::Engine::default();
    let module = wasmi::Module::new(&engine, module).expect("it is valid");
    let mut store = wasmi::Store::new(&engine, ());
    let instance = wasmi::Instance::new(&mut store, &module, &[]).expect("it fits");
    let function = instance.get_typed_func::<(), i32>(&store, name);
    let function = function.expect("it is exported");
    Box::new(move || function.call(&mut store, ()).expect("it returns"))
}

fn wasm3(module: &[u8], name: &str) -> Run {
    let engine = wasm3x::Engine::default();
    let module = wasm3x::Module::new(&engine, module).expect("it is valid");
    let mut store = wasm3x::Store::new(&engine, ());
    let linker = wasm3x::Linker::new(&engine);
    let instance = linker.instantiate_and_start(&mut store, &module);
    let function = instance
        .and_then(|instance| instance.get_typed_func::<(), i32>(&store, name))
        .expect("it is exported");
    Box::new(move || function.call(&mut store, ()).expect("it returns"))
}

fn tinywasm(module: &[u8], name: &str) -> Run {
    let module = tinywasm::parse_bytes(module).expect("it is valid");
    let mut store = tinywasm::Store::default();
    let instance = tinywasm::ModuleInstance::instantiate(&mut store, &module, None);
    let instance = instance.expect("it fits");
    let function = instance
        .func::<(), i32>(&store, name)
        .expect("it is exported");
    Box::new(move || function.call(&mut store, ()).expect("it returns"))
}

fn wasmtime(module: &[u8], name: &str, target: Option<&str>) -> Run {
    let mut config = wasmtime::Config::new();
    if let Some(target) = target {
        config.target(target).expect("there is such a target");
    }
    let engine = wasmtime::Engine::new(&config).expect("the configuration is right");
    let module = wasmtime::Module::new(&engine, module).expect("it is valid");
    let mut store = wasmtime::Store::new(&engine, ());
    let instance = wasmtime::Instance::new(&mut store, &module, &[]).expect("it fits");
    let function = instance.get_typed_func::<(), i32>(&mut store, name);
    let function = function.expect("it is exported");
    Box::new(move || function.call(&mut store, ()).expect("it returns"))
}
