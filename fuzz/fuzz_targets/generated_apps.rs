//! Checks that a valid app of arbitrary instructions is admitted unless it exceeds a limit, and
//! that it runs within the memory that admission counts.

#![no_main]

use akira::InstallError;
use akira::engine::LoadError;
use akira_fuzz::input::Input;
use akira_fuzz::{app, guest};
use libfuzzer_sys::arbitrary::Unstructured;
use libfuzzer_sys::{Corpus, fuzz_target};
use wasm_encoder::MemoryType;
use wasm_smith::{Config, Module};

/// Number of native calls that an app imports.
const IMPORTS: u32 = 12;

fuzz_target!(|bytes: &[u8]| -> Corpus {
    let mut input = Input::new(bytes);
    let config = config(&mut input);
    let Ok(module) = Module::new(config, &mut Unstructured::new(input.rest())) else {
        return Corpus::Reject;
    };
    let image = module.to_bytes();
    if let Err(InstallError::Engine(LoadError::Invalid(why))) = app::install_and_run(&image) {
        panic!("a valid app is refused: {why}");
    }
    Corpus::Keep
});

/// Minimum and maximum number of pages of an app's memory.
const MEMORIES: [(u64, Option<u64>); 4] = [(1, None), (1, Some(1)), (0, Some(3)), (2, Some(2))];

/// Features that the engine supports, and the imports and exports of an app.
fn config(input: &mut Input<'_>) -> Config {
    let (minimum, maximum) = MEMORIES[usize::from(input.byte()) % MEMORIES.len()];
    let memory = MemoryType {
        minimum,
        maximum,
        memory64: false,
        shared: false,
        page_size_log2: None,
    };
    Config {
        available_imports: Some(guest::imports(input, IMPORTS)),
        exports: Some(guest::exports_main(memory)),
        compact_imports_enabled: false,
        exceptions_enabled: false,
        gc_enabled: false,
        // The only memory is the exported one.
        max_memories: 0,
        max_table_elements: 100,
        max_tables: 3,
        memory64_enabled: false,
        min_funcs: 1,
        relaxed_simd_enabled: false,
        simd_enabled: false,
        tail_call_enabled: false,
        threads_enabled: false,
        wide_arithmetic_enabled: false,
        ..Config::default()
    }
}
