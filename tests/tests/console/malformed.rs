//! Tests with malformed modules and manifests, and with apps that request too much.

use crate::apps::{bin, read, start_metronome};
use crate::device::Console;
use crate::leaks::assert_nothing_is_held;

/// Modules in `malformed` that a console refuses, with a part of the message.
const REFUSED: [(&str, &str); 19] = [
    ("bad_magic", "not an app"),
    ("empty", "ends too early"),
    ("header_only_half", "ends too early"),
    ("manifest_name_is_a_path", "field \"name\""),
    ("manifest_name_too_long", "longer than 31 bytes"),
    ("manifest_not_json", "not JSON"),
    ("manifest_not_utf8", "not UTF-8"),
    ("manifest_too_deep", "levels deep"),
    ("manifest_wrong_type", "field \"name\" must be a string"),
    ("newer_firmware_needed", "999.0.0"),
    ("number_overlong", "malformed at byte"),
    ("section_overlong", "cut off at byte"),
    ("section_twice", "malformed at byte"),
    ("trailing_garbage", "malformed at byte"),
    ("truncated", "cut off at byte"),
    ("unknown_section", "malformed at byte"),
    ("wrong_abi_major", "ABI 2.0"),
    ("wrong_function_index", "unknown function 99"),
    ("wrong_version", "header of the module is malformed"),
];

/// Modules in `malformed` that a console runs.
const TAKEN: [&str; 2] = ["duplicate_main", "unknown_capability"];

#[test]
fn every_broken_module_is_refused_with_its_reason_and_nothing_changes() {
    let console = Console::bare();
    start_metronome(&console, "metronome");
    for _ in 0..100 {
        for (name, reason) in REFUSED {
            let image = read(&format!("malformed/{name}"));
            let error = console
                .try_install("malformed", &image)
                .expect_err("it is refused");
            let error = error.to_string();
            assert!(error.contains(reason), "{name}: {error}");
        }
    }
    let apps = console.device.runtime().apps();
    assert_eq!(apps.len(), 1, "{apps:?}");
    assert!(console.is_running("metronome"));
}

#[test]
fn modules_with_the_faults_of_akiraos_run() {
    for name in TAKEN {
        let console = Console::bare();
        let name = console.install(name, &read(&format!("malformed/{name}")));
        assert_eq!(console.run_to_end(&name), akira::Exit::Returned(0));
        assert_nothing_is_held(&console);
    }
}

#[test]
fn every_malformed_module_is_tested() {
    let files = std::fs::read_dir(bin().join("malformed")).expect("the folder is there");
    let mut names: Vec<String> = files
        .map(|file| file.expect("the folder can be read"))
        .map(|file| file.path().with_extension(""))
        .filter_map(|path| Some(path.file_name()?.to_str()?.to_owned()))
        .collect();
    names.sort();
    let refused = REFUSED.map(|(name, _)| name);
    let mut tested = [&refused[..], &TAKEN].concat();
    tested.sort_unstable();
    assert_eq!(names, tested);
}

#[test]
fn a_module_cut_off_anywhere_is_refused_or_runs() {
    let console = Console::bare();
    let image = read("storage_demo");
    for length in 0..image.len() {
        if let Ok(name) = console.try_install("cut", &image[..length]) {
            console.run_to_end(&name);
        }
    }
    assert_nothing_is_held(&console);
}

#[test]
fn an_app_that_wants_more_than_there_is_is_refused_with_numbers() {
    let console = Console::bare();
    let refusals = [
        (
            "huge_table",
            "the module has more than 10000 elements in its tables",
        ),
        (
            "huge_memory",
            " KiB of RAM and this device has 8192 KiB for apps",
        ),
    ];
    for (name, numbers) in refusals {
        for _ in 0..100 {
            let error = console
                .try_install(name, &read(name))
                .expect_err("it is refused");
            let error = error.to_string();
            assert!(error.ends_with(numbers), "{error}");
        }
    }
    assert_eq!(console.device.runtime().apps().len(), 0);
}
