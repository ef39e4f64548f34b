//! Checks that operations on a store, with a power cut in any of them, agree with a model in
//! memory.

#![no_main]

use akira_fuzz::input::Input;
use akira_store_testing::{Choices, Run};
use libfuzzer_sys::fuzz_target;

/// The smallest page size, so that the ring of pages wraps soon.
const PAGE: usize = 2048;

fuzz_target!(|bytes: &[u8]| {
    let mut choices = Input::new(bytes);
    let is_filled = choices.below(2) == 0;
    let mut run: Run<PAGE, 8, 1> = if is_filled { Run::filled() } else { Run::new() };
    while !choices.is_empty() {
        run.step(&mut choices);
    }
    run.check_fillers();
});
