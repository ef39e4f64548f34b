//! The apps that come with the console, and what it is.

use crate::device::Options;
use crate::protocol::{Button, Description, Info, Sensor};
use crate::screen::SCREEN;

/// The app that the console starts with and returns to.
pub const HOME: &str = "launcher";

/// The images of the apps that come with the console.
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

/// Describes the console that is booted so.
pub fn description(options: &Options) -> Description {
    Description {
        device: Info {
            name: "AkiraConsole".into(),
            fw_version: env!("CARGO_PKG_VERSION").into(),
            chip: "simulated ESP32-S3".into(),
        },
        screen: SCREEN,
        buttons: (1..)
            .zip(BUTTONS)
            .map(|(id, name)| Button {
                id,
                name: name.into(),
            })
            .collect(),
        sensors: sensors(),
        clock: options.clock,
        developer: options.trust.developer,
    }
}

/// Returns the id of the button with this name, in any case.
pub fn button(name: &str) -> Option<u8> {
    (1..)
        .zip(BUTTONS)
        .find(|(_, known)| known.eq_ignore_ascii_case(name))
        .map(|(id, _)| id)
}

/// The sensors that can be set, with AkiraOS's channel numbers, ranges of the console's parts, and values at rest.
pub fn sensors() -> Vec<Sensor> {
    let accel = |channel, name, rest| sensor(channel, name, "m/s²", (-20.0, 20.0, 0.01), rest);
    let gyro = |channel, name| sensor(channel, name, "rad/s", (-10.0, 10.0, 0.01), 0.0);
    vec![
        accel(0, "Accel X", 0.0),
        accel(1, "Accel Y", 0.0),
        accel(2, "Accel Z", 9.81),
        gyro(4, "Gyro X"),
        gyro(5, "Gyro Y"),
        gyro(6, "Gyro Z"),
        sensor(13, "Temperature", "°C", (-40.0, 85.0, 0.1), 21.5),
        sensor(14, "Pressure", "kPa", (30.0, 110.0, 0.01), 101.33),
    ]
}

fn sensor(
    channel: u16,
    name: &str,
    unit: &str,
    (min, max, step): (f32, f32, f32),
    rest: f32,
) -> Sensor {
    Sensor {
        channel,
        name: name.into(),
        unit: unit.into(),
        min,
        max,
        step,
        rest,
        value: rest,
    }
}
