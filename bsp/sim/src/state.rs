//! What a simulated console keeps while it is off: apps, their files and settings, in a folder of the host.
//!
//! ```text
//! lock            held by the console that uses the folder
//! apps.json       the installed apps; may be edited while no console runs
//! apps/           snake.wasm, and snake.json if the app came with a manifest beside it
//! files/          a folder for each app that has files
//! settings.json   keys and values
//! new/            what is being written
//! ```
//!
//! Every change is written aside, synced to the disk and then put in place by a rename, so a console that is killed, or
//! whose host loses power, leaves the old or the new state. Symbolic links in the folder are not followed. All calls
//! block while the host's disk works. On a host whose file names ignore case so do the names of apps and their files.

mod files;
mod folder;
mod host;
mod host_files;
mod key_values;
mod library;

use std::io;
use std::path::Path;

pub use files::Files;
pub use key_values::KeyValues;
pub use library::{Library, MAX_APPS, MAX_IMAGE, MAX_SIDECAR, Stored};

use folder::Folder;

/// The room for apps and their files, in bytes: the 16 MiB of flash of the console's module.
pub const CAPACITY: u32 = 16 << 20;

/// All that a console keeps.
#[derive(Debug)]
pub struct State {
    /// The files of its apps.
    pub files: Files,
    /// Its settings.
    pub settings: KeyValues,
    /// Its installed apps.
    pub library: Library,
}

impl State {
    /// Opens the state in `dir`, which is made if need be, and removes what a killed console left half written.
    /// Without a folder files and settings are kept in memory, and apps are not kept.
    ///
    /// The folder is locked until all three parts are dropped.
    ///
    /// # Errors
    ///
    /// `ResourceBusy` if another console uses the folder, `InvalidData` if something in it is damaged, and those of the
    /// host. The message names the file and says how to mend it.
    pub fn open(dir: Option<&Path>) -> io::Result<Self> {
        let folder = dir.map(Folder::lock).transpose()?;
        Ok(Self {
            files: Files::new(folder.clone())?,
            settings: KeyValues::new(folder.clone())?,
            library: Library::new(folder)?,
        })
    }
}
