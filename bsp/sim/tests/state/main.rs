//! What a console keeps in its folder, through kills, damage and hostile content.

mod files;
mod library;
mod lock;
mod settings;

use std::fs;
use std::path::Path;

use akira_sim::state::State;
use tempfile::TempDir;

/// Makes a folder for one test.
fn folder() -> TempDir {
    tempfile::tempdir().expect("the host has room for temporary files")
}

/// Opens the state in it.
fn open(dir: &TempDir) -> State {
    State::open(Some(dir.path())).expect("nobody else uses the folder")
}

/// Tells why the state in it cannot be opened.
fn refusal(dir: &TempDir) -> String {
    match State::open(Some(dir.path())) {
        Ok(_) => panic!("it was opened"),
        Err(error) => error.to_string(),
    }
}

fn write(path: impl AsRef<Path>, content: impl AsRef<[u8]>) {
    fs::write(path, content).expect("the folder is writable");
}

/// Returns the names in a directory, sorted.
fn names(path: impl AsRef<Path>) -> Vec<String> {
    let entries = fs::read_dir(path).expect("it is a directory");
    let names = entries.map(|entry| entry.expect("it is readable").file_name());
    let mut names: Vec<_> = names.map(|n| n.to_string_lossy().into_owned()).collect();
    names.sort();
    names
}
