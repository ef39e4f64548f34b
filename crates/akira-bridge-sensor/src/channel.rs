use core::fmt;

/// Quantity that a sensor measures, identified by Zephyr's channel number. An app may pass any
/// number.
///
/// The constants are those of the AkiraOS SDK.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Channel(pub u32);

impl Channel {
    /// Acceleration along X, in m/s².
    pub const ACCEL_X: Self = Self(0);
    /// Acceleration along Y, in m/s².
    pub const ACCEL_Y: Self = Self(1);
    /// Acceleration along Z, in m/s².
    pub const ACCEL_Z: Self = Self(2);
    /// Angular velocity around X, in rad/s.
    pub const GYRO_X: Self = Self(4);
    /// Angular velocity around Y, in rad/s.
    pub const GYRO_Y: Self = Self(5);
    /// Angular velocity around Z, in rad/s.
    pub const GYRO_Z: Self = Self(6);
    /// Magnetic flux density along X, in gauss.
    pub const MAGN_X: Self = Self(8);
    /// Magnetic flux density along Y, in gauss.
    pub const MAGN_Y: Self = Self(9);
    /// Magnetic flux density along Z, in gauss.
    pub const MAGN_Z: Self = Self(10);
    /// Ambient temperature, in °C.
    pub const AMBIENT_TEMP: Self = Self(13);
    /// Pressure, in kPa.
    pub const PRESS: Self = Self(14);
    /// Relative humidity, in percent.
    pub const HUMIDITY: Self = Self(16);
    /// Altitude, in m.
    pub const ALTITUDE: Self = Self(23);
    /// Voltage, in V.
    pub const VOLTAGE: Self = Self(33);
    /// Current, in A.
    pub const CURRENT: Self = Self(35);
    /// Power, in W.
    pub const POWER: Self = Self(36);
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "channel {}", self.0)
    }
}
