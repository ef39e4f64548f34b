//! Tests that linear memory is reserved once: growth moves nothing and allocates nothing.

use crate::{Silent, limits};
use akira_runtime::Image;
use akira_runtime::engine::{Engine, Instance, Spacewasm, Step, Wasmi};
use akira_runtime::module::Module;
use akira_runtime_testing::allocations;

/// Grows its memory by one byte a thousand times.
const GROWS: &str = r#"(module
    (memory 3000000 (pagesize 1))
    (func (export "main") (result i32) (local $left i32)
        (local.set $left (i32.const 1000))
        (loop $again
            (if (i32.ne (memory.grow (i32.const 1)) (i32.sub (i32.const 3001000) (local.get $left)))
                (then (unreachable)))
            (local.set $left (i32.sub (local.get $left) (i32.const 1)))
            (br_if $again (local.get $left)))
        (memory.size)))"#;

fn growth<E: Engine>(engine: &E) -> (u64, u64) {
    let image = Image::from(wat::parse_str(GROWS).expect("the text is right"));
    let module = Module::parse(image.bytes()).expect("it is a module");
    let limits = limits(&module);
    let admitted = limits.memory_bytes
        + u64::from(limits.stack_bytes)
        + engine.overhead_bytes(&module).expect("it is sound");
    let peak = allocations::peak_of(|| {
        let instance = engine.load::<Silent>(&image, &module, &[], Silent, limits);
        let mut instance = instance.expect("it is loaded");
        let mut step = instance.start("main", 10_000_000);
        while let Step::OutOfFuel { needed } = step {
            step = instance.resume(0, needed + 10_000_000);
        }
        assert_eq!(step, Step::Finished(3_001_000));
    });
    (peak, admitted)
}

#[test]
fn growing_by_a_byte_takes_no_more_than_is_admitted() {
    for (engine, (peak, admitted)) in [("wasmi", growth(&Wasmi)), ("spacewasm", growth(&Spacewasm))]
    {
        assert!(peak <= admitted, "{engine}: {peak} of {admitted} bytes");
    }
}
