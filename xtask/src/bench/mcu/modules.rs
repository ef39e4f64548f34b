//! Writes the guests that the firmware includes in addition to the kernels.

use std::path::Path;

use akira_guests::{Turn, large_module};
use anyhow::Result;

/// Guests by the names under which `bench/mcu/src/modules.rs` includes them.
const TURNS: [(&str, Turn); 6] = [
    ("loop", Turn::Loop),
    ("read", Turn::Read),
    ("uptime", Turn::Uptime),
    ("print", Turn::Print),
    ("delay", Turn::Delay),
    ("wait", Turn::Wait),
];

/// Modules to load, with their approximate size.
const LOADED: [(&str, usize); 3] = [
    ("load_1k", 1 << 10),
    ("load_10k", 10 << 10),
    ("load_100k", 100 << 10),
];

/// Writes every guest to a directory. Unchanged files are not written, so that cargo does not
/// rebuild the firmware.
pub(super) fn write(folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder)?;
    let turns = TURNS.iter().map(|(name, turn)| (name, turn.module()));
    let loaded = LOADED
        .iter()
        .map(|(name, bytes)| (name, large_module(*bytes)));
    for (name, module) in turns.chain(loaded) {
        let path = folder.join(format!("{name}.wasm"));
        if std::fs::read(&path).is_ok_and(|old| old == module) {
            continue;
        }
        std::fs::write(path, module)?;
    }
    Ok(())
}
