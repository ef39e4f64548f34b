//! Checks that an app designed to be expensive is refused, or runs within the memory that admission
//! counts.

#![no_main]

use akira::InstallError;
use akira::engine::LoadError;
use akira_fuzz::app;
use akira_runtime_testing::{Choices, hostile};
use libfuzzer_sys::fuzz_target;

/// Maximum size of an app, in bytes. Every function is translated, so larger apps only make the
/// target slower.
const BYTES: usize = 16 << 10;

fuzz_target!(|bytes: &[u8]| {
    let mut choices = Choices::from_bytes(bytes);
    let size = 256 + choices.below(BYTES);
    let image = hostile::module(&mut choices, size);
    if let Err(InstallError::Engine(LoadError::Invalid(why))) = app::install_and_run(&image) {
        panic!("a valid app is refused: {why}");
    }
});
