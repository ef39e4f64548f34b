//! Models of I²C devices, with the drivers that others have published for them.

use akira_sim::i2c::{Bme280, Eeprom, ModelBus, Weather};
use bme280::i2c::BME280;
use eeprom24x::{Eeprom24x, SlaveAddr};
use embedded_hal::delay::DelayNs;
use embedded_hal::i2c::{Error, ErrorKind, I2c, NoAcknowledgeSource};

/// Delay that takes no time: a measurement of the model takes none either.
struct NoTime;

impl DelayNs for NoTime {
    fn delay_ns(&mut self, _: u32) {}
}

/// Resolution of the chip: 0.01 °C, 0.18 Pa, 0.008 % of relative humidity (Bosch BST-BME280-DS002, section 1).
#[test]
fn a_bme280_measures_the_weather() {
    let weather = Weather::room();
    let bus = ModelBus::new().with(0x76, Bme280::new(weather.clone()));
    let mut sensor = BME280::new_primary(bus);
    sensor.init(&mut NoTime).expect("it has the id of a BME280");
    for (milli_celsius, pascal, milli_percent) in [
        (21_000, 101_325, 45_000),
        (-20_000, 95_000, 10_000),
        (0, 87_000, 0),
        (60_000, 105_000, 90_000),
    ] {
        weather.set_temperature(milli_celsius);
        weather.set_pressure(pascal);
        weather.set_humidity(milli_percent);
        let read = sensor.measure(&mut NoTime).expect("it answers");
        for (quantity, read, set, resolution) in [
            ("°C", read.temperature, milli_celsius as f32 / 1_000.0, 0.01),
            ("Pa", read.pressure, pascal as f32, 0.18),
            ("%", read.humidity, milli_percent as f32 / 1_000.0, 0.01),
        ] {
            assert!(
                (read - set).abs() <= resolution,
                "{read} {quantity}, not {set}"
            );
        }
    }
}

#[test]
fn an_eeprom_keeps_what_is_written_and_a_page_wraps_around() {
    let bus = ModelBus::new().with(0x50, Eeprom::new());
    let mut chip = Eeprom24x::new_m24x02(bus.clone(), SlaveAddr::default());
    let erased = chip.read_byte(0xFF).expect("it answers");
    assert_eq!(erased, 0xFF, "it is erased");
    chip.write_page(0x20, b"sixteen bytes!!!")
        .expect("it fits a page");
    chip.write_byte(0x2F, b'?').expect("it answers");
    let mut read = [0; 18];
    chip.read_data(0x20, &mut read).expect("it answers");
    assert_eq!(&read, b"sixteen bytes!!?\xFF\xFF");
    // The driver refuses a write across a page; the chip begins again at the start of the page.
    let mut wires = bus;
    wires.write(0x50, &[0x3E, 1, 2, 3]).expect("it answers");
    chip.read_data(0x30, &mut read[..16]).expect("it answers");
    assert_eq!((read[0], read[14], read[15]), (3, 1, 2));
}

#[test]
fn a_missing_device_does_not_acknowledge() {
    let mut bus = ModelBus::new().with(0x50, Eeprom::new());
    let error = bus.write(0x51, &[0]).expect_err("nothing is there");
    let address = ErrorKind::NoAcknowledge(NoAcknowledgeSource::Address);
    assert_eq!(error.kind(), address);
}
