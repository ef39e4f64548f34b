//! The apps that come with the console, and how it treats apps.

use akira::Config;
use akira::abi::caps::{AppName, Capability, CapabilitySet, Policy, Quotas};
use akira::sensor::Channel;

use crate::board::{APPS, Console};

/// The app that the console starts with and returns to.
pub const HOME: &str = "launcher";

/// The images of the apps that come with the console; the same as on the simulated one, in the same order.
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

/// The most bytes of an app. They stay on the flash, so this is only to keep one app from taking all of it.
const IMAGE_BYTES: usize = 2 << 20;

/// What the sensors measure, in thousandths of the unit: as on the simulated console before anyone moves a slider.
pub(crate) const AT_REST: [(Channel, i32); 8] = [
    (Channel::ACCEL_X, 0),
    (Channel::ACCEL_Y, 0),
    (Channel::ACCEL_Z, 9_810),
    (Channel::GYRO_X, 0),
    (Channel::GYRO_Y, 0),
    (Channel::GYRO_Z, 0),
    (Channel::AMBIENT_TEMP, 21_500),
    (Channel::PRESS, 101_330),
];

/// Returns how the console treats its apps.
pub fn config() -> Config {
    let mut config = Config::default();
    let everything = CapabilitySet::from_bits(u64::MAX);
    let offered = akira::offered::<Console>().with(Capability::SystemSettings);
    config.policy = Policy::new(offered, everything).with_limits(
        Quotas::default()
            .with_memory(4 << 20)
            .with_storage(512 << 10),
    );
    config.running_most = APPS - 2;
    config.image_bytes_most = IMAGE_BYTES;
    config.home = AppName::new(HOME);
    config
}
