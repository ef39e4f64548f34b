//! Implementation of the console's hardware for this machine.

use akira::Config;
use akira::abi::caps::{AppName, Quotas};
use akira_board::EmbassyClock;
use akira_console::board::APPS;
use akira_console::catalogue::{self, HOME};
use akira_console::{Hardware, Led, Sensors};

use crate::{Flash, Journal, Screen};

/// Maximum bytes of an app's image. Images stay on the flash, so the limit only prevents one app
/// from filling the flash.
const IMAGE_BYTES: usize = 2 << 20;

/// QEMU's machine `virt`. It has neither a light nor sensors: those are simulated in RAM.
#[derive(Debug)]
#[non_exhaustive]
pub struct Machine;

impl Hardware for Machine {
    type Clock = EmbassyClock;
    type Panel = Screen;
    type Light = Led;
    type Sensor = Sensors;
    type Log = &'static Journal;
    type Flash = Flash;
}

/// Board type of the console on this machine.
pub type Console = akira_console::Console<Machine>;
pub(crate) type Device = akira_console::Device<Machine>;
pub(crate) type Apps = akira_console::keep::Apps<Machine>;
pub(crate) type Kept = akira_console::keep::Kept<Machine>;

/// Returns the console's configuration of the runtime.
pub fn config() -> Config {
    let mut config = catalogue::config::<Machine>();
    let limits = Quotas::default()
        .with_memory(4 << 20)
        .with_storage(512 << 10);
    config.policy = config.policy.with_limits(limits);
    config.running_max = APPS - 2;
    config.image_bytes_max = IMAGE_BYTES;
    config.home = AppName::new(HOME);
    config
}
