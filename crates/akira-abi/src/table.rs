use crate::NativeCall;

/// The native calls of one native module, such as `gpio`. A bridge implements the module, and a
/// board offers all of its calls or none.
///
/// A vendor can define tables of its own, with rows of the same type:
///
/// ```
/// use akira_abi::{CallTable, ImportModule, NativeCall, Param};
///
/// static ACME: CallTable = CallTable::new("acme", &[&VALVE_SET]);
///
/// static VALVE_SET: NativeCall = NativeCall::new("valve_set")
///     .in_module(ImportModule::new(&"acme"))
///     .takes(&[Param::u32("percent")])
///     .does("Opens the valve, 0 to 100 percent.");
/// ```
#[derive(Debug)]
pub struct CallTable {
    /// Name of the native module in lower case, such as `gpio`.
    pub name: &'static str,
    /// Rows of the module's calls, in the order of the reference.
    pub calls: &'static [&'static NativeCall],
}

/// Tables of all native modules of Akira.
pub static MODULES: &[CallTable] = &[
    CallTable::new("log", crate::log::CALLS),
    CallTable::new("time", crate::time::CALLS),
    CallTable::new("display", crate::display::CALLS),
    CallTable::new("input", crate::input::CALLS),
    CallTable::new("gpio", crate::gpio::CALLS),
    CallTable::new("sensor", crate::sensor::CALLS),
    CallTable::new("adc", crate::adc::CALLS),
    CallTable::new("pwm", crate::pwm::CALLS),
    CallTable::new("i2c", crate::i2c::CALLS),
    CallTable::new("uart", crate::uart::CALLS),
    CallTable::new("timer", crate::timer::CALLS),
    CallTable::new("wdt", crate::wdt::CALLS),
    CallTable::new("memory", crate::memory::CALLS),
    CallTable::new("storage", crate::storage::CALLS),
    CallTable::new("fs", crate::fs::CALLS),
    CallTable::new("settings", crate::settings::CALLS),
    CallTable::new("rtc", crate::rtc::CALLS),
    CallTable::new("power", crate::power::CALLS),
    CallTable::new("crypto", crate::crypto::CALLS),
    CallTable::new("ota", crate::ota::CALLS),
    CallTable::new("ble", crate::ble::CALLS),
    CallTable::new("hid", crate::hid::CALLS),
    CallTable::new("lifecycle", crate::lifecycle::CALLS),
    CallTable::new("ipc", crate::ipc::CALLS),
    CallTable::new("net", crate::net::CALLS),
    CallTable::new("rf", crate::rf::CALLS),
    CallTable::new("wifi", crate::wifi::CALLS),
    CallTable::new("mesh", crate::mesh::CALLS),
    CallTable::new("nfc", crate::nfc::CALLS),
    CallTable::new("ai", crate::ai::CALLS),
    CallTable::new("matter", crate::matter::CALLS),
    CallTable::new("mqtt", crate::mqtt::CALLS),
    CallTable::new("python", crate::python::CALLS),
    CallTable::new("libc", crate::libc::CALLS),
];

impl CallTable {
    /// Creates the table of a native module.
    pub const fn new(name: &'static str, calls: &'static [&'static NativeCall]) -> Self {
        Self { name, calls }
    }
}

/// Iterates over the rows of all native modules of Akira.
pub fn all() -> impl Iterator<Item = &'static NativeCall> {
    MODULES.iter().flat_map(|table| table.calls).copied()
}

/// Iterates over the rows with this import module and name: none, one, or one for each signature
/// with which apps import the call.
pub fn find(module: &str, name: &str) -> impl Iterator<Item = &'static NativeCall> {
    all().filter(move |call| call.module.name() == module && call.name == name)
}

/// Returns the table that contains this row; `None` if the row does not belong to Akira.
pub fn table_of(row: &'static NativeCall) -> Option<&'static CallTable> {
    let has_row = |table: &&CallTable| table.calls.iter().any(|call| core::ptr::eq(*call, row));
    MODULES.iter().find(has_row)
}
