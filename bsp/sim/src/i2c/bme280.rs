use std::cell::Cell;
use std::rc::Rc;

use super::Target;

/// Registers (Bosch BST-BME280-DS002, section 5.3).
mod register {
    pub(super) const CALIBRATION_00: u8 = 0x88;
    pub(super) const CALIBRATION_25: u8 = 0xA1;
    pub(super) const ID: u8 = 0xD0;
    pub(super) const RESET: u8 = 0xE0;
    pub(super) const CALIBRATION_26: u8 = 0xE1;
    pub(super) const CALIBRATION_32: u8 = 0xE7;
    pub(super) const CTRL_HUM: u8 = 0xF2;
    pub(super) const STATUS: u8 = 0xF3;
    pub(super) const CTRL_MEAS: u8 = 0xF4;
    pub(super) const CONFIG: u8 = 0xF5;
    pub(super) const DATA: u8 = 0xF7;
    pub(super) const DATA_END: u8 = 0xFE;
}

const CHIP_ID: u8 = 0x60;
const RESET_WORD: u8 = 0xB6;

/// Values of a skipped measurement: 20 bits for pressure and temperature, 16 for humidity.
const SKIPPED: u32 = 0x80_000;
const SKIPPED_HUMIDITY: u32 = 0x8000;

/// Calibration of a chip of the series, as the driver reads it.
const T1: u16 = 28_485;
const T2: i16 = 26_735;
const T3: i16 = 50;
const P1: u16 = 36_738;
const P2: i16 = -10_635;
const P3: i16 = 3_024;
const P4: i16 = 6_980;
const P5: i16 = -4;
const P6: i16 = -7;
const P7: i16 = 9_900;
const P8: i16 = -10_230;
const P9: i16 = 4_285;
const H1: u8 = 75;
const H2: i16 = 362;
const H3: u8 = 0;
const H4: i16 = 315;
const H5: i16 = 50;
const H6: i8 = 30;

/// Air around the sensor; clones are the same air.
#[derive(Clone, Debug)]
pub struct Weather(Rc<Cell<Air>>);

#[derive(Clone, Copy, Debug)]
struct Air {
    milli_celsius: i32,
    pascal: u32,
    milli_percent: u32,
}

impl Weather {
    /// Creates a room at sea level: 21 °C, 101,325 Pa, 45 % of relative humidity.
    pub fn room() -> Self {
        Self(Rc::new(Cell::new(Air {
            milli_celsius: 21_000,
            pascal: 101_325,
            milli_percent: 45_000,
        })))
    }

    /// Sets the temperature in thousandths of a °C.
    pub fn set_temperature(&self, milli_celsius: i32) {
        self.0.set(Air {
            milli_celsius,
            ..self.0.get()
        });
    }

    /// Sets the pressure in Pa.
    pub fn set_pressure(&self, pascal: u32) {
        self.0.set(Air {
            pascal,
            ..self.0.get()
        });
    }

    /// Sets the relative humidity in thousandths of a percent.
    pub fn set_humidity(&self, milli_percent: u32) {
        self.0.set(Air {
            milli_percent,
            ..self.0.get()
        });
    }
}

/// Model of a Bosch BME280: identification, calibration, forced and normal mode, and the readings of a [`Weather`]. A
/// measurement takes no time.
#[derive(Debug)]
pub struct Bme280 {
    weather: Weather,
    at: u8,
    /// The register that a pair of written bytes begins with.
    target: u8,
    ctrl_hum: u8,
    ctrl_meas: u8,
    config: u8,
    /// Humidity oversampling that the last write to `ctrl_meas` made effective (section 5.4.3).
    humidity_on: bool,
    data: [u8; 8],
}

impl Bme280 {
    /// Creates a chip after power-on, in sleep mode.
    pub fn new(weather: Weather) -> Self {
        Self {
            weather,
            at: 0,
            target: 0,
            ctrl_hum: 0,
            ctrl_meas: 0,
            config: 0,
            humidity_on: false,
            data: encode(SKIPPED, SKIPPED, SKIPPED_HUMIDITY),
        }
    }

    fn write(&mut self, register: u8, value: u8) {
        match register {
            register::RESET if value == RESET_WORD => *self = Self::new(self.weather.clone()),
            register::CTRL_HUM => self.ctrl_hum = value & 0x07,
            register::CTRL_MEAS => {
                self.ctrl_meas = value;
                self.humidity_on = self.ctrl_hum != 0;
                // Forced mode measures once and returns to sleep.
                if let 1 | 2 = value & 0x03 {
                    self.measure();
                    self.ctrl_meas &= !0x03;
                }
            }
            register::CONFIG => self.config = value,
            _ => {}
        }
    }

    fn measure(&mut self) {
        let air = self.weather.0.get();
        let is_on = |shift: u8| self.ctrl_meas >> shift & 0x07 != 0;
        let raw = raw_temperature(air.milli_celsius / 10);
        let fine = fine_temperature(raw);
        let temperature = if is_on(5) { raw } else { SKIPPED };
        let pressure = match is_on(2) {
            true => raw_pressure(fine, air.pascal),
            false => SKIPPED,
        };
        let humidity = match self.humidity_on {
            true => raw_humidity(fine, air.milli_percent),
            false => SKIPPED_HUMIDITY,
        };
        self.data = encode(pressure, temperature, humidity);
    }

    fn read(&self, register: u8) -> u8 {
        match register {
            register::CALIBRATION_00..=register::CALIBRATION_25 => {
                let index = usize::from(register - register::CALIBRATION_00);
                calibration()[index]
            }
            register::CALIBRATION_26..=register::CALIBRATION_32 => {
                let index = usize::from(register - register::CALIBRATION_26);
                humidity_calibration()[index]
            }
            register::ID => CHIP_ID,
            register::CTRL_HUM => self.ctrl_hum,
            register::CTRL_MEAS => self.ctrl_meas,
            register::CONFIG => self.config,
            register::STATUS => 0,
            register::DATA..=register::DATA_END => {
                self.data[usize::from(register - register::DATA)]
            }
            _ => 0,
        }
    }
}

impl Target for Bme280 {
    fn begin(&mut self) -> bool {
        // Normal mode measures again and again.
        if self.ctrl_meas & 0x03 == 0x03 {
            self.measure();
        }
        true
    }

    /// Writes are pairs of a register and its value (section 6.2.1).
    fn receive(&mut self, index: usize, byte: u8) -> bool {
        if index.is_multiple_of(2) {
            (self.at, self.target) = (byte, byte);
        } else {
            self.write(self.target, byte);
        }
        true
    }

    fn send(&mut self) -> u8 {
        let byte = self.read(self.at);
        self.at = self.at.wrapping_add(1);
        byte
    }
}

/// Encodes readings as the registers 0xF7 to 0xFE.
fn encode(pressure: u32, temperature: u32, humidity: u32) -> [u8; 8] {
    let wide = |raw: u32| [(raw >> 12) as u8, (raw >> 4) as u8, (raw << 4) as u8];
    let [p0, p1, p2] = wide(pressure);
    let [t0, t1, t2] = wide(temperature);
    [
        p0,
        p1,
        p2,
        t0,
        t1,
        t2,
        (humidity >> 8) as u8,
        humidity as u8,
    ]
}

/// Encodes the registers 0x88 to 0xA1.
fn calibration() -> [u8; 26] {
    let words = [
        T1.cast_signed(),
        T2,
        T3,
        P1.cast_signed(),
        P2,
        P3,
        P4,
        P5,
        P6,
        P7,
        P8,
        P9,
    ];
    let mut bytes = [0; 26];
    for (pair, word) in bytes.chunks_exact_mut(2).zip(words) {
        pair.copy_from_slice(&word.to_le_bytes());
    }
    bytes[25] = H1;
    bytes
}

/// Encodes the registers 0xE1 to 0xE7: H4 and H5 have 12 bits and share a byte.
fn humidity_calibration() -> [u8; 7] {
    let [h2_low, h2_high] = H2.to_le_bytes();
    let shared = (H4 & 0x0F) as u8 | ((H5 & 0x0F) as u8) << 4;
    [
        h2_low,
        h2_high,
        H3,
        (H4 >> 4) as u8,
        shared,
        (H5 >> 4) as u8,
        H6.cast_unsigned(),
    ]
}

/// Finds the smallest raw value of `bits` bits whose compensated value is at least `wanted`.
fn inverse(bits: u32, wanted: i64, compensated: impl Fn(u32) -> i64) -> u32 {
    let (mut low, mut high) = (0, (1 << bits) - 1);
    let rises = compensated(low) < compensated(high);
    while low < high {
        let middle = low + (high - low) / 2;
        let value = compensated(middle);
        let is_enough = if rises {
            value >= wanted
        } else {
            value <= wanted
        };
        if is_enough {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    low
}

/// Returns `t_fine` (section 4.2.3).
fn fine_temperature(raw: u32) -> i32 {
    let (raw, t1) = (raw.cast_signed(), i32::from(T1));
    let first = (((raw >> 3) - (t1 << 1)) * i32::from(T2)) >> 11;
    let square = ((raw >> 4) - t1) * ((raw >> 4) - t1);
    first + (((square >> 12) * i32::from(T3)) >> 14)
}

fn raw_temperature(centi_celsius: i32) -> u32 {
    let compensated = |raw| i64::from((fine_temperature(raw) * 5 + 128) >> 8);
    inverse(20, centi_celsius.into(), compensated)
}

/// Returns the pressure in 1/256 Pa (section 4.2.3, 64 bits).
fn pressure(fine: i32, raw: u32) -> i64 {
    let fine = i64::from(fine) - 128_000;
    let mut offset = fine * fine * i64::from(P6);
    offset += (fine * i64::from(P5)) << 17;
    offset += i64::from(P4) << 35;
    let mut factor = ((fine * fine * i64::from(P3)) >> 8) + ((fine * i64::from(P2)) << 12);
    factor = (((1_i64 << 47) + factor) * i64::from(P1)) >> 33;
    if factor == 0 {
        return 0;
    }
    let value = (((1_048_576 - i64::from(raw)) << 31) - offset) * 3_125 / factor;
    let square = (i64::from(P9) * (value >> 13) * (value >> 13)) >> 25;
    let linear = (i64::from(P8) * value) >> 19;
    ((value + square + linear) >> 8) + (i64::from(P7) << 4)
}

fn raw_pressure(fine: i32, pascal: u32) -> u32 {
    inverse(20, i64::from(pascal) << 8, |raw| pressure(fine, raw))
}

/// Returns the relative humidity in 1/1024 % (section 4.2.3).
fn humidity(fine: i32, raw: u32) -> i64 {
    let fine = i64::from(fine) - 76_800;
    let raw = i64::from(raw);
    let slope = (((((fine * i64::from(H6)) >> 10) * (((fine * i64::from(H3)) >> 11) + 32_768))
        >> 10)
        + 2_097_152)
        * i64::from(H2)
        + 8_192;
    let level = ((raw << 14) - (i64::from(H4) << 20) - i64::from(H5) * fine + 16_384) >> 15;
    let value = level * (slope >> 14);
    let square = ((value >> 15) * (value >> 15)) >> 7;
    let value = value - ((square * i64::from(H1)) >> 4);
    value.clamp(0, 419_430_400) >> 12
}

fn raw_humidity(fine: i32, milli_percent: u32) -> u32 {
    let wanted = i64::from(milli_percent) * 1_024 / 1_000;
    inverse(16, wanted, |raw| humidity(fine, raw))
}
