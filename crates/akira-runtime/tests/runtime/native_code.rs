//! Third engine, which uses only the traits of the runtime: its apps are native code with their own
//! stacks.
//!
//! Here each app is a thread that takes turns with the runtime: one of the two runs at a time, and
//! it owns the memory during its turn. An engine for a microcontroller switches stacks instead.

use crate::device::Only;
use akira_runtime::abi::memory::MEM_ALLOC;
use akira_runtime::abi::time::DELAY;
use akira_runtime::abi::{Clock, Instant};
use akira_runtime::engine::{
    Engine, EngineError, Host, Instance, Interrupt, Limits, LoadError, Step,
};
use akira_runtime::module::{Module, ModuleError};
use akira_runtime::{
    Answer, Call, Config, Exit, Image, InstallOptions, NativeModule, Runtime, StartError, Trap,
    natives,
};
use std::cell::RefCell;
use std::future::poll_fn;
use std::pin::pin;
use std::rc::Rc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::task::{Context, Poll, Waker};
use std::thread;

/// Code of an app: it computes, writes to its memory and calls its imports.
type Code = fn(&mut Native);

/// Engine for native code. The image holds the number of the code, because this engine has no
/// loader.
#[derive(Clone, Copy, Debug)]
struct NativeCode {
    codes: &'static [Code],
    is_metered: bool,
}

/// Machine state that native code can access.
struct Native {
    memory: Vec<u8>,
    fuel: u64,
    to_runtime: Sender<Stop>,
    turns: Receiver<Turn>,
}

/// Message of the runtime that starts a turn of the code.
struct Turn {
    memory: Vec<u8>,
    fuel: u64,
    result: i64,
}

/// Message of the code that ends its turn and returns the memory.
struct Stop {
    memory: Vec<u8>,
    fuel: u64,
    why: Why,
}

enum Why {
    Call(usize, Vec<u32>),
    OutOfFuel,
    Finished,
}

impl Native {
    /// Uses `fuel`.
    fn compute(&mut self, fuel: u64) {
        for _ in 0..fuel {
            if self.fuel == 0 {
                self.stop(Why::OutOfFuel);
            }
            self.fuel -= 1;
        }
    }

    fn call(&mut self, import: usize, words: &[u32]) -> i64 {
        self.stop(Why::Call(import, words.to_vec()))
    }

    /// Ends the turn and waits for the next one. If none comes, the app was stopped and its thread
    /// ends here.
    fn stop(&mut self, why: Why) -> i64 {
        let stop = Stop {
            memory: std::mem::take(&mut self.memory),
            fuel: self.fuel,
            why,
        };
        let sent = self.to_runtime.send(stop).ok();
        let turn = sent.and_then(|()| self.turns.recv().ok());
        let Some(turn) = turn else {
            std::panic::resume_unwind(Box::new("the app was stopped"));
        };
        (self.memory, self.fuel) = (turn.memory, turn.fuel);
        turn.result
    }
}

/// Loaded app of native code.
struct NativeInstance<H: Host> {
    /// Keeps the image alive, because the code is part of it.
    _image: Image,
    code: Code,
    is_metered: bool,
    links: Vec<H::Link>,
    host: H,
    memory: Vec<u8>,
    fuel: u64,
    turns: Option<Sender<Turn>>,
    stops: Option<Receiver<Stop>>,
}

impl Engine for NativeCode {
    type Instance<H: Host> = NativeInstance<H>;

    async fn validate(&self, module: &Module<'_>, _: Limits) -> Result<(), LoadError> {
        self.code(module).map(drop)
    }

    fn overhead_bytes(&self, _: &Module<'_>) -> Result<u64, ModuleError> {
        Ok(0)
    }

    fn load<H: Host>(
        &self,
        image: &Image,
        module: &Module<'_>,
        links: &[H::Link],
        host: H,
        limits: Limits,
    ) -> Result<NativeInstance<H>, LoadError> {
        Ok(NativeInstance {
            _image: image.clone(),
            code: self.code(module)?,
            is_metered: self.is_metered,
            links: links.to_vec(),
            host,
            memory: vec![0; limits.memory_bytes as usize],
            fuel: 0,
            turns: None,
            stops: None,
        })
    }
}

impl NativeCode {
    fn code(&self, module: &Module<'_>) -> Result<Code, LoadError> {
        let number = module.bytes().last().copied().map(usize::from);
        let code = number.and_then(|number| self.codes.get(number)).copied();
        code.ok_or_else(|| LoadError::Invalid(EngineError::new("no code for this machine")))
    }
}

impl<H: Host> NativeInstance<H> {
    fn turn(&mut self, result: i64, fuel: u64) -> Step {
        let (mut result, mut fuel) = (result, fuel);
        loop {
            let memory = std::mem::take(&mut self.memory);
            let turn = Turn {
                memory,
                fuel,
                result,
            };
            let sent = self.turns.as_ref().map(|turns| turns.send(turn));
            let stop = self.stops.as_ref().and_then(|stops| stops.recv().ok());
            let (Some(Ok(())), Some(stop)) = (sent, stop) else {
                return Step::Trapped(Trap::Other);
            };
            (self.memory, self.fuel) = (stop.memory, stop.fuel);
            let (import, words) = match stop.why {
                Why::Finished => return Step::Finished(0),
                Why::OutOfFuel => return Step::OutOfFuel { needed: 1 },
                Why::Call(import, words) => (import, words),
            };
            let entered = self
                .host
                .enter(&self.links[import], &words, &mut self.memory);
            fuel = self.fuel.saturating_sub(self.host.take_charge());
            self.fuel = fuel;
            match entered {
                Ok(value) => result = value,
                Err(Interrupt::Pause) => return Step::Paused,
                Err(Interrupt::Exit(code)) => return Step::Finished(code),
                Err(Interrupt::Trap(trap)) => return Step::Trapped(trap),
                Err(Interrupt::Grow(_)) => return Step::Trapped(Trap::OutOfMemory),
            }
        }
    }
}

impl<H: Host> Instance<H> for NativeInstance<H> {
    fn start(&mut self, _: &str, fuel: u64) -> Step {
        let (turns, of_code) = channel::<Turn>();
        let (to_runtime, stops) = channel();
        (self.turns, self.stops) = (Some(turns), Some(stops));
        let code = self.code;
        thread::spawn(move || {
            let Ok(Turn { memory, fuel, .. }) = of_code.recv() else {
                return;
            };
            let mut native = Native {
                memory,
                fuel,
                to_runtime,
                turns: of_code,
            };
            code(&mut native);
            native.stop(Why::Finished);
        });
        self.turn(0, fuel)
    }

    fn resume(&mut self, result: i64, fuel: u64) -> Step {
        self.turn(result, fuel)
    }

    fn fuel(&self) -> u64 {
        self.fuel
    }

    fn is_metered(&self) -> bool {
        self.is_metered
    }

    fn memory(&mut self) -> (&mut [u8], &mut H) {
        (&mut self.memory, &mut self.host)
    }
}

/// Code of the apps, by number.
const CODES: &[Code] = &[
    |native| {
        native.compute(200_000);
        assert_eq!(native.call(0, &[5]), 0);
        assert!(native.call(1, &[16]) > 0);
        native.memory[0] = 42;
        native.compute(1);
    },
    |native| native.compute(u64::MAX),
];

#[derive(Default)]
struct Board {
    delays: RefCell<Vec<u32>>,
}

impl NativeModule for Board {
    natives! {
        suspending DELAY => Self::delay,
        immediate MEM_ALLOC => |_, _| Ok(64),
    }
}

impl Board {
    async fn delay(&self, call: &mut Call<'_>) -> Answer {
        self.delays.borrow_mut().push(call.u32(0));
        let mut waited = false;
        poll_fn(|_| match std::mem::replace(&mut waited, true) {
            true => Poll::Ready(Ok(0)),
            false => Poll::Pending,
        })
        .await
    }
}

impl Clock for Board {
    fn now(&self) -> Instant {
        Instant::START
    }

    fn wake_at(&self, _: Instant, _: &Waker) {}
}

type Device = Runtime<Only<Board>, NativeCode>;

fn device(is_metered: bool) -> Device {
    let engine = NativeCode {
        codes: CODES,
        is_metered,
    };
    Runtime::with_engine(Rc::default(), engine, Config::default())
}

/// Installs an app that runs the code with this number, in a wasm module with its imports.
fn install(device: &Device, name: &str, number: u8) {
    let text = r#"(module
        (import "env" "delay" (func (param i32) (result i32)))
        (import "env" "mem_alloc" (func (param i32) (result i32)))
        (memory (export "memory") 1)
        (func (export "main")))"#;
    let mut image = wat::parse_str(text).expect("the text is right");
    // A custom section of two bytes: an empty name, and the number.
    image.extend([0, 2, 0, number]);
    let options = InstallOptions::default()
        .with_name(name)
        .with_grant(akira_runtime::abi::caps::CapabilitySet::from_bits(u64::MAX));
    device
        .install(image, &options)
        .expect("the app is admitted");
}

fn run(device: &Device, polls: u32) {
    let mut cx = Context::from_waker(Waker::noop());
    let mut running = pin!(device.run());
    for _ in 0..polls {
        assert!(running.as_mut().poll(&mut cx).is_pending());
    }
}

#[test]
fn native_code_runs_in_slices_waits_and_ends() {
    let device = device(true);
    install(&device, "app", 0);
    device.start("app").expect("the app starts");
    run(&device, 40);
    let app = device.app("app").expect("it is installed");
    assert_eq!(app.exit, Some(Exit::Returned(0)));
    assert_eq!(*device.board().delays.borrow(), [5]);
}

#[test]
fn native_code_that_spins_delays_no_other_and_is_stopped() {
    let device = device(true);
    install(&device, "spin", 1);
    install(&device, "app", 0);
    device.start("spin").expect("the app starts");
    device.start("app").expect("the app starts");
    run(&device, 40);
    let app = device.app("app").expect("it is installed");
    assert_eq!(app.exit, Some(Exit::Returned(0)));
    device.stop("spin").expect("it is installed");
    run(&device, 1);
    let spin = device.app("spin").expect("it is installed");
    assert!(spin.run.is_none());
}

#[test]
fn native_code_that_does_not_count_is_not_started() {
    let device = device(false);
    install(&device, "app", 0);
    let error = device.start("app").expect_err("nothing could stop it");
    assert_eq!(error, StartError::Load(LoadError::Unmetered));
}
