//! Runs the same guests in wasmi, called directly, with the runtime's configuration.

use crate::device::Reached;
use akira_guests::Turn;
use std::fmt;
use wasmi::errors::HostError;
use wasmi::{
    Caller, Config, CustomFuelCosts, Engine, Error, Extern, Linker, Module, ResumableCall, Store,
    Val,
};

/// State of a guest's host functions.
#[derive(Default)]
pub(crate) struct State {
    device: Reached,
    /// Whether the call that paused the guest is to be resumed at once, with a result.
    at_once: bool,
}

/// Instance, paused at its wait or at the end of its slice.
pub(crate) struct Bare {
    store: Store<State>,
    call: Option<ResumableCall>,
    slice: u64,
}

impl Bare {
    /// Starts an instance and runs it to its first wait, or for its first slice.
    pub(crate) fn of(turn: Turn, slice: u64) -> Self {
        Self::load(&turn.module(), slice)
    }

    /// Loads a module and runs it to its first wait, or for its first slice.
    pub(crate) fn load(module: &[u8], slice: u64) -> Self {
        let (mut store, instance) = instantiate(module);
        let main = instance
            .get_func(&store, "main")
            .expect("the guest exports it");
        store.set_fuel(slice).expect("fuel is on");
        let call = main.call_resumable(&mut store, &[], &mut [Val::I32(0)]);
        let mut bare = Self {
            store,
            call: Some(call.expect("the guest pauses")),
            slice,
        };
        bare.answer_what_is_answered_at_once();
        bare
    }

    /// Runs the guest to its next wait, or for a slice.
    pub(crate) fn poll(&mut self) {
        self.resume();
        self.answer_what_is_answered_at_once();
    }

    fn answer_what_is_answered_at_once(&mut self) {
        while self.store.data().at_once {
            self.resume();
        }
    }

    fn resume(&mut self) {
        let mut results = [Val::I32(0)];
        let call = match self.call.take().expect("the guest never returns") {
            ResumableCall::HostTrap(call) if self.store.data().at_once => {
                call.resume(&mut self.store, &[Val::I32(0)], &mut results)
            }
            ResumableCall::HostTrap(call) => call.resume(&mut self.store, &[], &mut results),
            ResumableCall::OutOfFuel(call) => {
                self.store.set_fuel(self.slice).expect("fuel is on");
                call.resume(&mut self.store, &mut results)
            }
            ResumableCall::Finished => panic!("the guest never returns"),
        };
        self.call = Some(call.expect("the guest pauses"));
    }
}

/// Validates a module.
pub(crate) fn validate(module: &[u8]) {
    Module::validate(&Engine::new(&config()), module).expect("the module is valid");
}

/// Returns a closure that looks up and calls an export of a module without imports.
pub(crate) fn calls(module: &[u8], name: &'static str) -> impl FnMut() -> i32 + use<> {
    let (mut store, instance) = instantiate(module);
    move || {
        let mut results = [Val::I32(0)];
        let function = instance.get_func(&store, name).expect("it is exported");
        store.set_fuel(1 << 40).expect("fuel is on");
        function
            .call(&mut store, &[], &mut results)
            .expect("it returns");
        results[0].i32().unwrap_or(0)
    }
}

/// Loads a module with its own engine, as the runtime does.
pub(crate) fn instantiate(module: &[u8]) -> (Store<State>, wasmi::Instance) {
    let engine = Engine::new(&config());
    let module = Module::new(&engine, module).expect("the module is valid");
    let mut store = Store::new(&engine, State::default());
    let instance = linker(&engine)
        .instantiate_and_start(&mut store, &module)
        .expect("the module fits");
    (store, instance)
}

fn config() -> Config {
    let mut config = Config::default();
    config
        .consume_fuel(true)
        .fuel_cost(CustomFuelCosts {
            bytes_copied_per_fuel: 64,
            fuel_per_bytes_translated: 0,
            fuel_per_bytes_validated: 0,
        })
        .ignore_custom_sections(true)
        .set_max_recursion_depth(1_000)
        .set_min_stack_height(512)
        .set_max_stack_height(64 << 10)
        .set_max_cached_stacks(1);
    config
}

/// Error that pauses the guest.
#[derive(Debug)]
struct Pause;

impl fmt::Display for Pause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("paused")
    }
}

impl HostError for Pause {}

fn linker(engine: &Engine) -> Linker<State> {
    let mut linker = Linker::new(engine);
    link(&mut linker).expect("no name is taken twice");
    linker
}

fn link(linker: &mut Linker<State>) -> Result<(), wasmi::errors::LinkerError> {
    linker
        .func_wrap("env", "gpio_read", |caller: Caller<'_, State>, pin: u32| {
            caller.data().device.level(pin)
        })?
        .func_wrap("akira_time", "get_time_ms", |caller: Caller<'_, State>| {
            caller.data().device.uptime_ms()
        })?
        .func_wrap("env", "input_poll_event", fill)?
        .func_wrap("env", "printf_native", print)?
        .func_wrap("env", "delay", |mut caller: Caller<'_, State>, _us: u32| {
            caller.data_mut().at_once = true;
            Err::<u32, Error>(Error::host(Pause))
        })?
        .func_wrap(
            "akira_time",
            "sleep_ms",
            |mut caller: Caller<'_, State>, _ms: u32| {
                caller.data_mut().at_once = false;
                Err::<(), Error>(Error::host(Pause))
            },
        )?;
    Ok(())
}

/// Fills a buffer, with the same checks as the runtime.
fn fill(mut caller: Caller<'_, State>, start: u32, length: u32) -> Result<u32, Error> {
    let memory = caller
        .get_export("memory")
        .and_then(Extern::into_memory)
        .ok_or_else(|| Error::new("no memory"))?;
    let (bytes, state) = memory.data_and_store_mut(&mut caller);
    let buffer = bytes.get_mut(start as usize..);
    let buffer = buffer.and_then(|bytes| bytes.get_mut(..length as usize));
    state
        .device
        .fill(buffer.ok_or_else(|| Error::new("out of bounds"))?);
    Ok(0)
}

/// Prints a string, with the same checks as the runtime.
fn print(caller: Caller<'_, State>, start: u32) -> Result<u32, Error> {
    let memory = caller
        .get_export("memory")
        .and_then(Extern::into_memory)
        .ok_or_else(|| Error::new("no memory"))?;
    let text = memory
        .data(&caller)
        .get(start as usize..)
        .ok_or_else(|| Error::new("out of bounds"))?;
    let end = text
        .iter()
        .position(|byte| *byte == 0)
        .ok_or_else(|| Error::new("no end"))?;
    let text = std::str::from_utf8(&text[..end]).map_err(|_| Error::new("not UTF-8"))?;
    caller.data().device.print(text);
    Ok(0)
}
