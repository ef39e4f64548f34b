//! `inspect` reports the fault of every faulty app in this repository, and no fault of the others.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// Rows with the kind and name of an app, and words of the report on it.
const TABLE: &str = include_str!("faults.txt");

/// Words of the warnings that `inspect` derives from an app's code.
const OF_CODE: [&str; 4] = [
    "may call itself",
    "never waits",
    "can only end in a trap",
    "outside its memory",
];

/// Apps outside the folders of faulty apps that also get warnings: an endless app, and one that
/// imports a vendor's module.
const NO_MODELS: [&str; 2] = ["small_spin", "irrigate"];

fn apps() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/apps")
}

/// Returns the names, without `ending`, of the files in a folder that end with it.
fn names(folder: &str, ending: &str) -> BTreeSet<String> {
    let entries = fs::read_dir(apps().join(folder)).expect("the folder can be read");
    let names = entries.map(|entry| entry.expect("an entry").file_name());
    let texts = names.map(|name| name.into_string().expect("the name is text"));
    texts
        .filter_map(|name| Some(name.strip_suffix(ending)?.to_owned()))
        .collect()
}

/// Returns the faulty apps: hostile apps, malformed apps, and attacks. An attack is a source with a
/// manifest.
fn faulty() -> BTreeSet<String> {
    let kinds = [
        ("hostile", "hostile", ""),
        ("malformed", "bin/malformed", ".wasm"),
        ("attacks", "attacks", ".json"),
    ];
    let each = kinds.into_iter().flat_map(|(kind, folder, ending)| {
        let names = names(folder, ending).into_iter();
        names.map(move |name| format!("{kind}/{name}"))
    });
    each.collect()
}

fn rows() -> Vec<(&'static str, &'static str)> {
    let rows = TABLE
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    let split = |row: &'static str| {
        let (app, words) = row.split_once(' ').expect("an app and words");
        (app, words.trim())
    };
    rows.map(split).collect()
}

fn inspect(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_akira-sim"))
        .arg("inspect")
        .args(arguments)
        .output()
        .expect("the program can be run");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Returns the report on a built app.
fn built(name: &str) -> String {
    let file = apps().join("bin").join(format!("{name}.wasm"));
    inspect(&[file.to_str().expect("the path is text")])
}

/// Builds an attack and returns the report on it.
fn attack(name: &str) -> String {
    let desk = TempDir::new().expect("there is room for a folder");
    let source = apps().join("attacks").join(name);
    let text = fs::read_to_string(source.with_extension("wat")).expect("it has a source");
    // Minimal code in place of the generated code: its length does not affect the report.
    let places = [("BODY", "nop"), ("CALLS", ""), ("FUNCTIONS", "")];
    let whole = places
        .iter()
        .fold(text, |text, (place, code)| fill(&text, place, code));
    let module = desk.path().join("app.wasm");
    fs::write(&module, wat::parse_str(whole).expect("a module")).expect("there is room");
    let manifest = source.with_extension("json");
    let file = |path: &Path| path.to_str().expect("the path is text").to_owned();
    inspect(&[&file(&module), "--manifest", &file(&manifest)])
}

/// Replaces a placeholder by code, except in comments.
fn fill(text: &str, place: &str, code: &str) -> String {
    let lines = text.lines().map(|line| match line.starts_with(";;") {
        true => line.to_owned(),
        false => line.replace(place, code),
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn every_faulty_app_has_a_row_and_every_row_an_app() {
    let rows: BTreeSet<String> = rows().iter().map(|(app, _)| String::from(*app)).collect();
    assert_eq!(rows, faulty());
}

#[test]
fn a_line_names_the_fault_of_every_faulty_app() {
    for (app, words) in rows() {
        let said = match app.split_once('/') {
            Some(("hostile", name)) => built(name),
            Some(("attacks", name)) => attack(name),
            _ => built(app),
        };
        let names_it = said.lines().any(|line| line.contains(words));
        assert!(names_it, "{app}: {words:?} is not in a line of {said}");
    }
}

#[test]
fn no_fault_is_seen_in_the_code_of_a_sound_app() {
    let hostile = names("hostile", "");
    let sound = names("bin", ".wasm")
        .into_iter()
        .filter(|name| !hostile.contains(name));
    for name in sound.filter(|name| !NO_MODELS.contains(&name.as_str())) {
        let said = built(&name);
        for words in OF_CODE {
            assert!(!said.contains(words), "{name}: {said}");
        }
    }
}
