//! Measures the kernels and the loading of modules in the engine itself.

use akira_bench_mcu::modules::{COMPUTE, LOADED};
use akira_bench_mcu::{count, heap, report, stack};
use akira_kernels::KERNELS;
use akira_runtime::Image;
use akira_runtime::engine::{Engine, Host, Instance, Interrupt, Limits, Step};
use akira_runtime::module::Module;

use crate::{CALL_DEPTH, SLICE, STACK_BYTES, TABLE_ELEMENTS, TheEngine};

const PAGE_BYTES: u64 = 64 << 10;

const LIMITS: Limits = Limits::new(PAGE_BYTES)
    .with_table_elements(TABLE_ELEMENTS)
    .with_stack(STACK_BYTES, CALL_DEPTH);

/// Host that ends the guest at its first call. The kernels make no calls.
struct Silent;

impl Host for Silent {
    type Link = ();

    fn enter(&mut self, (): &(), _: &[u32], _: &mut [u8]) -> Result<i64, Interrupt> {
        Err(Interrupt::Exit(0))
    }

    fn take_charge(&mut self) -> u64 {
        0
    }
}

pub(crate) fn measure() {
    kernels();
    loads();
}

fn kernels() {
    let mut instance = loaded(COMPUTE);
    let mut deepest = 0;
    for (name, native) in KERNELS {
        // The first run includes the lazy translation.
        let (stack, _) = stack::used_by(|| run(&mut instance, name));
        let (instructions, result) = count(|| run(&mut instance, name));
        assert_eq!(result, native(), "{name} computes something else");
        report::number(format_args!("compute {name}"), instructions);
        deepest = deepest.max(stack);
    }
    report::number(format_args!("stack compute"), deepest as u64);
}

fn loads() {
    let mut deepest = 0;
    for (size, module) in LOADED {
        heap::forget_peak();
        let before = heap::used();
        let (stack, (instructions, mut instance)) = stack::used_by(|| count(|| loaded(module)));
        report::number(format_args!("load {size}k"), instructions);
        let memory = before + PAGE_BYTES as usize;
        report::number(
            format_args!("load-rest {size}k"),
            (heap::used() - memory) as u64,
        );
        report::number(
            format_args!("load-peak {size}k"),
            (heap::peak() - memory) as u64,
        );
        deepest = deepest.max(stack);
        let (instructions, _) = count(|| run(&mut instance, "main"));
        report::number(format_args!("first-call {size}k"), instructions);
    }
    report::number(format_args!("stack load"), deepest as u64);
}

fn loaded(module: &'static [u8]) -> impl Instance<Silent> {
    let image = Image::from(module);
    let module = match Module::parse(module) {
        Ok(module) => module,
        Err(error) => panic!("{error}"),
    };
    // Some of the modules have one import, which needs one link.
    match TheEngine::default().load(&image, &module, &[()], Silent, LIMITS) {
        Ok(instance) => instance,
        Err(error) => panic!("{error}"),
    }
}

/// Runs an export to its end, in slices.
fn run(instance: &mut impl Instance<Silent>, export: &str) -> i32 {
    let mut step = instance.start(export, SLICE);
    loop {
        step = match step {
            Step::OutOfFuel { needed } => instance.resume(0, SLICE.max(needed)),
            Step::Finished(result) => return result,
            other => panic!("{export}: {other:?}"),
        };
    }
}
