//! Makes arbitrary sequences of native calls. Checks that nothing panics, that an app without
//! capabilities is refused every call that needs one, and that no call outlives its app.

#![no_main]

use std::rc::Rc;
use std::time::Duration;

use akira::abi::caps::CapabilitySet;
use akira::{Exit, InstallOptions};
use akira_fuzz::console::SmallConsole;
use akira_fuzz::guest::Guest;
use akira_fuzz::input::Input;
use akira_runtime_testing::allocations::balanced;
use libfuzzer_sys::fuzz_target;

/// Virtual time for which the apps run.
const TIME: Duration = Duration::from_millis(500);

fuzz_target!(|bytes: &[u8]| {
    let mut input = Input::new(bytes);
    let choice = input.byte();
    let guest = Guest::read(&mut input);
    balanced(|| match choice % 3 {
        0 => drop(run(&guest.module(), CapabilitySet::ALL, &["fuzz"])),
        1 => drop(run(&guest.module(), CapabilitySet::ALL, &["fuzz", "peer"])),
        _ => assert_refused(&guest),
    });
});

/// Checks that a guest without capabilities is refused every call that needs one.
fn assert_refused(guest: &Guest) {
    let console = run(&guest.judging_module(), CapabilitySet::EMPTY, &["fuzz"]);
    let exit = console.apps.app("fuzz").and_then(|info| info.exit);
    assert_ne!(
        exit,
        Some(Exit::Trapped(Guest::VERDICT)),
        "a call that needs a capability was let through: {guest:?}"
    );
}

/// Runs a guest under each of these names at the same time.
fn run(module: &[u8], grant: CapabilitySet, names: &[&str]) -> SmallConsole {
    let console = SmallConsole::new();
    for name in names {
        install(&console, module, grant, name);
    }
    console.run_for(TIME);
    console
}

fn install(console: &SmallConsole, module: &[u8], grant: CapabilitySet, name: &str) {
    let options = InstallOptions::trusted().with_name(name).with_grant(grant);
    let image = Rc::<[u8]>::from(module);
    console
        .apps
        .install(image, &options)
        .expect("the guest is a valid app");
    console.apps.start(name).expect("the guest can be loaded");
}
