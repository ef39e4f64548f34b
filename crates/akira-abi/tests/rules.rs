//! What holds for each row of the table, whatever AkiraOS does.

use std::collections::BTreeSet;

use akira_abi::{
    Errno, Length, MODULES, Mode, NativeCall, Needs, ParamKind, Support, ValType, all, find, gpio,
    input, matter, memory, sensor, table_of,
};

#[test]
fn identifies_a_row_by_module_name_and_wasm_type() {
    let mut seen = BTreeSet::new();
    for call in all() {
        let wide: Vec<bool> = call.wasm_params().map(|ty| ty == ValType::I64).collect();
        assert!(seen.insert((call.module, call.name, wide)), "{}", call.name);
    }
}

#[test]
fn groups_rows_by_module() {
    let names: BTreeSet<&str> = MODULES.iter().map(|table| table.name).collect();
    assert_eq!(names.len(), MODULES.len());
    for table in MODULES {
        assert!(!table.calls.is_empty(), "{}", table.name);
        for call in table.calls {
            assert_eq!(module(call), table.name, "{}", call.name);
        }
    }
}

/// Returns the name of the module that contains a row.
fn module(call: &'static NativeCall) -> &'static str {
    table_of(call).expect("a table").name
}

#[test]
fn documents_each_row_in_sentences() {
    for call in all() {
        let first = call.doc.chars().next().expect("a doc");
        assert!(
            first.is_uppercase() && call.doc.ends_with('.'),
            "{}",
            call.name
        );
    }
}

#[test]
fn keeps_names_and_parameter_lists_short() {
    for call in all() {
        assert!((1..=31).contains(&call.name.len()), "{}", call.name);
        assert!(call.params.len() <= 8, "{}", call.name);
    }
}

#[test]
fn names_parameters_so_that_c_and_rust_take_them() {
    const KEYWORDS: &[&str] = &[
        "as", "auto", "bool", "char", "const", "default", "double", "enum", "extern", "float",
        "fn", "for", "if", "in", "inline", "int", "long", "loop", "match", "mod", "move", "ref",
        "register", "restrict", "return", "self", "short", "signed", "static", "struct", "switch",
        "type", "typeof", "union", "unsigned", "use", "void", "volatile", "where", "while",
    ];
    for call in all() {
        let mut seen = BTreeSet::new();
        for param in call.params {
            let mut letters = param.name.chars();
            assert!(letters.next().is_some_and(|c| c.is_ascii_lowercase()));
            assert!(letters.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_'));
            assert!(!KEYWORDS.contains(&param.name), "{}", call.name);
            assert!(
                seen.insert(param.name),
                "{}: {} twice",
                call.name,
                param.name
            );
        }
    }
}

#[test]
fn bounds_each_pointer_outside_of_the_c_library() {
    for call in all() {
        for (_, param) in call.pointer_params() {
            match param.kind {
                ParamKind::Bytes {
                    length: Length::Fixed(size),
                    ..
                } => assert!(size > 0),
                ParamKind::Bytes {
                    length: Length::Items { size, .. },
                    ..
                } => assert!(size > 1),
                ParamKind::Address => {
                    assert!(matches!(module(call), "libc" | "python"), "{}", call.name);
                }
                _ => {}
            }
        }
    }
}

#[test]
fn ties_each_buffer_to_a_length_and_each_length_to_a_buffer() {
    for call in all() {
        let used: BTreeSet<usize> = call.params.iter().filter_map(length_index).collect();
        let lengths = call.params.iter().enumerate();
        let declared: BTreeSet<usize> = lengths
            .filter(|(_, param)| param.kind == ParamKind::Len)
            .map(|(index, _)| index)
            .collect();
        assert_eq!(used, declared, "{}", call.name);
    }
}

fn length_index(param: &akira_abi::Param) -> Option<usize> {
    match param.kind {
        ParamKind::Bytes {
            length: Length::Param(param),
            ..
        }
        | ParamKind::Bytes {
            length: Length::Items { param, .. },
            ..
        } => Some(usize::from(param)),
        _ => None,
    }
}

#[test]
fn finds_pointers_with_their_indexes() {
    let call = find("env", "i2c_read_reg").next().expect("a row");
    let pointers: Vec<(usize, &str)> = call
        .pointer_params()
        .map(|(index, param)| (index, param.name))
        .collect();
    assert_eq!(pointers, [(3, "data")]);
}

#[test]
fn chooses_a_capability_by_a_number() {
    for call in all() {
        if let Needs::Flag {
            param,
            mask,
            set,
            clear,
        } = call.needs
        {
            assert_eq!(
                call.params[usize::from(param)].kind,
                ParamKind::U32,
                "{}",
                call.name
            );
            assert!(mask != 0 && set != clear, "{}", call.name);
        }
    }
}

#[test]
fn denies_with_eperm_but_where_apps_expect_another_number() {
    for call in all() {
        let expected = match module(call) {
            "matter" => -4,
            "sensor" => i32::MIN,
            _ if call.name == "mem_alloc" => 0,
            _ => Errno::EPERM.code(),
        };
        assert_eq!(call.denied.number(), expected, "{}", call.name);
    }
    assert_eq!(memory::MEM_ALLOC.denied.number(), 0);
    assert_eq!(sensor::SENSOR_READ.denied.number(), i32::MIN);
    assert_eq!(matter::MATTER_SEND.denied.number(), -4);
}

#[test]
fn answers_refused_calls_at_once() {
    for call in all().filter(|call| call.support == Support::Refused) {
        assert_eq!(call.mode, Mode::Immediate, "{}", call.name);
    }
}

#[test]
fn lets_calls_with_a_time_out_wait() {
    for call in all().filter(|call| call.support != Support::Refused) {
        let time_out = call.params.iter().any(|param| param.name == "timeout_ms");
        assert!(!time_out || call.mode == Mode::Suspending, "{}", call.name);
    }
}

#[test]
fn never_pauses_an_app_for_what_only_computes_or_polls() {
    let modules = [
        "log", "input", "gpio", "pwm", "timer", "wdt", "memory", "rtc", "net", "python", "libc",
    ];
    for call in all().filter(|call| modules.contains(&module(call))) {
        assert_eq!(call.mode, Mode::Immediate, "{}", call.name);
    }
}

#[test]
fn pauses_an_app_for_a_bus_and_for_flash() {
    let modules = ["sensor", "adc", "i2c", "settings"];
    for call in all().filter(|call| modules.contains(&module(call))) {
        assert_eq!(call.mode, Mode::Suspending, "{}", call.name);
    }
    let files = all().filter(|call| matches!(module(call), "storage" | "fs"));
    let immediate: Vec<&str> = files
        .filter(|call| call.mode == Mode::Immediate)
        .map(|call| call.name)
        .collect();
    assert_eq!(
        immediate,
        ["storage_close", "fs_close", "fs_seek", "fs_tell"]
    );
}

#[test]
fn finds_each_row_by_its_import() {
    for call in all() {
        assert!(find(call.module.name(), call.name).any(|found| core::ptr::eq(found, call)));
    }
    let found = find("env", "gpio_write").next().expect("a row");
    assert!(core::ptr::eq(found, &gpio::GPIO_WRITE));
}

#[test]
fn finds_alternates_beside_the_row_they_stand_in_for() {
    for call in all().filter(|call| call.support == Support::Alternate) {
        let offered = |twin: &NativeCall| twin.support != Support::Alternate;
        assert_eq!(
            find(call.module.name(), call.name)
                .filter(|twin| offered(twin))
                .count(),
            1
        );
    }
    let types: Vec<usize> = find("env", "input_poll_event")
        .map(|call| call.params.len())
        .collect();
    assert_eq!(types, [input::INPUT_POLL_EVENT.params.len(), 1]);
}

#[test]
fn finds_nothing_under_an_unknown_name_or_in_another_module() {
    assert_eq!(find("env", "gpio_writ").count(), 0);
    assert_eq!(find("akira_log", "gpio_write").count(), 0);
}
