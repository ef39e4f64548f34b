use akira::abi::Clock;
use akira::display::Panel;
use akira::gpio::Line;
use akira::log::LogSink;
use akira::sensor::Sensor;
use embedded_storage_async::nor_flash::NorFlash;

/// The types of a console's hardware, or of whatever stands for it.
pub trait Hardware: 'static {
    /// Its time; clones are the same clock.
    type Clock: Clock + Clone + 'static;
    /// Its screen, of [`SCREEN`](crate::SCREEN)'s size.
    type Panel: Panel + 'static;
    /// Its light.
    type Light: Line + Default + 'static;
    /// Its sensors.
    type Sensor: Sensor + 'static;
    /// Where its log goes.
    type Log: LogSink + 'static;
    /// Its flash.
    type Flash: NorFlash + 'static;

    /// An app has computed for so much fuel. Time that does not pass by itself passes here.
    fn consumed(clock: &Self::Clock, fuel: u64) {
        let _ = (clock, fuel);
    }
}
