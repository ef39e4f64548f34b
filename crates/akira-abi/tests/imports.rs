//! The table against `data/imports.tsv`: the AkiraOS 1.6 imports, gathered from its firmware and its public SDK.

use std::collections::BTreeSet;

use akira_abi::caps::{Capability, CapabilitySet};
use akira_abi::{
    Length, NativeCall, Needs, OnFault, ParamKind, Support, ValType, all, find, fs, libc, storage,
    table_of,
};

/// One line of the list.
#[derive(Debug)]
struct Import {
    module: &'static str,
    name: &'static str,
    params: Vec<ValType>,
    letters: Vec<char>,
    result: Option<ValType>,
    capability: &'static str,
    kind: &'static str,
}

impl Import {
    fn parse(line: &'static str) -> Self {
        let fields: Vec<&str> = line.split('\t').collect();
        let [module, name, params, letters, result, capability, kind, ..] = fields[..] else {
            panic!("too few fields: {line}");
        };
        Self {
            module,
            name,
            params: params.split(',').filter_map(val_type).collect(),
            letters: letters.chars().collect(),
            result: val_type(result),
            capability,
            kind,
        }
    }

    fn row(&self) -> &'static NativeCall {
        find(self.module, self.name)
            .find(|call| call.wasm_params().eq(self.params.iter().copied()))
            .unwrap_or_else(|| panic!("no row for {self:?}"))
    }
}

fn val_type(text: &str) -> Option<ValType> {
    match text {
        "i32" => Some(ValType::I32),
        "i64" => Some(ValType::I64),
        "" | "-" => None,
        other => panic!("no such type: {other}"),
    }
}

fn imports() -> Vec<Import> {
    let lines = include_str!("data/imports.tsv").lines().skip(1);
    lines.map(Import::parse).collect()
}

#[test]
fn has_a_row_for_each_import_and_no_other() {
    let rows: BTreeSet<*const NativeCall> = imports()
        .iter()
        .map(|import| core::ptr::from_ref(import.row()))
        .collect();
    assert_eq!(imports().len(), 306);
    assert_eq!(rows.len(), 306);
    // And one that AkiraOS does not have, as C declares it.
    let more = |row: &&NativeCall| !rows.contains(&core::ptr::from_ref(*row));
    let more: Vec<_> = all().filter(more).collect();
    assert_eq!(more.len(), 1);
    assert!(core::ptr::eq(more[0], &libc::ABORT_PLAIN));
}

#[test]
fn returns_what_the_import_returns() {
    for import in imports() {
        assert_eq!(import.row().wasm_result(), import.result, "{import:?}");
    }
}

/// Parameters that are addresses of text without a bound, where AkiraOS's letter says a string or a length.
///
/// The target of `sprintf` need not hold a NUL before the call; `strncmp` stops at a NUL, so its strings may be
/// shorter than its length; `realloc` takes an address as a number.
const BETTER_THAN_THE_LETTER: &[(&NativeCall, usize, ParamKind)] = &[
    (&libc::SPRINTF, 0, ParamKind::Address),
    (&libc::VSPRINTF, 0, ParamKind::Address),
    (&libc::STRNCMP, 2, ParamKind::U32),
    (&libc::REALLOC, 0, ParamKind::Address),
];

#[test]
fn takes_what_each_argument_letter_says() {
    for import in imports() {
        let call = import.row();
        assert_eq!(call.params.len(), import.letters.len(), "{import:?}");
        for (index, param) in call.params.iter().enumerate() {
            let better = BETTER_THAN_THE_LETTER
                .iter()
                .find(|(row, at, _)| core::ptr::eq(*row, call) && *at == index);
            match better {
                Some((_, _, kind)) => assert_eq!(param.kind, *kind, "{import:?}"),
                None => assert!(
                    letter_fits(call, &import.letters[index..], param.kind),
                    "{}.{}: {:?}",
                    call.name,
                    param.name,
                    param.kind
                ),
            }
        }
    }
}

/// Returns whether a parameter is what the first of the letters, from its own to the last, says.
fn letter_fits(call: &'static NativeCall, letters: &[char], kind: ParamKind) -> bool {
    let table = table_of(call).expect("a table");
    let c_library = matches!(table.name, "libc" | "python");
    match (letters, kind) {
        (['i', ..], ParamKind::U32 | ParamKind::I32 | ParamKind::Len) => true,
        (['I', ..], ParamKind::I64) => true,
        (['$', ..], ParamKind::Str) => true,
        (['$', ..], ParamKind::Text) => c_library || table.name == "log",
        (['n' | '~', ..], ParamKind::Len) => true,
        (['*', ..], ParamKind::Address) => c_library,
        (['p', ..], ParamKind::Bytes { length, fault, .. }) => {
            matches!(length, Length::Param(_)) && fault == OnFault::Errno
        }
        (['*', '~', ..], ParamKind::Bytes { length, fault, .. }) => {
            !matches!(length, Length::Fixed(_)) && fault == OnFault::Trap
        }
        (['*', ..], ParamKind::Bytes { length, fault, .. }) => {
            let by_length = c_library && matches!(length, Length::Param(_));
            fault
                == if by_length {
                    OnFault::Trap
                } else {
                    OnFault::Errno
                }
        }
        _ => false,
    }
}

const REGISTRY: &[(&str, Capability)] = &[
    ("display.write", Capability::DisplayWrite),
    ("input.read", Capability::InputRead),
    ("input.write", Capability::InputWrite),
    ("sensor.read", Capability::SensorRead),
    ("rf.transceive", Capability::RfTransceive),
    ("ble", Capability::Ble),
    ("storage.read", Capability::StorageRead),
    ("storage.write", Capability::StorageWrite),
    ("network.use", Capability::NetworkUse),
    ("gpio.read", Capability::GpioRead),
    ("gpio.write", Capability::GpioWrite),
    ("timer", Capability::Timer),
    ("uart", Capability::Uart),
    ("i2c", Capability::I2c),
    ("pwm", Capability::Pwm),
    ("hid", Capability::Hid),
    ("app.control", Capability::AppControl),
    ("ipc", Capability::Ipc),
    ("app.switch", Capability::AppSwitch),
    ("memory", Capability::Memory),
    ("app.info", Capability::AppInfo),
    ("power.read", Capability::PowerRead),
    ("power.control", Capability::PowerControl),
    ("settings.*", Capability::Settings),
    ("adc", Capability::Adc),
    ("wdt", Capability::Wdt),
    ("fs.read", Capability::FsRead),
    ("fs.write", Capability::FsWrite),
    ("crypto", Capability::Crypto),
    ("rtc.read", Capability::RtcRead),
    ("rtc.write", Capability::RtcWrite),
    ("ota.trigger", Capability::OtaTrigger),
    ("ai.infer", Capability::AiInfer),
    ("matter", Capability::Matter),
    ("wifi.inject", Capability::WifiInject),
    ("mqtt", Capability::Mqtt),
    ("ble.scan", Capability::BleScan),
    ("ble.spam", Capability::BleSpam),
    ("mesh", Capability::Mesh),
    ("sync", Capability::Sync),
    ("nfc", Capability::Nfc),
];

/// Rows where either right to the files is enough, though AkiraOS asks for the right to read.
///
/// An app that may only write could otherwise never close a file, nor place or ask for its position.
const EITHER_RIGHT: &[&NativeCall] = &[
    &storage::STORAGE_CLOSE,
    &fs::FS_CLOSE,
    &fs::FS_SEEK,
    &fs::FS_TELL,
];

#[test]
fn needs_the_capability_of_the_import() {
    for import in imports() {
        let call = import.row();
        let asked = capabilities(import.capability);
        if EITHER_RIGHT.iter().any(|row| core::ptr::eq(*row, call)) {
            let (area, _) = import.capability.split_once('.').expect("a dotted name");
            let either = capabilities(&format!("{area}.read|{area}.write"));
            assert!(matches!(call.needs, Needs::Either(..)), "{import:?}");
            assert_eq!(needed(call), either, "{import:?}");
            assert_eq!(either.bits() & asked.bits(), asked.bits(), "{import:?}");
        } else {
            assert_eq!(needed(call), asked, "{import:?}");
        }
    }
}

#[test]
fn chooses_the_capability_by_a_flag_where_one_call_reads_or_writes() {
    let by_flag: Vec<&str> = all()
        .filter(|call| matches!(call.needs, Needs::Flag { .. }))
        .map(|call| call.name)
        .collect();
    assert_eq!(by_flag, ["gpio_configure", "storage_open", "fs_open"]);
}

fn capabilities(names: &str) -> CapabilitySet {
    let bits = names.split('|').filter(|name| *name != "-").map(|name| {
        let entry = REGISTRY.iter().find(|(known, _)| *known == name);
        let (_, capability) = entry.unwrap_or_else(|| panic!("no such capability: {name}"));
        CapabilitySet::of(&[*capability]).bits()
    });
    CapabilitySet::from_bits(bits.fold(0, |set, bit| set | bit))
}

/// Returns all capabilities that a row mentions.
fn needed(call: &NativeCall) -> CapabilitySet {
    call.needs.capabilities()
}

/// Capabilities that no row needs: AkiraOS has no call to inject input, and none of the reserved group `sync`.
const UNUSED: &[Capability] = &[Capability::InputWrite, Capability::Sync];

#[test]
fn uses_each_capability_but_the_named_ones() {
    let used = all().fold(0, |bits, call| bits | needed(call).bits());
    let registry = REGISTRY.iter().map(|(_, capability)| *capability);
    let unused: Vec<Capability> = registry
        .filter(|capability| used & CapabilitySet::of(&[*capability]).bits() == 0)
        .collect();
    assert_eq!(unused, UNUSED);
}

/// Which of the calls are offered by now is known where the bridges are: the tests of the console hold the table to it.
#[test]
fn offers_what_the_kind_of_the_import_says() {
    for import in imports() {
        let twins = find(import.module, import.name).count();
        let allowed: &[Support] = match import.kind {
            "legacy" if twins > 1 => &[Support::Alternate],
            "call" | "libc" | "legacy" => &[Support::Offered, Support::Planned],
            "later" => &[Support::Planned],
            "refused" => &[Support::Refused],
            other => panic!("no such kind: {other}"),
        };
        assert!(allowed.contains(&import.row().support), "{import:?}");
    }
}

#[test]
fn calls_an_old_import_old() {
    for import in imports().iter().filter(|import| import.kind == "legacy") {
        let doc = import.row().doc;
        assert!(
            doc.contains("An old call") || doc.contains("An old type"),
            "{import:?}"
        );
    }
}
