use core::fmt;

/// Permission for one kind of operation: AkiraOS's capability registry, with its frozen bit numbers, and one capability
/// of ours.
///
/// AkiraOS numbers its capabilities upwards from 0; ours are numbered downwards from 46. Bit 47 is never granted, and
/// bits 48-63 belong to vendors and have no variant here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
#[non_exhaustive]
pub enum Capability {
    /// Drawing on the display.
    DisplayWrite = 0,
    /// Buttons and dials.
    InputRead = 1,
    /// Injecting input events.
    InputWrite = 2,
    /// Sensor channels.
    SensorRead = 3,
    /// Radio transmission and reception, Wi-Fi scans.
    RfTransceive = 4,
    /// Bluetooth LE peripheral.
    Ble = 5,
    /// Reading the app's own files.
    StorageRead = 6,
    /// Writing the app's own files.
    StorageWrite = 7,
    /// Sockets.
    NetworkUse = 8,
    /// Reading pins.
    GpioRead = 9,
    /// Driving pins.
    GpioWrite = 10,
    /// Stopwatches.
    Timer = 11,
    /// Serial ports.
    Uart = 12,
    /// I2C registers.
    I2c = 13,
    /// PWM channels.
    Pwm = 14,
    /// Acting as a keyboard, mouse or gamepad.
    Hid = 15,
    /// Starting, stopping and installing apps.
    AppControl = 16,
    /// Messages between apps.
    Ipc = 17,
    /// Handing the foreground to another app.
    AppSwitch = 18,
    /// Allocation by the host.
    Memory = 19,
    /// Names and states of apps.
    AppInfo = 20,
    /// Battery and power mode.
    PowerRead = 21,
    /// Changing the power mode.
    PowerControl = 22,
    /// Device settings.
    Settings = 23,
    /// ADC channels.
    Adc = 24,
    /// Feeding the watchdog.
    Wdt = 25,
    /// Reading files through `fs_*`.
    FsRead = 26,
    /// Writing files through `fs_*`.
    FsWrite = 27,
    /// Hashes, ciphers, signatures, random numbers.
    Crypto = 28,
    /// The wall clock.
    RtcRead = 29,
    /// Setting the wall clock.
    RtcWrite = 30,
    /// Firmware updates.
    OtaTrigger = 31,
    /// Inference.
    AiInfer = 32,
    /// Matter.
    Matter = 33,
    /// Raw Wi-Fi frames; never offered.
    WifiInject = 34,
    /// MQTT.
    Mqtt = 35,
    /// Bluetooth LE scans.
    BleScan = 36,
    /// Bluetooth LE floods; never offered.
    BleSpam = 37,
    /// Mesh networking.
    Mesh = 38,
    /// Reserved.
    Sync = 39,
    /// NFC tags (provisional number).
    Nfc = 40,
    /// The firmware's own settings, below `system/`. AkiraOS has no such capability, and no wildcard includes it.
    SystemSettings = 46,
}

use Capability as C;

/// Every capability with its name, in the order of the bits.
const TABLE: [(Capability, &str); 42] = [
    (C::DisplayWrite, "display.write"),
    (C::InputRead, "input.read"),
    (C::InputWrite, "input.write"),
    (C::SensorRead, "sensor.read"),
    (C::RfTransceive, "rf.transceive"),
    (C::Ble, "ble"),
    (C::StorageRead, "storage.read"),
    (C::StorageWrite, "storage.write"),
    (C::NetworkUse, "network.use"),
    (C::GpioRead, "gpio.read"),
    (C::GpioWrite, "gpio.write"),
    (C::Timer, "timer"),
    (C::Uart, "uart"),
    (C::I2c, "i2c"),
    (C::Pwm, "pwm"),
    (C::Hid, "hid"),
    (C::AppControl, "app.control"),
    (C::Ipc, "ipc"),
    (C::AppSwitch, "app.switch"),
    (C::Memory, "memory"),
    (C::AppInfo, "app.info"),
    (C::PowerRead, "power.read"),
    (C::PowerControl, "power.control"),
    (C::Settings, "settings.*"),
    (C::Adc, "adc"),
    (C::Wdt, "wdt"),
    (C::FsRead, "fs.read"),
    (C::FsWrite, "fs.write"),
    (C::Crypto, "crypto"),
    (C::RtcRead, "rtc.read"),
    (C::RtcWrite, "rtc.write"),
    (C::OtaTrigger, "ota.trigger"),
    (C::AiInfer, "ai.infer"),
    (C::Matter, "matter"),
    (C::WifiInject, "wifi.inject"),
    (C::Mqtt, "mqtt"),
    (C::BleScan, "ble.scan"),
    (C::BleSpam, "ble.spam"),
    (C::Mesh, "mesh"),
    (C::Sync, "sync"),
    (C::Nfc, "nfc"),
    (C::SystemSettings, "system"),
];

/// Capabilities that AkiraOS marks as privileged, and ours. `app.control`, `gpio.write`, `i2c`, `uart` and `ble.spam`
/// are not among them.
pub(crate) const PRIVILEGED: &[Capability] = &[
    C::RfTransceive,
    C::Ble,
    C::StorageWrite,
    C::NetworkUse,
    C::Hid,
    C::PowerControl,
    C::Settings,
    C::Wdt,
    C::FsWrite,
    C::Crypto,
    C::OtaTrigger,
    C::Matter,
    C::WifiInject,
    C::Mqtt,
    C::Mesh,
    C::SystemSettings,
];

impl Capability {
    /// All capabilities, in the order of their bits.
    pub const ALL: [Self; TABLE.len()] = {
        let mut all = [C::DisplayWrite; TABLE.len()];
        let mut i = 0;
        while i < all.len() {
            all[i] = TABLE[i].0;
            assert!(
                all[i].index() == i,
                "the table has the core's bits in order, and then ours"
            );
            i += 1;
        }
        all
    };

    /// Returns the name that manifests use.
    pub const fn name(self) -> &'static str {
        TABLE[self.index()].1
    }

    /// Returns the number of the bit.
    pub const fn bit(self) -> u8 {
        self as u8
    }

    /// Returns the capability of this bit, if there is one.
    pub fn from_bit(bit: u8) -> Option<Self> {
        let place = usize::from(bit).min(TABLE.len() - 1);
        let (capability, _) = TABLE[place];
        Some(capability).filter(|it| it.bit() == bit)
    }

    /// Returns the capability with exactly this name; [`resolve`](crate::resolve) handles aliases and wildcards.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|c| c.name() == name)
    }

    /// Returns the capability's index in the table.
    const fn index(self) -> usize {
        match self {
            Self::SystemSettings => TABLE.len() - 1,
            core => core as usize,
        }
    }

    /// Returns whether the capability is privileged: apps of unknown origin do not get it.
    pub const fn is_privileged(self) -> bool {
        crate::CapabilitySet::PRIVILEGED.contains(self)
    }
}

impl fmt::Display for Capability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
