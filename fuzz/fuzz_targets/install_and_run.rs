//! Checks that an app of arbitrary bytes is refused, or runs within the memory that admission
//! counts, and leaves nothing allocated.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|image: &[u8]| drop(akira_fuzz::app::install_and_run(image)));
