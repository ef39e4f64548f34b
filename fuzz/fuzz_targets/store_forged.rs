//! A flash on which somebody has written, with right checksums, what no store would: it is refused and left as it is, or the
//! store works on, without a panic and with a bounded number of writes.

#![no_main]

use akira_fuzz::input::Input;
use akira_store_testing::use_forged;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| use_forged::<2048, 8, 1>(&mut Input::new(bytes)));
