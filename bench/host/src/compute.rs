//! Runs the kernels in the engines as the runtime configures them, in wasmi without metering, and
//! natively.

use akira::Image;
use akira::engine::{Engine, Host, Instance, Interrupt, Limits, Spacewasm, Step, Wasmi};
use akira::module::Module;
use akira_kernels::KERNELS;
use akira_measure::{Line, Metric, Unit};

/// Module with the kernels.
const MODULE: &[u8] = include_bytes!("../../guest/compute.wasm");

/// Default limits of an app.
pub(crate) const LIMITS: Limits = Limits::new(65_536).with_table_elements(64);

const FUEL: u64 = 1 << 40;

const DISPATCH: &str = "wasmi's other dispatch, by tail calls, takes less than half (`wasmi-tail-calls`), and is not used: on x86-64 it leaves a \
    frame on the native stack for each `global.set` of a constant, so that a small guest overflows the host's stack. Its `indirect-dispatch`, which is \
    the fast one on Cortex-M and RISC-V, takes a fifth more here. Fuel costs 5 to 20 %.";

/// Measures and prints every line of this part.
pub(crate) fn measure() {
    for (name, native) in KERNELS {
        let kernel = Kernel {
            name,
            result: native(),
        };
        kernel.count("native", native);
        kernel.count("akira", kernel.in_engine(&Wasmi));
        kernel.count("akira-spacewasm", kernel.in_engine(&Spacewasm));
        kernel.count("wasmi-unmetered", kernel.unmetered());
    }
}

/// Kernel with its expected result.
struct Kernel {
    name: &'static str,
    result: i32,
}

impl Kernel {
    fn count(&self, engine: &str, mut run: impl FnMut() -> i32) {
        // The first run includes lazy translation.
        self.check(run());
        let id = format!("compute/{}/{engine}", self.name);
        let metric = Metric::new(&id, self.name, Unit::Instructions, 0.0);
        let metric = match engine {
            "akira" if self.name == "coremark" => metric.gated().note(DISPATCH),
            "akira" => metric.gated(),
            "akira-spacewasm" => metric.gated().against(&self.ours()),
            _ => metric.against(&self.ours()),
        };
        Line::measured(metric, 1, || self.check(run())).print();
    }

    /// Returns the id of the metric with which the others are compared.
    fn ours(&self) -> String {
        format!("compute/{}/akira", self.name)
    }

    fn check(&self, result: i32) {
        assert_eq!(result, self.result, "{} computes something else", self.name);
    }

    fn in_engine<E: Engine>(&self, engine: &E) -> impl FnMut() -> i32 + use<E> {
        let module = Module::parse(MODULE).expect("it is a module");
        let mut instance = engine
            .load(&Image::from(MODULE), &module, &[], Nothing, LIMITS)
            .expect("the module fits");
        let name = self.name;
        move || match instance.start(name, FUEL) {
            Step::Finished(result) => result,
            step => panic!("{name} stopped: {step:?}"),
        }
    }

    fn unmetered(&self) -> impl FnMut() -> i32 + use<> {
        let engine = wasmi::Engine::default();
        let module = wasmi::Module::new(&engine, MODULE).expect("the module is valid");
        let mut store = wasmi::Store::new(&engine, ());
        let instance = wasmi::Instance::new(&mut store, &module, &[]).expect("the module fits");
        let function = instance.get_typed_func::<(), i32>(&store, self.name);
        let function = function.expect("the module exports it");
        move || function.call(&mut store, ()).expect("it returns")
    }
}

/// Host without imports.
pub(crate) struct Nothing;

impl Host for Nothing {
    type Link = ();

    fn enter(&mut self, (): &(), _: &[u32], _: &mut [u8]) -> Result<i64, Interrupt> {
        Ok(0)
    }

    fn take_charge(&mut self) -> u64 {
        0
    }
}
