use core::fmt;

/// Permission for one kind of operation, such as reading pins. The variants are the capabilities of
/// AkiraOS with their frozen bit numbers, and one capability of Akira's own.
///
/// AkiraOS numbers its capabilities upwards from 0; Akira numbers its own downwards from 46. Bit 47
/// is never granted. Bits 48-63 belong to vendors and have no variant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
#[non_exhaustive]
pub enum Capability {
    /// Permits drawing on the display.
    DisplayWrite = 0,
    /// Permits reading buttons and dials.
    InputRead = 1,
    /// Permits injecting input events.
    InputWrite = 2,
    /// Permits reading sensor channels.
    SensorRead = 3,
    /// Permits radio transmission and reception, and Wi-Fi scans.
    RfTransceive = 4,
    /// Permits acting as a Bluetooth LE peripheral.
    Ble = 5,
    /// Permits reading the app's own files.
    StorageRead = 6,
    /// Permits writing the app's own files.
    StorageWrite = 7,
    /// Permits the use of sockets.
    NetworkUse = 8,
    /// Permits reading pins.
    GpioRead = 9,
    /// Permits driving pins.
    GpioWrite = 10,
    /// Permits the use of stopwatches.
    Timer = 11,
    /// Permits the use of serial ports.
    Uart = 12,
    /// Permits access to registers of I2C devices.
    I2c = 13,
    /// Permits driving PWM channels.
    Pwm = 14,
    /// Permits acting as a keyboard, mouse or gamepad.
    Hid = 15,
    /// Permits starting, stopping and installing apps.
    AppControl = 16,
    /// Permits sending and receiving messages between apps.
    Ipc = 17,
    /// Permits handing the foreground to another app.
    AppSwitch = 18,
    /// Permits allocation from the host's heap in the app's memory.
    Memory = 19,
    /// Permits reading the names and states of apps.
    AppInfo = 20,
    /// Permits reading the state of the battery and the power mode.
    PowerRead = 21,
    /// Permits changing the power mode.
    PowerControl = 22,
    /// Permits reading and writing device settings.
    Settings = 23,
    /// Permits reading ADC channels.
    Adc = 24,
    /// Permits feeding the watchdog.
    Wdt = 25,
    /// Permits reading files through the `fs_*` calls.
    FsRead = 26,
    /// Permits writing files through the `fs_*` calls.
    FsWrite = 27,
    /// Permits the use of hashes, ciphers, signatures and random numbers.
    Crypto = 28,
    /// Permits reading the wall clock.
    RtcRead = 29,
    /// Permits setting the wall clock.
    RtcWrite = 30,
    /// Permits starting firmware updates.
    OtaTrigger = 31,
    /// Permits running inference on machine-learning models.
    AiInfer = 32,
    /// Permits the use of Matter.
    Matter = 33,
    /// Would permit sending raw Wi-Fi frames; no board offers it.
    WifiInject = 34,
    /// Permits the use of MQTT.
    Mqtt = 35,
    /// Permits scanning for Bluetooth LE devices.
    BleScan = 36,
    /// Would permit flooding Bluetooth LE with advertisements; no board offers it.
    BleSpam = 37,
    /// Permits the use of a mesh network.
    Mesh = 38,
    /// Reserved by AkiraOS; no native call uses it.
    Sync = 39,
    /// Permits reading and writing NFC tags. The bit number is provisional.
    Nfc = 40,
    /// Permits access to the firmware's own settings, below `system/`. AkiraOS has no such
    /// capability, and no wildcard includes it.
    SystemSettings = 46,
}

use Capability as C;

/// Every capability with its name in manifests, in the order of the bits.
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

/// Privileged capabilities: those that AkiraOS marks as privileged, and Akira's own. `app.control`,
/// `gpio.write`, `i2c`, `uart` and `ble.spam` are not among them.
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
    /// All capabilities of this type, in the order of their bits.
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

    /// Returns the name by which manifests request the capability, such as `gpio.read`.
    pub const fn name(self) -> &'static str {
        TABLE[self.index()].1
    }

    /// Returns the number of the capability's bit in a [`CapabilitySet`](crate::CapabilitySet).
    pub const fn bit(self) -> u8 {
        self as u8
    }

    /// Returns the capability with this bit number; `None` if the bit is unassigned or belongs to a
    /// vendor.
    pub fn from_bit(bit: u8) -> Option<Self> {
        let place = usize::from(bit).min(TABLE.len() - 1);
        let (capability, _) = TABLE[place];
        Some(capability).filter(|it| it.bit() == bit)
    }

    /// Returns the capability with exactly this name; `None` if no capability has it.
    /// [`resolve`](crate::resolve) also handles aliases and wildcards.
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

    /// Returns whether the capability is privileged: apps of unknown origin do not get a privileged
    /// capability.
    pub const fn is_privileged(self) -> bool {
        crate::CapabilitySet::PRIVILEGED.contains(self)
    }
}

impl fmt::Display for Capability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
