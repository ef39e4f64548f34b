//! Sensor channels.

use crate::raw;

/// Quantity that a sensor measures. The value is Zephyr's channel number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[repr(i32)]
pub enum Channel {
    /// Acceleration along x in m/s².
    AccelX = 0,
    /// Acceleration along y in m/s².
    AccelY = 1,
    /// Acceleration along z in m/s².
    AccelZ = 2,
    /// Angular velocity around x in rad/s.
    GyroX = 4,
    /// Angular velocity around y in rad/s.
    GyroY = 5,
    /// Angular velocity around z in rad/s.
    GyroZ = 6,
    /// Magnetic field along x in gauss.
    MagnX = 8,
    /// Magnetic field along y in gauss.
    MagnY = 9,
    /// Magnetic field along z in gauss.
    MagnZ = 10,
    /// Ambient temperature in °C.
    AmbientTemp = 13,
    /// Air pressure in kPa.
    Pressure = 14,
    /// Relative humidity in %.
    Humidity = 16,
    /// Altitude in m.
    Altitude = 23,
    /// Voltage in V.
    Voltage = 33,
    /// Current in A.
    Current = 35,
    /// Power in W.
    Power = 36,
}

/// Reads a channel, in thousandths of its unit.
///
/// Returns `None` if no sensor has the channel, if the sensor failed, or if the app lacks the
/// capability `sensor.read`. The ABI does not distinguish these cases.
pub fn read(channel: Channel) -> Option<i32> {
    let value = raw::sensor_read(channel as i32);
    (value != i32::MIN).then_some(value)
}
