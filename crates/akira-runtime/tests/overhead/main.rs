//! Checks that an engine uses no more memory for a module than admission counts, and frees all of
//! it.

mod hostile;
mod many;
mod memory;

use akira_runtime::Image;
use akira_runtime::engine::{Engine, Host, Instance, Interrupt, Limits, Step};
use akira_runtime::module::{ExportKind, Module};
use akira_runtime_testing::allocations;
use embassy_futures::block_on;

/// Host that answers every call with 0. Its links have the size of a device's links.
struct Silent;

impl Host for Silent {
    type Link = [usize; 5];

    fn enter(&mut self, _: &Self::Link, _: &[u32], _: &mut [u8]) -> Result<i64, Interrupt> {
        Ok(0)
    }

    fn take_charge(&mut self) -> u64 {
        0
    }
}

const STACK_BYTES: u32 = 16 << 10;

/// Returns limits for a module whose memory may grow by a third, and by two pages for the host's
/// heap.
fn limits(module: &Module<'_>) -> Limits {
    let memory = module.memory().expect("it has sections");
    let page_bytes = memory.map_or(1 << 16, |memory| memory.page_bytes());
    let declared = memory.map_or(0, |memory| memory.minimum_bytes());
    let guest = declared + (declared / 3).next_multiple_of(page_bytes);
    Limits::new(guest)
        .with_heap(2 * page_bytes)
        .with_page_bytes(page_bytes)
        .with_table_elements(10_100)
        .with_stack(STACK_BYTES, 100)
}

/// Peak memory of a module, and the memory that admission counted for it.
#[derive(Clone, Copy, Debug)]
struct Taken {
    peak: u64,
    admitted: u64,
}

/// Loads a module and calls all its functions, so that each is translated. Returns `None` if the
/// module is refused.
fn measure<E: Engine>(engine: &E, bytes: &[u8]) -> Option<Taken> {
    let image = Image::from(bytes.to_vec());
    let module = Module::parse(image.bytes()).expect("it is a module");
    module.check_limits(1 << 20).ok()?;
    let limits = limits(&module);
    let overhead = engine.overhead_bytes(&module).ok()?;
    if let Err(error) = block_on(engine.validate(&module, limits)) {
        println!("refused: {error}");
        return None;
    }
    let links = vec![[0; 5]; module.imports().expect("it has sections").count()];
    let names = functions(&module);
    let mut refused = None;
    let peak =
        allocations::peak_of(
            || match engine.load(&image, &module, &links, Silent, limits) {
                Ok(instance) => call(instance, &names),
                Err(error) => refused = Some(error),
            },
        );
    if let Some(error) = refused {
        println!("not loaded: {error}");
        return None;
    }
    let table = module.table_elements().expect("it has sections") * 16;
    let memory = module.memory().expect("it has sections");
    // Linear memory is reserved at once, so it is excluded from the comparison.
    let memory = memory.map_or(0, |_| limits.memory_bytes);
    Some(Taken {
        peak: peak.saturating_sub(memory),
        admitted: overhead + u64::from(STACK_BYTES) + table,
    })
}

/// Calls each function for a few slices.
fn call<H: Host>(mut instance: impl Instance<H>, names: &[&str]) {
    for name in names {
        let mut step = instance.start(name, 2_000);
        for _ in 0..2 {
            if let Step::OutOfFuel { needed } = step {
                step = instance.resume(0, needed.max(500));
            }
        }
    }
}

fn functions<'a>(module: &Module<'a>) -> Vec<&'a str> {
    let exports = module.exports().expect("it has sections");
    exports
        .filter_map(Result::ok)
        .filter(|(_, kind)| matches!(kind, ExportKind::Function(_)))
        .map(|(name, _)| name)
        .collect()
}
