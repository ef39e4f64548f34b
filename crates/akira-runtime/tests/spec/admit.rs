//! Performs the steps of admission on a module, in the same order, and loads modules.

use akira_runtime::Image;
use akira_runtime::engine::{Engine, Host, Limits};
use akira_runtime::module::{Module, ModuleError};
use embassy_futures::block_on;

/// Maximum size of a function, in bytes.
const FUNCTION_BYTES: u32 = 64 << 10;

/// Checks a module as the installation of an app does.
///
/// # Errors
///
/// The message with which an installation would fail.
pub(crate) fn check(engine: &impl Engine, bytes: &[u8], limits: Limits) -> Result<(), String> {
    let module = Module::parse(bytes).map_err(text)?;
    module.check_limits(FUNCTION_BYTES).map_err(text)?;
    module.sizes().map_err(text)?;
    module.table_elements().map_err(text)?;
    engine.overhead_bytes(&module).map_err(text)?;
    let valid = block_on(engine.validate(&module, limits));
    valid.map_err(|error| error.to_string())
}

/// Loads a module without checking it.
///
/// # Errors
///
/// The message with which a start would fail.
pub(crate) fn load<E: Engine, H: Host>(
    engine: &E,
    bytes: &[u8],
    (links, host): (&[H::Link], H),
    limits: Limits,
) -> Result<E::Instance<H>, String> {
    let image = Image::from(bytes.to_vec());
    let module = Module::parse(image.bytes()).map_err(text)?;
    let instance = engine.load(&image, &module, links, host, limits);
    instance.map_err(|error| error.to_string())
}

fn text(error: ModuleError) -> String {
    error.to_string()
}
