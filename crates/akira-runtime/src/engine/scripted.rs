//! An engine for tests, which runs scripts instead of WebAssembly code. With it, schedulers,
//! budgets and life cycles are tested without a compiler, and independently of how a real engine
//! executes code.

mod module;
mod script;

pub use script::{Op, Record, Script};

use super::{Engine, EngineError, Host, Instance, Interrupt, Limits, LoadError, Step, Trap};
use crate::image::Image;
use crate::module::{Module, ModuleError};
use alloc::rc::Rc;
use alloc::vec::Vec;
use core::cell::RefCell;

/// Maximum size of a script's linear memory, in bytes.
const MEMORY_MOST: u64 = 16 << 20;

/// An engine for tests, which runs [`Script`]s. Clones share their scripts and their trace.
#[derive(Clone, Debug, Default)]
pub struct Scripted {
    scripts: Rc<RefCell<Vec<Script>>>,
    trace: Rc<RefCell<Vec<Record>>>,
}

impl Scripted {
    /// Creates the image of an app from a script: a valid module whose code only this engine
    /// executes.
    pub fn app(&self, script: Script) -> Vec<u8> {
        let mut scripts = self.scripts.borrow_mut();
        let module = module::write(&script, scripts.len());
        scripts.push(script);
        module
    }

    /// Returns the host calls that all scripts have made so far, with their results.
    pub fn trace(&self) -> Vec<Record> {
        self.trace.borrow().clone()
    }

    fn find(&self, module: &[u8]) -> Result<(usize, Script), LoadError> {
        let unknown = || LoadError::Invalid(EngineError::new("not a script of this engine"));
        let number = module::number(module).ok_or_else(unknown)?;
        let script = self.scripts.borrow().get(number).cloned();
        script.map(|script| (number, script)).ok_or_else(unknown)
    }
}

impl Engine for Scripted {
    type Instance<H: Host> = ScriptedInstance<H>;

    async fn validate(&self, module: &Module<'_>, _limits: Limits) -> Result<(), LoadError> {
        self.find(module.bytes()).map(|_| ())
    }

    fn overhead_bytes(&self, module: &Module<'_>) -> Result<u64, ModuleError> {
        Ok(module.bytes().len() as u64)
    }

    fn load<H: Host>(
        &self,
        _image: &Image,
        module: &Module<'_>,
        links: &[H::Link],
        host: H,
        limits: Limits,
    ) -> Result<ScriptedInstance<H>, LoadError> {
        let (number, script) = self.find(module.bytes())?;
        let bytes = u64::from(script.pages) << 16;
        if bytes > limits.memory_bytes.min(MEMORY_MOST) {
            return Err(LoadError::TooLarge(EngineError::new("memory")));
        }
        Ok(ScriptedInstance {
            number,
            ops: script.ops,
            next: 0,
            burnt: 0,
            fuel: 0,
            paused: None,
            memory: alloc::vec![0; bytes as usize],
            memory_max: limits.memory_bytes.min(MEMORY_MOST),
            links: links.to_vec(),
            trace: self.trace.clone(),
            host,
        })
    }
}

/// A running instance of a [`Script`].
#[derive(Debug)]
pub struct ScriptedInstance<H: Host> {
    number: usize,
    ops: Vec<Op>,
    next: usize,
    /// Fuel already used for the current [`Op::Burn`].
    burnt: u64,
    fuel: u64,
    /// Import of the paused call.
    paused: Option<usize>,
    memory: Vec<u8>,
    memory_max: u64,
    links: Vec<H::Link>,
    trace: Rc<RefCell<Vec<Record>>>,
    host: H,
}

impl<H: Host> ScriptedInstance<H> {
    fn run(&mut self) -> Step {
        loop {
            if self.fuel == 0 {
                return Step::OutOfFuel { needed: 1 };
            }
            let Some(op) = self.ops.get(self.next).cloned() else {
                return Step::Finished(0);
            };
            if let Some(step) = self.execute(op) {
                return step;
            }
        }
    }

    /// Executes one operation. Returns the step if the operation ends this run of operations.
    fn execute(&mut self, op: Op) -> Option<Step> {
        if let Op::Burn(fuel) = op {
            self.burn(fuel);
            return None;
        }
        self.fuel -= 1;
        self.next += 1;
        match op {
            Op::Call(import, words) => self.call(import, &words),
            Op::Store(at, bytes) => self.store(at, &bytes),
            Op::Trap(trap) => Some(Step::Trapped(trap)),
            Op::Return(code) => Some(Step::Finished(code)),
            Op::Repeat | Op::Burn(_) => {
                self.next = 0;
                None
            }
        }
    }

    fn burn(&mut self, fuel: u64) {
        let now = fuel.saturating_sub(self.burnt).min(self.fuel);
        self.fuel -= now;
        self.burnt += now;
        if self.burnt >= fuel {
            self.burnt = 0;
            self.next += 1;
        }
    }

    fn store(&mut self, at: u32, bytes: &[u8]) -> Option<Step> {
        let at = at as usize;
        match self.memory.get_mut(at..at.saturating_add(bytes.len())) {
            Some(target) => {
                target.copy_from_slice(bytes);
                None
            }
            None => Some(Step::Trapped(Trap::MemoryOutOfBounds)),
        }
    }

    fn call(&mut self, import: usize, words: &[u32]) -> Option<Step> {
        let Some(link) = self.links.get(import).copied() else {
            return Some(Step::Trapped(Trap::Unlinked));
        };
        let mut result = self.host.enter(&link, words, &mut self.memory);
        if let Err(Interrupt::Grow(bytes)) = result {
            self.grow(bytes);
            result = self.host.enter(&link, words, &mut self.memory);
        }
        self.fuel = self.fuel.saturating_sub(self.host.take_charge());
        self.note(import, result);
        match result {
            Ok(_) => None,
            Err(Interrupt::Pause) => {
                self.paused = Some(import);
                Some(Step::Paused)
            }
            Err(Interrupt::Exit(code)) => Some(Step::Finished(code)),
            Err(Interrupt::Trap(trap)) => Some(Step::Trapped(trap)),
            Err(Interrupt::Grow(_)) => Some(Step::Trapped(Trap::Other)),
        }
    }

    fn grow(&mut self, bytes: u64) {
        let bytes = bytes.next_multiple_of(1 << 16);
        if bytes <= self.memory_max {
            self.memory.resize(bytes as usize, 0);
        }
    }

    fn note(&self, import: usize, result: Result<i64, Interrupt>) {
        let script = self.number;
        self.trace.borrow_mut().push(Record {
            script,
            import,
            result,
        });
    }
}

impl<H: Host> Instance<H> for ScriptedInstance<H> {
    fn start(&mut self, export: &str, fuel: u64) -> Step {
        if export != module::ENTRY {
            return Step::Finished(0);
        }
        (self.next, self.burnt, self.fuel) = (0, 0, fuel);
        self.run()
    }

    fn resume(&mut self, result: i64, fuel: u64) -> Step {
        self.fuel = fuel;
        if let Some(import) = self.paused.take() {
            self.note(import, Ok(result));
        }
        self.run()
    }

    fn fuel(&self) -> u64 {
        self.fuel
    }

    fn memory(&mut self) -> (&mut [u8], &mut H) {
        (&mut self.memory, &mut self.host)
    }
}
