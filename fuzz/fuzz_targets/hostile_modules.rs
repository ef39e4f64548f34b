//! An app that is made to be expensive is refused, or runs within what its admission says.

#![no_main]

use akira::InstallError;
use akira::engine::LoadError;
use akira_fuzz::app;
use akira_runtime_testing::{Choices, hostile};
use libfuzzer_sys::fuzz_target;

/// The most bytes of an app: each is translated whole, so that more are only slower.
const BYTES: usize = 16 << 10;

fuzz_target!(|bytes: &[u8]| {
    let mut choices = Choices::from_bytes(bytes);
    let size = 256 + choices.below(BYTES);
    let image = hostile::module(&mut choices, size);
    if let Err(InstallError::Engine(LoadError::Invalid(why))) = app::install_and_run(&image) {
        panic!("a valid app is refused: {why}");
    }
});
