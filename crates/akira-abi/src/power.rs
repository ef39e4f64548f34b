//! Battery, power modes and wake-up sources.

#![expect(missing_docs, reason = "each row says in `does` what it does")]

use akira_caps::Capability;

use crate::{NativeCall, Param};

/// Rows of the native module `power`.
pub static CALLS: &[&NativeCall] = &[
    &POWER_GET_MODE,
    &POWER_GET_BATTERY_LEVEL,
    &POWER_GET_BATTERY_STATUS,
    &POWER_SET_MODE,
    &POWER_WAKE_ON_GPIO,
    &POWER_WAKE_ON_TIMER,
    &POWER_SET_LOW_POWER,
];

pub static POWER_GET_MODE: NativeCall = NativeCall::new("power_get_mode")
    .requires(Capability::PowerRead)
    .planned()
    .does(
        "Returns the power mode: 0 active, 1 idle, 2 light sleep, 3 deep sleep, 4 \
         hibernation.",
    );

pub static POWER_GET_BATTERY_LEVEL: NativeCall = NativeCall::new("power_get_battery_level")
    .requires(Capability::PowerRead)
    .planned()
    .does(
        "Returns the charge of the battery in per cent, 0 to 100, as the board last measured \
         it. Returns `-ENODEV` if the board has no battery.",
    );

pub static POWER_GET_BATTERY_STATUS: NativeCall = NativeCall::new("power_get_battery_status")
    .takes(&[Param::bytes_out("status", 1), Param::len("size")])
    .requires(Capability::PowerRead)
    .planned()
    .does(
        "Writes u8 charge in per cent, u8 flags (1 charging, 2 low), 2 bytes of 0, i32 mV, i32 \
         mA and, if `size` is 16 or more, i32 degrees Celsius. Returns `-EINVAL` if `size` is \
         less than 12, `-ENODEV` if the board has no battery.",
    );

pub static POWER_SET_MODE: NativeCall = NativeCall::new("power_set_mode")
    .takes(&[Param::i32("mode")])
    .requires(Capability::PowerControl)
    .suspending()
    .planned()
    .does(
        "Enters a power mode, with the numbers of `power_get_mode`, and returns when the mode \
         ends. Returns `-EINVAL` for any other number, `-ENOTSUP` if the board does not allow \
         the mode.",
    );

pub static POWER_WAKE_ON_GPIO: NativeCall = NativeCall::new("power_wake_on_gpio")
    .takes(&[Param::u32("pin"), Param::u32("edge")])
    .requires(Capability::PowerControl)
    .planned()
    .does(
        "Makes an edge at `pin` end a sleep: 0 falling, 1 rising, 2 either. Returns `-EINVAL` \
         if an argument is out of range.",
    );

pub static POWER_WAKE_ON_TIMER: NativeCall = NativeCall::new("power_wake_on_timer")
    .takes(&[Param::u32("duration_ms")])
    .requires(Capability::PowerControl)
    .planned()
    .does("Makes a sleep end after `duration_ms` milliseconds.");

pub static POWER_SET_LOW_POWER: NativeCall = NativeCall::new("power_set_low_power")
    .takes(&[Param::u32("enable")])
    .requires(Capability::PowerControl)
    .planned()
    .does("Turns power saving on, or off if `enable` is 0.");
