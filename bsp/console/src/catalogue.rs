//! The console's bundled apps, its description, and its limits for apps.

use crate::protocol::{Button, ClockKind, Description, Info, Sensor};
use crate::screen::SCREEN;
use crate::{Console, Hardware};
use akira::Config;
use akira::abi::caps::{Capability, CapabilitySet, Policy, Quotas};
use akira::sensor::Channel;
use alloc::vec::Vec;

/// Name of the home app, which the console starts first and returns to.
pub const HOME: &str = "launcher";

/// Images of the bundled apps.
pub const BUNDLED: &[&[u8]] = &[
    include_bytes!("../../../examples/apps/bin/launcher.wasm"),
    include_bytes!("../../../examples/apps/bin/blocks.wasm"),
    include_bytes!("../../../examples/apps/bin/snake.wasm"),
    include_bytes!("../../../examples/apps/bin/sensor_dashboard.wasm"),
    include_bytes!("../../../examples/apps/bin/display_demo.wasm"),
    include_bytes!("../../../examples/apps/bin/storage_demo.wasm"),
    include_bytes!("../../../examples/apps/bin/ipc_ping.wasm"),
    include_bytes!("../../../examples/apps/bin/ipc_pong.wasm"),
    include_bytes!("../../../examples/apps/bin/hello.wasm"),
];

/// Names of the buttons, from id 1 on.
const BUTTONS: [&str; 9] = ["HOME", "UP", "DOWN", "LEFT", "RIGHT", "A", "B", "X", "Y"];

/// A sensor channel of the console.
#[derive(Clone, Copy, Debug)]
pub struct SensorChannel {
    /// AkiraOS's number of the channel.
    pub channel: Channel,
    /// A short name, such as `Accel X`.
    pub name: &'static str,
    /// The unit of its values.
    pub unit: &'static str,
    /// Minimum and maximum of the sensor, in thousandths of the unit.
    pub range: (i32, i32),
    /// Smallest meaningful change, in thousandths of the unit.
    pub step: i32,
    /// The value at rest, in thousandths of the unit.
    pub rest: i32,
}

/// Sensor channels, with the ranges of the console's sensors. The values at rest are those of a room at sea level.
pub const SENSORS: [SensorChannel; 8] = [
    accel(Channel::ACCEL_X, "Accel X", 0),
    accel(Channel::ACCEL_Y, "Accel Y", 0),
    accel(Channel::ACCEL_Z, "Accel Z", 9_810),
    gyro(Channel::GYRO_X, "Gyro X"),
    gyro(Channel::GYRO_Y, "Gyro Y"),
    gyro(Channel::GYRO_Z, "Gyro Z"),
    SensorChannel {
        channel: Channel::AMBIENT_TEMP,
        name: "Temperature",
        unit: "°C",
        range: (-40_000, 85_000),
        step: 100,
        rest: 21_500,
    },
    SensorChannel {
        channel: Channel::PRESS,
        name: "Pressure",
        unit: "kPa",
        range: (30_000, 110_000),
        step: 10,
        rest: 101_330,
    },
];

const fn accel(channel: Channel, name: &'static str, rest: i32) -> SensorChannel {
    SensorChannel {
        channel,
        name,
        unit: "m/s²",
        range: (-20_000, 20_000),
        step: 10,
        rest,
    }
}

const fn gyro(channel: Channel, name: &'static str) -> SensorChannel {
    SensorChannel {
        channel,
        name,
        unit: "rad/s",
        range: (-10_000, 10_000),
        step: 10,
        rest: 0,
    }
}

/// Describes a console on this chip or simulated chip.
pub fn description(chip: &str, clock: ClockKind, developer: bool) -> Description {
    let buttons = (1..).zip(BUTTONS);
    Description {
        device: Info {
            name: "AkiraConsole".into(),
            fw_version: env!("CARGO_PKG_VERSION").into(),
            chip: chip.into(),
        },
        screen: SCREEN,
        buttons: buttons
            .map(|(id, name)| Button {
                id,
                name: name.into(),
            })
            .collect(),
        sensors: sensors(),
        clock,
        developer,
    }
}

/// Returns the id of the button with this name, ignoring case.
pub fn button(name: &str) -> Option<u8> {
    let mut buttons = (1..).zip(BUTTONS);
    let found = buttons.find(|(_, known)| known.eq_ignore_ascii_case(name));
    found.map(|(id, _)| id)
}

/// Returns the protocol's description of the sensors, with their values at rest.
pub fn sensors() -> Vec<Sensor> {
    let shown = |known: &SensorChannel| {
        let rest = from_milli(known.rest);
        Sensor {
            channel: known.channel.0 as u16,
            name: known.name.into(),
            unit: known.unit.into(),
            min: from_milli(known.range.0),
            max: from_milli(known.range.1),
            step: from_milli(known.step),
            rest,
            value: rest,
        }
    };
    SENSORS.iter().map(shown).collect()
}

fn from_milli(milli: i32) -> f32 {
    (f64::from(milli) / 1_000.0) as f32
}

/// Returns the configuration that all consoles share. The machine adds its storage quota, its CPU
/// speed and the home app.
pub fn config<H: Hardware>() -> Config {
    let everything = CapabilitySet::from_bits(u64::MAX);
    let offered = akira::offered::<Console<H>>().with(Capability::SystemSettings);
    let mut config = Config::default();
    config.policy =
        Policy::new(offered, everything).with_limits(Quotas::default().with_memory(4 << 20));
    config
}
