use akira::abi::Clock;
use akira::display::Panel;
use akira::gpio::Line;
use akira::log::LogSink;
use akira::sensor::Sensor;
use embedded_storage_async::nor_flash::NorFlash;

/// Types of a console's hardware, real or simulated.
pub trait Hardware: 'static {
    /// Clock; clones are the same clock.
    type Clock: Clock + Clone + 'static;
    /// Screen, of [`SCREEN`](crate::SCREEN)'s size.
    type Panel: Panel + 'static;
    /// Light.
    type Light: Line + Default + 'static;
    /// Sensors.
    type Sensor: Sensor + 'static;
    /// Sink of the log.
    type Log: LogSink + 'static;
    /// Flash.
    type Flash: NorFlash + 'static;

    /// Receives the fuel that an app has used. A virtual clock advances by it.
    fn consumed(clock: &Self::Clock, fuel: u64) {
        let _ = (clock, fuel);
    }
}
