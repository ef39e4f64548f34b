use akira_sim::protocol::{Button, ClockKind, Description, Info, Sensor, Size};

pub(crate) const SCREEN: Size = Size {
    width: 320,
    height: 240,
};

/// Returns the description of the AkiraConsole.
pub(crate) fn description() -> Description {
    Description {
        device: Info {
            name: "AkiraConsole".into(),
            fw_version: "0.1.0".into(),
            chip: "simulated ESP32-S3".into(),
        },
        screen: SCREEN,
        buttons: buttons(),
        sensors: sensors(),
        clock: ClockKind::Real,
        developer: true,
    }
}

fn buttons() -> Vec<Button> {
    let names = ["HOME", "UP", "DOWN", "LEFT", "RIGHT", "A", "B", "X", "Y"];
    let button = |(id, name): (u8, &&str)| Button {
        id,
        name: name.to_string(),
    };
    (1..).zip(&names).map(button).collect()
}

fn sensors() -> Vec<Sensor> {
    let accel = |channel, axis, rest| sensor(channel, axis, "m/s²", (-20.0, 20.0, 0.01), rest);
    let gyro = |channel, axis| sensor(channel, axis, "rad/s", (-10.0, 10.0, 0.01), 0.0);
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
    let (name, unit) = (name.into(), unit.into());
    Sensor {
        channel,
        name,
        unit,
        min,
        max,
        step,
        rest,
        value: rest,
    }
}
