//! Installs and runs an app, and checks it against the memory that its admission counts.

use std::rc::Rc;
use std::time::Duration;

use akira::{InstallError, InstallOptions, MemoryNeeds};
use akira_sim::hardware::Console;

use crate::console::SmallConsole;
use akira_runtime_testing::allocations::{balanced, peak_of};

/// Virtual time for which an app runs.
const TIME: Duration = Duration::from_millis(200);

/// Bound of the console's own allocations, for its log and for the state of apps in its bridges.
const CONSOLE_BYTES: u64 = 64 << 10;

/// Installs, runs and uninstalls an app.
///
/// # Errors
///
/// [`InstallError`] if it is not admitted.
///
/// # Panics
///
/// If the app needs more memory than its admission counts, or leaves something allocated.
pub fn install_and_run(image: &[u8]) -> Result<(), InstallError> {
    let mut result = Ok(());
    balanced(|| result = run_once(image));
    result
}

fn run_once(image: &[u8]) -> Result<(), InstallError> {
    let console = SmallConsole::new();
    let options = InstallOptions::trusted().with_name("fuzz");
    let needs = inspect(&console, image, &options);
    let name = console.apps.install(Rc::<[u8]>::from(image), &options)?;
    let needs = needs.expect("what inspection refuses is not installed");
    let peak = peak_of(|| run(&console, &name, needs));
    let most = needs.total() + CONSOLE_BYTES;
    assert!(peak <= most, "{peak} bytes are more than {most}: {needs:?}");
    console.apps.uninstall(&name).expect("it is installed");
    assert!(console.apps.apps().is_empty());
    Ok(())
}

fn inspect(
    console: &SmallConsole,
    image: &[u8],
    options: &InstallOptions<'_>,
) -> Option<MemoryNeeds> {
    let admission = console.apps.inspect(image, options).ok()?;
    assert!(admission.memory.total() <= console.apps.config().memory_bytes);
    let mut answers = admission.capabilities();
    assert!(answers.all(|answer| !answer.to_string().is_empty()));
    let imports = admission.imports::<Console>();
    let mut imports = imports.expect("admission has read them");
    assert!(imports.all(|import| import.is_ok()));
    Some(admission.memory)
}

fn run(console: &SmallConsole, name: &str, needs: MemoryNeeds) {
    if console.apps.start(name).is_err() {
        return;
    }
    console.run_for(TIME);
    let info = console.apps.app(name).expect("it is installed");
    assert_eq!(info.memory_bytes_max, needs.total());
    if let Some(run) = info.run {
        assert!(run.memory_bytes <= needs.linear_bytes);
    }
}
