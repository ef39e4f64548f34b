//! Uses a store on a flash with forged content that has correct checksums. Checks that the flash is
//! refused and left unchanged, or that the store works without a panic and with a bounded number of
//! writes.

#![no_main]

use akira_fuzz::input::Input;
use akira_store_testing::use_forged;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| use_forged::<2048, 8, 1>(&mut Input::new(bytes)));
