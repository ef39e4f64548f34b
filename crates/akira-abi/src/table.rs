use crate::{Area, NativeCall};

/// The native calls of one area.
#[derive(Debug)]
pub struct AreaCalls {
    /// The area.
    pub area: Area,
    /// Its rows, in the order of the reference.
    pub calls: &'static [&'static NativeCall],
}

/// Every area with its rows.
pub static MODULES: &[AreaCalls] = &[
    AreaCalls::new(Area::Log, crate::log::CALLS),
    AreaCalls::new(Area::Time, crate::time::CALLS),
    AreaCalls::new(Area::Display, crate::display::CALLS),
    AreaCalls::new(Area::Input, crate::input::CALLS),
    AreaCalls::new(Area::Gpio, crate::gpio::CALLS),
    AreaCalls::new(Area::Sensor, crate::sensor::CALLS),
    AreaCalls::new(Area::Adc, crate::adc::CALLS),
    AreaCalls::new(Area::Pwm, crate::pwm::CALLS),
    AreaCalls::new(Area::I2c, crate::i2c::CALLS),
    AreaCalls::new(Area::Uart, crate::uart::CALLS),
    AreaCalls::new(Area::Timer, crate::timer::CALLS),
    AreaCalls::new(Area::Wdt, crate::wdt::CALLS),
    AreaCalls::new(Area::Memory, crate::memory::CALLS),
    AreaCalls::new(Area::Storage, crate::storage::CALLS),
    AreaCalls::new(Area::Fs, crate::fs::CALLS),
    AreaCalls::new(Area::Settings, crate::settings::CALLS),
    AreaCalls::new(Area::Rtc, crate::rtc::CALLS),
    AreaCalls::new(Area::Power, crate::power::CALLS),
    AreaCalls::new(Area::Crypto, crate::crypto::CALLS),
    AreaCalls::new(Area::Ota, crate::ota::CALLS),
    AreaCalls::new(Area::Ble, crate::ble::CALLS),
    AreaCalls::new(Area::Hid, crate::hid::CALLS),
    AreaCalls::new(Area::Lifecycle, crate::lifecycle::CALLS),
    AreaCalls::new(Area::Ipc, crate::ipc::CALLS),
    AreaCalls::new(Area::Net, crate::net::CALLS),
    AreaCalls::new(Area::Rf, crate::rf::CALLS),
    AreaCalls::new(Area::Wifi, crate::wifi::CALLS),
    AreaCalls::new(Area::Mesh, crate::mesh::CALLS),
    AreaCalls::new(Area::Nfc, crate::nfc::CALLS),
    AreaCalls::new(Area::Ai, crate::ai::CALLS),
    AreaCalls::new(Area::Matter, crate::matter::CALLS),
    AreaCalls::new(Area::Mqtt, crate::mqtt::CALLS),
    AreaCalls::new(Area::Python, crate::python::CALLS),
    AreaCalls::new(Area::Libc, crate::libc::CALLS),
];

impl AreaCalls {
    const fn new(area: Area, calls: &'static [&'static NativeCall]) -> Self {
        Self { area, calls }
    }
}

/// Returns every row.
pub fn all() -> impl Iterator<Item = &'static NativeCall> {
    MODULES.iter().flat_map(|group| group.calls).copied()
}

/// Returns the rows with this import name: none, one, or one for each type that apps import it with.
pub fn find(module: &str, name: &str) -> impl Iterator<Item = &'static NativeCall> {
    all().filter(move |call| call.module.name() == module && call.name == name)
}
