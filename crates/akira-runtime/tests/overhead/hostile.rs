//! Tests with modules that are expensive to process. `AKIRA_MODULES` sets their number,
//! `AKIRA_SEED` the first seed.

use crate::{Taken, measure};
use akira_runtime::engine::{Engine, Spacewasm, Wasmi};
use akira_runtime::module::Module;
use akira_runtime_testing::{Choices, hostile};

fn number(variable: &str, default: u64) -> u64 {
    let text = std::env::var(variable).ok();
    text.map_or(default, |text| text.parse().expect("it is a number"))
}

/// Chooses a size between a kilobyte and a megabyte; large ones are rare.
fn bytes(choices: &mut Choices<'_>) -> usize {
    let log = 10 + choices.below(11).min(choices.below(11));
    (1 << log) + choices.below(1 << log)
}

/// Checks generated modules against the memory that the engine admits. Returns how many of them
/// ran, and the worst ratio of used to admitted memory.
fn hold<E: Engine>(engine: &E, modules: u64) -> (u64, f64) {
    let (first, mut taken, mut worst) = (number("AKIRA_SEED", 0), 0, 0.0);
    for seed in first..first + modules {
        let mut choices = Choices::seeded(seed);
        let size = bytes(&mut choices);
        let module = hostile::module(&mut choices, size);
        if let Some(Taken { peak, admitted }) = measure(engine, &module) {
            taken += 1;
            let ratio = peak as f64 / admitted as f64;
            if ratio > worst {
                worst = ratio;
                println!(
                    "seed {seed}: {} bytes, {peak} of {admitted} bytes, {ratio:.3}",
                    module.len()
                );
            }
            assert!(
                peak <= admitted,
                "seed {seed}: a module of {} bytes takes {peak} of {admitted} bytes",
                module.len()
            );
        }
    }
    (taken, worst)
}

#[test]
fn no_hostile_module_takes_more_than_wasmi_admits() {
    let modules = number("AKIRA_MODULES", 500);
    let (taken, worst) = hold(&Wasmi, modules);
    println!("wasmi: {taken} of {modules} modules run, worst {worst:.3} of what is admitted");
    assert!(taken * 10 > modules * 8, "{taken} of {modules} run");
}

#[test]
fn no_hostile_module_takes_more_than_spacewasm_admits() {
    let modules = number("AKIRA_MODULES", 500);
    let (taken, worst) = hold(&Spacewasm, modules);
    println!("spacewasm: {taken} of {modules} modules run, worst {worst:.3} of what is admitted");
    assert!(taken * 10 > modules, "{taken} of {modules} run");
}

#[test]
fn every_operation_is_read_with_all_that_belongs_to_it() {
    for seed in 0..100 {
        let module = hostile::module(&mut Choices::seeded(seed), 2_000);
        let parsed = Module::parse(&module).expect("it is a module");
        assert!(
            Wasmi.overhead_bytes(&parsed).is_ok(),
            "seed {seed} is walked to its end"
        );
    }
}
