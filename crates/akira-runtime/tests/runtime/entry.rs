//! Tests of the admission of modules and the choice of their entry exports.

use crate::Real;
use crate::device::{Device, install, real, run_guest, run_to_end, wasm, with_entry};
use akira_runtime::abi::caps::{Capability, CapabilitySet};
use akira_runtime::abi::{Clock, FOREIGN_IMPORTS, ForeignImport};
use akira_runtime::module::{ImportKind, Module, ModuleError};
use akira_runtime::{Board, Config, Exit, InstallError, InstallOptions, Runtime, Trap};
use std::rc::Rc;

#[test]
fn each_usual_entry_name_is_found_in_its_order() {
    for name in ["main", "__main_argc_argv", "_main"] {
        let guest = format!(r#"(module (func (export "{name}") (result i32) (i32.const 5)))"#);
        assert_eq!(run_guest(&guest), Exit::Returned(5), "{name}");
    }
    let both = r#"(module
        (func (export "_main") (result i32) (i32.const 1))
        (func (export "__main_argc_argv") (result i32) (i32.const 2))
        (func (export "main") (result i32) (i32.const 3)))"#;
    assert_eq!(run_guest(both), Exit::Returned(3));
}

#[test]
fn the_manifest_names_the_entry() {
    let guest = r#"(module
        (@custom ".akira.manifest" "{\"entry\": \"go\"}")
        (func (export "main") (result i32) (i32.const 1))
        (func (export "go") (result i32) (i32.const 2)))"#;
    assert_eq!(run_guest(guest), Exit::Returned(2));
}

#[test]
fn an_entry_that_the_module_does_not_export_is_passed_over() {
    let guest = r#"(module
        (@custom ".akira.manifest" "{\"entry\": \"_start\"}")
        (func (export "main") (result i32) (i32.const 1)))"#;
    assert_eq!(run_guest(guest), Exit::Returned(1));
}

#[test]
fn the_start_of_a_wasi_command_is_an_entry_and_the_last_choice() {
    let command = r#"(module (func (export "_start") unreachable))"#;
    assert_eq!(run_guest(command), Exit::Trapped(Trap::Unreachable));
    let both = r#"(module
        (func (export "_start") unreachable)
        (func (export "_main") (result i32) (i32.const 1)))"#;
    assert_eq!(run_guest(both), Exit::Returned(1));
}

/// C's `main(int, char **)` may read `argv[argc]`.
#[test]
fn main_gets_argc_0_and_an_argv_that_ends_at_once() {
    let guest = |memory: &str| {
        format!(
            r#"(module {memory} (func (export "main") (param i32 i32) (result i32)
            (i32.or
                (i32.shl (i32.eqz (local.get 1)) (i32.const 8))
                (i32.or (local.get 0) (i32.load (local.get 1))))))"#
        )
    };
    assert_eq!(run_guest(&guest("(memory 1)")), Exit::Returned(0));
    // If the module has data at the address of `argv`'s null pointer, `argv` itself is null.
    let data = r#"(memory 1) (data (i32.const 4) "x")"#;
    assert_eq!(run_guest(&guest(data)), Exit::Returned(1 << 8));
}

#[test]
fn an_entry_without_memory_gets_zeros() {
    let guest = r#"(module (func (export "main") (param i32 i32) (result i32)
        (i32.or (local.get 0) (local.get 1))))"#;
    assert_eq!(run_guest(guest), Exit::Returned(0));
}

#[test]
fn an_entry_without_result_returns_0() {
    assert_eq!(
        run_guest(r#"(module (func (export "main")))"#),
        Exit::Returned(0)
    );
}

/// Returns the message with which an installation of the guest is refused.
fn refusal(text: &str) -> String {
    let options = InstallOptions::default().with_name("app");
    let refused = real().install(wasm(text), &options);
    refused.expect_err(text).to_string()
}

#[test]
fn an_entry_of_any_other_type_is_refused() {
    for (name, ty) in [
        ("main", "(param i64 f64) (result i64) (i64.const 9)"),
        ("main", "(result f32) (f32.const 9)"),
        ("_start", "(param i32)"),
    ] {
        let why = refusal(&format!(r#"(module (func (export "{name}") {ty}))"#));
        assert!(
            why.contains(&format!("`{name}` has the wrong type")) && why.contains("(i32, i32)"),
            "{why}"
        );
    }
    let why = refusal(
        r#"(module (@custom ".akira.manifest" "{\"entry\": \"go\"}")
        (func (export "go") (param i64)) (func (export "main")))"#,
    );
    assert!(why.contains("`entry` has the wrong type"), "{why}");
}

#[test]
fn a_module_with_nothing_to_run_is_refused() {
    for guest in [
        "(module)",
        r#"(module (memory (export "main") 1))"#,
        r#"(module (func (export "run")))"#,
        r#"(module (func (export "_initialize")) (func (export "run")))"#,
        r#"(module (@custom ".akira.manifest" "{\"entry\": \"go\"}") (func (export "run")))"#,
    ] {
        let why = refusal(guest);
        assert!(
            why.contains("exports no `main`, `_start` or the manifest's `entry`"),
            "{why}"
        );
    }
}

#[test]
fn a_start_section_alone_is_something_to_run() {
    let guest = "(module (func $s unreachable) (start $s))";
    assert_eq!(run_guest(guest), Exit::Trapped(Trap::Unreachable));
}

/// Returns a guest whose `main` returns the functions that ran, in order, as decimal digits: 1 for
/// the start function, 2 and 3 for the exports, 4 for `main`. `rest` is the text of the exports.
fn in_order(rest: &str) -> String {
    let notes = ["start", "initialize", "ctors", "main"].iter().zip(1..).map(|(name, digit)| {
        format!("(func ${name} (global.set $ran (i32.add (i32.mul (global.get $ran) (i32.const 10)) (i32.const {digit}))))")
    });
    let notes: String = notes.collect();
    format!(
        r#"(module (global $ran (mut i32) (i32.const 0)) {notes} {rest}
        (func $result (export "main") (result i32) (call $main) (global.get $ran)))"#
    )
}

/// Covers C++ constructors, and AssemblyScript's top-level code with `--exportStart`.
#[test]
fn initialisers_run_once_in_order_before_the_entry() {
    const INITIALIZE: &str = r#"(export "_initialize" (func $initialize))"#;
    const CTORS: &str = r#"(export "__wasm_call_ctors" (func $ctors))"#;
    for (exports, ran) in [
        (String::new(), 4),
        (INITIALIZE.to_owned(), 24),
        (CTORS.to_owned(), 34),
        // A reactor's `_initialize` calls the constructors itself.
        (format!("{CTORS} {INITIALIZE}"), 24),
        (format!("{CTORS} (start $start)"), 134),
        (format!("{INITIALIZE} (start $start)"), 124),
        // One function is the start function and an export.
        (format!("{INITIALIZE} (start $initialize)"), 24),
    ] {
        assert_eq!(
            run_guest(&in_order(&exports)),
            Exit::Returned(ran),
            "{exports}"
        );
    }
}

#[test]
fn an_entry_that_initialises_is_called_alone() {
    // A command's `_start` calls the constructors itself.
    let guest =
        r#"(module (func (export "_start")) (func (export "__wasm_call_ctors") unreachable))"#;
    assert_eq!(run_guest(guest), Exit::Returned(0));
    let guest = r#"(module (@custom ".akira.manifest" "{\"entry\": \"_initialize\"}")
        (global $ran (mut i32) (i32.const 0))
        (func (export "_initialize") (global.get $ran) (if (then unreachable)) (global.set $ran (i32.const 1))))"#;
    assert_eq!(run_guest(guest), Exit::Returned(0));
}

#[test]
fn an_initialiser_of_any_other_type_is_refused() {
    let why =
        refusal(r#"(module (func (export "_initialize") (param i32)) (func (export "main")))"#);
    assert!(why.contains("`_initialize` has the wrong type"), "{why}");
}

#[test]
fn a_start_section_runs_before_the_entry() {
    let guest = r#"(module (global $g (mut i32) (i32.const 0))
        (func $s (global.set $g (i32.const 9))) (start $s)
        (func (export "main") (result i32) (global.get $g)))"#;
    assert_eq!(run_guest(guest), Exit::Returned(9));
}

#[test]
fn a_start_section_that_spins_is_ended_by_its_budget() {
    let guest = r#"(module
        (@custom ".akira.manifest" "{\"exec_timeout_ms\": 20}")
        (func $s (loop (br 0))) (start $s)
        (func (export "main") (result i32) (i32.const 0)))"#;
    assert_eq!(run_guest(guest), Exit::Trapped(Trap::OutOfCpu));
}

#[test]
fn of_exports_with_the_same_name_the_first_counts() {
    // `wat` rejects duplicate names, so the second name is assembled differently and then patched.
    let guest = r#"(module
        (func (export "main") (result i32) (i32.const 1))
        (func (export "mairn") (param i32 i32) (result i32) (i32.const 2)))"#;
    let bytes = wasm(&guest.replace("mairn", "maim"));
    let at = bytes
        .windows(4)
        .rposition(|window| window == b"maim")
        .expect("it is there");
    let mut bytes = bytes.to_vec();
    bytes[at + 3] = b'n';
    let runtime = real();
    install(&runtime, "twice", bytes.into());
    assert_eq!(run_to_end(&runtime, "twice"), Exit::Returned(1));
}

#[test]
fn a_call_that_the_board_lacks_returns_enosys() {
    let guest = r#"(module (import "env" "adc_read" (func $f (param i32) (result i32)))
        (func (export "main") (result i32) (call $f (i32.const 0))))"#;
    assert_eq!(run_guest(guest), Exit::Returned(-38));
}

#[test]
fn an_import_that_no_table_has_traps_only_when_called() {
    let guest = |call: &str| {
        format!(
            r#"(module (import "env" "no_such_call" (func $f (param f64 i64) (result f32)))
            (func (export "main") (result i32) {call} (i32.const 3)))"#
        )
    };
    assert_eq!(run_guest(&guest("")), Exit::Returned(3));
    let called = guest("(drop (call $f (f64.const 1) (i64.const 2)))");
    assert_eq!(run_guest(&called), Exit::Trapped(Trap::Unlinked));
}

#[test]
fn a_known_name_with_an_unknown_type_traps_when_called() {
    let guest = r#"(module (import "env" "gpio_read" (func $f (param i64) (result i64)))
        (func (export "main") (result i32) (drop (call $f (i64.const 0))) (i32.const 0)))"#;
    assert_eq!(run_guest(guest), Exit::Trapped(Trap::Unlinked));
}

#[test]
fn each_row_of_the_table_links_under_each_of_its_types() {
    for row in akira_runtime::abi::all() {
        let ty = |ty| {
            if ty == akira_runtime::abi::ValType::I32 {
                "i32 "
            } else {
                "i64 "
            }
        };
        let params: String = row.wasm_params().map(ty).collect();
        let result: String = row.wasm_result().map(ty).into_iter().collect();
        let guest = format!(
            r#"(module (import "{}" "{}" (func (param {params}) (result {result}))) (memory (export "memory") 1)
            (func (export "main") (result i32) (i32.const 4)))"#,
            row.module, row.name
        );
        assert_eq!(run_guest(&guest), Exit::Returned(4), "{}", row.name);
    }
}

#[test]
fn an_import_finds_its_type_among_many_wherever_that_stands() {
    const TYPES: usize = 100;
    let types: String = (0..TYPES)
        .map(|count| format!("(type (func {}))", "(param i64)".repeat(count)))
        .collect();
    for at in [0, 1, 31, 32, 33, 63, 64, TYPES - 1] {
        let image = wasm(&format!(
            r#"(module {types} (import "x" "y" (func (type {at}))))"#
        ));
        let module = Module::parse(&image).expect("it is a module");
        let imports = module.imports().expect("it has imports");
        let kinds: Vec<_> = imports
            .map(|import| import.expect("it is valid").kind)
            .collect();
        let [ImportKind::Function(signature)] = kinds[..] else {
            panic!("{kinds:?}");
        };
        assert_eq!((signature.params.len(), signature.results.len()), (at, 0));
    }
    let image = wasm(&format!(
        r#"(module {types} (import "x" "y" (func (type {TYPES}))))"#
    ));
    let module = Module::parse(&image).expect("it is a module");
    let mut imports = module.imports().expect("it has imports");
    assert!(matches!(
        imports.next(),
        Some(Err(ModuleError::Malformed(_)))
    ));
}

#[test]
fn imports_that_are_no_functions_are_refused() {
    let runtime = real();
    for import in ["(memory 1)", "(table 1 funcref)", "(global i32)"] {
        let image: Rc<[u8]> = wasm(&format!(
            r#"(module (import "env" "x" {import}) (func (export "main")))"#
        ));
        let options = InstallOptions::default().with_name("app");
        let error = runtime.install(image, &options);
        assert_eq!(
            error,
            Err(InstallError::Import {
                module: "env".into(),
                name: "x".into(),
                fix: None,
            }),
            "{import}"
        );
    }
}

/// Board that lists the imports of other hosts.
#[derive(Default)]
struct Listing(Device);

impl Board for Listing {
    type Modules = <Device as Board>::Modules;

    const FOREIGN_IMPORTS: &'static [ForeignImport] = FOREIGN_IMPORTS;

    fn modules(&self) -> &Self::Modules {
        self.0.modules()
    }

    fn clock(&self) -> &dyn Clock {
        self.0.clock()
    }
}

/// Returns the message with which a board refuses an app that has this import and too much memory.
fn refusal_on<B: Board + Default>(module: &str, name: &str) -> String {
    let image = wasm(&format!(
        r#"(module
            (import "{module}" "{name}" (func (param i32)))
            (memory 1000)
            (func (export "_start")))"#
    ));
    let runtime = Runtime::with_engine(Rc::new(B::default()), Real, Config::default());
    let installed = runtime.install(image, &InstallOptions::default().with_name("app"));
    installed.expect_err("it needs too much memory").to_string()
}

#[test]
fn imports_of_another_host_are_refused_with_the_flags_that_build_without() {
    let for_memory = |why: &str| why.starts_with("the app needs up to");
    for (module, name, flag) in [
        (
            "wasi_snapshot_preview1",
            "proc_exit",
            "--target=wasm32 -nostdlib",
        ),
        ("env", "console.log", "--use console=akira"),
        ("env", "emscripten_get_now", "emcc -nostdlib"),
    ] {
        let why = refusal_on::<Listing>(module, name);
        let import = format!("the app imports {module}.{name}, ");
        assert!(why.starts_with(&import) && why.contains(flag), "{why}");
        let why = refusal_on::<Device>(module, name);
        assert!(for_memory(&why), "{why}");
    }
    let why = refusal_on::<Listing>("env", "of_the_future");
    assert!(for_memory(&why), "{why}");
}

#[test]
fn features_that_are_off_are_refused_and_most_are_named_with_what_builds_without() {
    let guests = [
        ("(memory i64 1)", "memory64", "wasm32"),
        ("(memory 1) (memory 1)", "memor", ""),
        ("(memory 1 1 shared)", "shared memory", "-pthread"),
        (
            r#"(import "env" "e" (tag (param i32)))"#,
            "exceptions",
            "-fno-exceptions",
        ),
        ("(tag (param i32))", "exceptions", "-fno-exceptions"),
        ("(func $f (return_call $f))", "tail call", ""),
        (
            "(func (drop (v128.const i32x4 0 0 0 0)))",
            "vector",
            "-msimd128",
        ),
        (
            "(func (drop (i32x4.relaxed_trunc_f32x4_s (v128.const i32x4 0 0 0 0))))",
            "vector",
            "-msimd128",
        ),
    ];
    for (guest, feature, fix) in guests {
        let options = InstallOptions::default().with_name("app");
        let image = with_entry(&format!("(module {guest})"));
        let refused = real()
            .install(image, &options)
            .expect_err(guest)
            .to_string();
        assert!(
            refused.contains(feature) && refused.contains(fix),
            "{refused}"
        );
    }
    let component: &[u8] = b"\0asm\x0d\0\x01\0";
    let options = InstallOptions::default().with_name("app");
    let refused = real()
        .install(component, &options)
        .expect_err("a component")
        .to_string();
    assert!(refused.contains("component"), "{refused}");
}

/// wasm-opt leaves a data count section in modules that have no operation that needs it.
#[test]
fn a_count_of_data_segments_alone_asks_for_nothing() {
    let image = wasm(
        r#"(module (import "env" "printf_native" (func $print (param i32) (result i32)))
        (memory 1) (data (i32.const 8) "hi\00")
        (func (export "main") (result i32) (call $print (i32.const 8))))"#,
    );
    // The data count section belongs before the code section.
    let at = image
        .windows(2)
        .rposition(|window| window == [0x0a, 0x08])
        .expect("it has code");
    let counted = [&image[..at], &[12, 1, 1], &image[at..]].concat();
    let runtime = real();
    install(&runtime, "app", counted.into());
    assert_eq!(run_to_end(&runtime, "app"), Exit::Returned(0));
    assert_eq!(runtime.board().take_said(), ["app: hi"]);
}

#[test]
fn a_memory_that_is_not_exported_is_memory_all_the_same() {
    let guest = r#"(module (import "env" "printf_native" (func $print (param i32) (result i32)))
        (memory 1) (data (i32.const 16) "hidden\00")
        (func (export "main") (result i32) (call $print (i32.const 16))))"#;
    let runtime = real();
    install(&runtime, "app", wasm(guest));
    assert_eq!(run_to_end(&runtime, "app"), Exit::Returned(0));
    assert_eq!(runtime.board().take_said(), ["app: hidden"]);
}

#[test]
fn who_hears_of_a_call_of_an_unknown_import_hears_its_name() {
    let guest = r#"(module (import "env" "delay" (func (param i32) (result i32)))
        (import "env" "sqrt" (func $sqrt (param f64) (result f64)))
        (func (export "main") (drop (call $sqrt (f64.const 2)))))"#;
    let runtime = real();
    install(&runtime, "app", wasm(guest));
    assert_eq!(run_to_end(&runtime, "app"), Exit::Trapped(Trap::Unlinked));
    let events = runtime.board().take_events();
    let told = |event: &String| event.contains("env.sqrt");
    assert!(events.iter().any(told), "{events:?}");
}

#[test]
fn an_import_whose_capability_was_not_asked_for_is_named_with_it() {
    let runtime = real();
    let unasked = |manifest: &str, options: &InstallOptions<'static>| {
        let image = wasm(&format!(
            r#"(module {manifest} (import "env" "gpio_read" (func (param i32) (result i32)))
                (import "env" "delay" (func (param i32) (result i32)))
                (memory (export "memory") 1) (func (export "main")))"#
        ));
        let admission = runtime.inspect(&image, options).expect("it is admitted");
        let imports = admission.imports::<Device>().expect("it has imports");
        let imports = imports.map(|import| import.expect("it is valid").0);
        let named = imports.filter_map(|import| {
            let needed = admission.unasked::<Device>(&import)?;
            Some(format!("{} {needed}", import.name))
        });
        named.collect::<Vec<_>>()
    };
    let asking =
        |names: &str| format!(r#"(@custom ".akira.manifest" "{{\"capabilities\": [{names}]}}")"#);
    let plain = InstallOptions::default().with_name("app");
    assert_eq!(unasked("", &plain), ["gpio_read gpio.read"]);
    assert_eq!(unasked(&asking(""), &plain), ["gpio_read gpio.read"]);
    assert!(unasked(&asking(r#"\"gpio.*\""#), &plain).is_empty());
    let given = plain.with_grant(CapabilitySet::of(&[Capability::GpioRead]));
    assert!(unasked("", &given).is_empty(), "the operator gave it");
}
