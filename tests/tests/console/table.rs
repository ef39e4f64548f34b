//! Checks the properties of the call table on the console, which has every native module.

use std::collections::BTreeSet;

use akira::abi::{Errno, Support, all};
use akira::{Exit, Modules as _};
use akira_sim::hardware;

use crate::apps::wasm;
use crate::device::Console;

#[test]
fn what_the_table_offers_is_there_and_what_it_plans_is_not() {
    let mut there = BTreeSet::new();
    hardware::Modules::each_row(&mut |row| assert!(there.insert(std::ptr::from_ref(row))));
    for row in all() {
        let is_there = there.contains(&std::ptr::from_ref(row));
        match row.support {
            Support::Offered => assert!(is_there, "no bridge has {}.{}", row.module, row.name),
            Support::Planned => assert!(!is_there, "{}.{} is there", row.module, row.name),
            Support::Alternate | Support::Refused => {}
        }
    }
}

#[test]
fn a_call_that_the_console_lacks_is_enosys_for_apps_without_the_capability_too() {
    let console = Console::bare();
    let app = wasm(
        r#"(module
          (import "env" "adc_read" (func $read (param i32) (result i32)))
          (func (export "main") (result i32) (call $read (i32.const 0))))"#,
    );
    console.install("curious", &app);
    let exit = console.run_to_end("curious");
    assert_eq!(exit, Exit::Returned(Errno::ENOSYS.code()));
    assert_eq!(
        console.texts("curious"),
        ["returned -38"],
        "nothing was denied"
    );
}
