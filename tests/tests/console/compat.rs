//! Tests that apps compiled with AkiraOS's flags run unmodified.

use std::collections::BTreeSet;

use akira::{Exit, State};
use wasmparser::{Export, Parser, Payload, TypeRef, ValType};

use crate::apps::{C_APPS, read};
use crate::device::Console;

/// Import of an AkiraOS app: module, name, parameters, result.
type Signature = (String, String, Vec<String>, Vec<String>);

/// List of AkiraOS's imports, against which the table of native calls is checked.
const IMPORTS: &str = include_str!("../../../crates/akira-abi/tests/data/imports.tsv");

fn known_imports() -> BTreeSet<Signature> {
    let types = |field: &str| {
        let known = field
            .split(',')
            .filter(|name| !name.is_empty() && *name != "-");
        known.map(str::to_owned).collect()
    };
    let lines = IMPORTS.lines().skip(1).map(|line| {
        let fields: Vec<&str> = line.split('\t').collect();
        (
            fields[0].into(),
            fields[1].into(),
            types(fields[2]),
            types(fields[4]),
        )
    });
    lines.collect()
}

fn imports(image: &[u8]) -> Vec<Signature> {
    let names = |types: &[ValType]| types.iter().map(ToString::to_string).collect();
    let (mut types, mut imports) = (Vec::new(), Vec::new());
    for payload in Parser::new(0).parse_all(image) {
        match payload.expect("the module is valid") {
            Payload::TypeSection(section) => {
                for group in section.into_iter_err_on_gc_types() {
                    types.push(group.expect("the type is valid"));
                }
            }
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    let import = import.expect("the import is valid");
                    let TypeRef::Func(index) = import.ty else {
                        panic!("{} is no function", import.name);
                    };
                    let ty = &types[index as usize];
                    let (params, results) = (names(ty.params()), names(ty.results()));
                    imports.push((import.module.into(), import.name.into(), params, results));
                }
            }
            _ => {}
        }
    }
    imports
}

fn exports(image: &[u8]) -> Vec<String> {
    let payloads = Parser::new(0).parse_all(image);
    let section = payloads.filter_map(|payload| match payload.expect("the module is valid") {
        Payload::ExportSection(section) => Some(section),
        _ => None,
    });
    let name = |export: wasmparser::Result<Export<'_>>| export.expect("it is valid").name.into();
    section.flatten().map(name).collect()
}

#[test]
fn c_apps_import_what_akiraos_has_and_export_what_it_expects() {
    let known = known_imports();
    for name in C_APPS.iter().chain(&[
        "libc_calls",
        "gpio_poll",
        "main_with_arguments",
        "sdk_printf",
    ]) {
        let image = read(name);
        for import in imports(&image) {
            assert!(known.contains(&import), "{name} imports {import:?}");
        }
        let main = if *name == "main_with_arguments" {
            "__main_argc_argv"
        } else {
            "main"
        };
        assert_eq!(exports(&image), ["memory", main], "{name}");
    }
}

#[test]
fn an_app_of_the_sdk_runs() {
    let console = Console::bare();
    console.install("hello", &read("hello"));
    assert_eq!(console.run_to_end("hello"), Exit::Returned(0));
    assert_eq!(
        console.texts("hello"),
        [
            "Hello from a WebAssembly app.",
            "The device has run for 0 ms.",
            "Goodbye.",
            "returned 0"
        ]
    );
}

#[test]
fn the_c_library_is_there_for_apps_that_link_none() {
    let console = Console::bare();
    let image = read("libc_calls");
    let imported: Vec<String> = imports(&image).into_iter().map(|import| import.1).collect();
    for name in ["memcpy", "memset", "printf", "puts", "putchar", "malloc"] {
        assert!(imported.iter().any(|known| known == name), "{name}");
    }
    console.install("libc_calls", &image);
    assert_eq!(console.run_to_end("libc_calls"), Exit::Returned(0));
    assert_eq!(
        console.texts("libc_calls"),
        [
            "copied 100",
            "plain",
            "text:beef:-7 |",
            "one by one",
            "again, length 5, beyond the page 1",
            "compared 0, number 42",
            "returned 0"
        ]
    );
}

#[test]
fn a_main_with_arguments_gets_none() {
    let console = Console::bare();
    let name = console.install("app", &read("main_with_arguments"));
    assert_eq!(console.run_to_end(&name), Exit::Returned(7));
    assert_eq!(console.texts(&name)[0], "main with 0 arguments");
}

/// The expected output is glibc's, except that unknown conversions are printed as written.
#[test]
fn printf_of_the_sdk_knows_every_conversion_and_keeps_arguments_in_their_places() {
    let console = Console::bare();
    console.install("sdk_printf", &read("sdk_printf"));
    assert_eq!(console.run_to_end("sdk_printf"), Exit::Returned(0));
    assert_eq!(
        console.texts("sdk_printf"),
        [
            "-7 +7  7 -0042|42   |   42|42   |007 end",
            "44 4464 7 -5000000000 5000000000 4 -1 end",
            "42 10 010 ff 0XFF 0x000000ff fedcba9876543210 0x10 end",
            "1.500000 21.5    3.142|2.50    |-0002.50 +0 end",
            "1.234568e+04 1.20E-04 100000 1e-05 1E+100 1.00 end",
            "0x1p+0 -0X1.9AP-4 inf -INF 2.500000 0.1 end",
            "0.10000000000000001 10000000000000000000000 0.00000000000000000000 end",
            "a    bc  |    d|e    |fg|i|(null)",
            "%y %lly %Ly 100%, 5%! end",
            "returned 0"
        ]
    );
}

#[test]
fn pins_are_buttons_in_the_wiring_of_either_console() {
    let console = Console::bare();
    console.install("gpio_poll", &read("gpio_poll"));
    console.start("gpio_poll");
    console.run_ms(50);
    let wiring = [("UP", 4), ("DOWN", 5), ("A", 15), ("B", 16), ("HOME", 0)];
    for (button, _) in wiring {
        console.tap(button);
    }
    let expected = wiring.map(|(_, pin)| [format!("pin {pin}: 1"), format!("pin {pin}: 0")]);
    assert_eq!(console.texts("gpio_poll"), expected.as_flattened());
    assert_eq!(console.info("gpio_poll").state, State::Running);
}
