//! Table of the native calls: plain data, from which the runtime links, and from which the header, the bindings and the
//! reference are generated.

use akira::abi::caps::VendorCapability;
use akira::abi::{CallTable, ImportModule, NativeCall, Param};

/// Import module of these calls.
const ACME: ImportModule = ImportModule::new(&"acme");

/// Capability to move the valve. Bits 48 to 63 are a vendor's; this one is not granted to apps of unknown origin.
pub const VALVE: VendorCapability =
    VendorCapability::new("acme.valve", 48, true).expect("a vendor's name and bit");

/// All capabilities of the vendor, for the policy.
pub static CAPABILITIES: &[VendorCapability] = &[VALVE];

/// All calls.
pub static TABLES: &[CallTable] = &[CallTable::new("acme", &[&VALVE_SET, &VALVE_PULSE])];

/// Opens or closes the valve.
pub static VALVE_SET: NativeCall = NativeCall::new("valve_set")
    .in_module(ACME)
    .takes(&[Param::u32("is_open")])
    .requires_vendor(VALVE)
    .does("Opens the valve, or closes it if `is_open` is 0. `-EBUSY` while another app has it.");

/// Opens the valve for a limited time.
pub static VALVE_PULSE: NativeCall = NativeCall::new("valve_pulse")
    .in_module(ACME)
    .takes(&[Param::u32("duration_ms")])
    .requires_vendor(VALVE)
    .suspending()
    .does(
        "Opens the valve for `duration_ms`, at most 60 000, and closes it. `-EINVAL` for longer, `-EBUSY` while another app has \
         the valve.",
    );
