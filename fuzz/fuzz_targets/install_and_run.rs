//! An app of any bytes is refused, or runs within what its admission says, and leaves nothing behind.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|image: &[u8]| drop(akira_fuzz::app::install_and_run(image)));
