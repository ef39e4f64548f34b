//! Calls wasmi directly: without fuel, and with module loading in wasmi's other modes.

#![no_std]
#![no_main]

use akira_bench_mcu::modules::{CALLS, CALLS_PER_TURN, COMPUTE, LOADED, LOOP};
use akira_bench_mcu::{count, entry, report};
use akira_kernels::KERNELS;
use wasmi::errors::HostError;
use wasmi::{
    CompilationMode, Config, Engine, Error, Instance, Linker, Module, ResumableCall, Store, Val,
};

#[entry]
fn main() -> ! {
    report::all_of(|| {
        compute();
        calls();
        load();
    })
}

fn compute() {
    let module = Module::new(&Engine::new(&config()), COMPUTE).expect("it is valid");
    let mut store = Store::new(module.engine(), ());
    let instance = Instance::new(&mut store, &module, &[]).expect("it imports nothing");
    for (name, native) in KERNELS {
        let kernel = instance.get_typed_func::<(), i32>(&store, name);
        let kernel = kernel.expect("each kernel is an export");
        // The first call translates the function.
        let first = kernel.call(&mut store, ()).expect("it returns");
        assert_eq!(first, native(), "{name} computes something else");
        let (instructions, _) = count(|| kernel.call(&mut store, ()));
        report::number(format_args!("compute {name}"), instructions);
    }
}

fn calls() {
    let empty = turn(LOOP);
    for (name, guest) in CALLS {
        let calls = turn(guest).saturating_sub(empty);
        report::each(format_args!("call {name}"), calls, CALLS_PER_TURN);
    }
}

/// Returns the instructions of one turn of a guest, with fuel metering as in the runtime.
fn turn(guest: &[u8]) -> u64 {
    let mut config = config();
    config.consume_fuel(true);
    let module = Module::new(&Engine::new(&config), guest).expect("it is valid");
    let mut store = Store::new(module.engine(), false);
    store.set_fuel(1 << 40).expect("fuel is on");
    let instance = linker(module.engine()).instantiate_and_start(&mut store, &module);
    let main = instance.expect("it fits").get_func(&store, "main");
    let main = main.expect("the guest exports it");
    let call = main.call_resumable(&mut store, &[], &mut [Val::I32(0)]);
    // The first turn translates the functions.
    let call = to_its_wait(&mut store, call.expect("it pauses"));
    count(|| {
        let call = resumed(&mut store, call);
        to_its_wait(&mut store, call)
    })
    .0
}

/// Resumes the guest after each call that returns at once, until it waits.
fn to_its_wait(store: &mut Store<bool>, mut call: ResumableCall) -> ResumableCall {
    while core::mem::take(store.data_mut()) {
        call = resumed(store, call);
    }
    call
}

fn resumed(store: &mut Store<bool>, call: ResumableCall) -> ResumableCall {
    let ResumableCall::HostTrap(call) = call else {
        panic!("the guest pauses in calls alone");
    };
    let has_result = !call.host_func().ty(&*store).results().is_empty();
    let result = [Val::I32(0)];
    let answer: &[Val] = if has_result { &result } else { &[] };
    let call = call.resume(store, answer, &mut [Val::I32(0)]);
    call.expect("the guest pauses")
}

/// Error that pauses the guest.
#[derive(Debug)]
struct Pause;

impl core::fmt::Display for Pause {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("paused")
    }
}

impl HostError for Pause {}

/// Links the imports of the guests. The store's value is `true` if the paused call is to be resumed
/// at once.
fn linker(engine: &Engine) -> Linker<bool> {
    let mut linker = Linker::new(engine);
    let linked = linker
        .func_wrap("env", "gpio_read", |pin: u32| {
            0x5555_5555_u32 >> (pin % 32) & 1
        })
        .and_then(|linker| linker.func_wrap("akira_time", "get_time_ms", || 0_i64))
        .and_then(|linker| linker.func_wrap("env", "printf_native", print))
        .and_then(|linker| linker.func_wrap("env", "delay", delay))
        .and_then(|linker| linker.func_wrap("akira_time", "sleep_ms", sleep));
    linked.expect("no name is taken twice");
    linker
}

type Caller<'a> = wasmi::Caller<'a, bool>;

fn delay(mut caller: Caller<'_>, _us: u32) -> Result<u32, Error> {
    *caller.data_mut() = true;
    Err(Error::host(Pause))
}

fn sleep(_: Caller<'_>, _ms: u32) -> Result<(), Error> {
    Err(Error::host(Pause))
}

/// Finds a string with the same checks as the runtime.
fn print(caller: Caller<'_>, start: u32) -> Result<u32, Error> {
    let memory = caller
        .get_export("memory")
        .and_then(|memory| memory.into_memory());
    let memory = memory.ok_or_else(|| Error::new("no memory"))?;
    let text = memory.data(&caller).get(start as usize..);
    let text = text.ok_or_else(|| Error::new("out of bounds"))?;
    let end = text.iter().position(|byte| *byte == 0);
    let text = end.and_then(|end| core::str::from_utf8(&text[..end]).ok());
    text.map(|text| text.len() as u32)
        .ok_or_else(|| Error::new("no text"))
}

fn load() {
    for (size, bytes) in LOADED {
        for (name, mode) in [
            ("load", CompilationMode::LazyTranslation),
            ("load-unchecked", CompilationMode::Lazy),
            ("load-eager", CompilationMode::Eager),
        ] {
            let mut config = config();
            config.compilation_mode(mode);
            let (instructions, module) = count(|| Module::new(&Engine::new(&config), bytes));
            let _ = module.expect("it is valid");
            report::number(format_args!("{name} {size}k"), instructions);
        }
    }
}

/// Returns the runtime's configuration, without fuel.
fn config() -> Config {
    let mut config = Config::default();
    config
        .ignore_custom_sections(true)
        .set_max_recursion_depth(128)
        .set_min_stack_height(512)
        .set_max_stack_height(4 << 10)
        .set_max_cached_stacks(1);
    config
}
