//! Sensors: alone, in pairs and shared.

use core::cell::Cell;
use core::future::{Future, pending};
use core::pin::pin;
use core::task::{Context, Poll, Waker};

use akira_abi::Errno;
use akira_bridge_sensor::{Channel, ERROR, Sensor, Sensors, SettableSensor};
use embassy_futures::block_on;

fn fixed(channel: Channel, value: i32) -> SettableSensor<1> {
    let sensor = SettableSensor::new();
    sensor.set(channel, value).expect("there is room for one");
    sensor
}

fn poll_once<F: Future>(future: core::pin::Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

#[test]
fn channels_have_the_numbers_of_the_sdk() {
    assert_eq!(Channel::GYRO_X, Channel(4));
    assert_eq!(Channel::AMBIENT_TEMP, Channel(13));
    assert_eq!(Channel::POWER, Channel(36));
}

#[test]
fn reads_what_was_set() {
    let sensor = fixed(Channel::PRESS, 101_325);
    let sensors = Sensors::new(&sensor);
    assert_eq!(block_on(sensors.read(Channel::PRESS)), Ok(101_325));
    sensor.set(Channel::PRESS, -7).expect("it is set already");
    assert_eq!(block_on(sensors.read(Channel::PRESS)), Ok(-7));
    assert_eq!(sensor.value(Channel::PRESS), Some(-7));
}

#[test]
fn unknown_channel_is_no_device() {
    let sensors = Sensors::new((fixed(Channel::PRESS, 1), fixed(Channel::HUMIDITY, 2)));
    for number in [3, 63, u32::MAX] {
        assert_eq!(block_on(sensors.read(Channel(number))), Err(Errno::ENODEV));
    }
}

#[test]
fn removed_channel_is_no_device() {
    let sensor = fixed(Channel::PRESS, 1);
    sensor.remove(Channel::PRESS);
    assert_eq!(
        block_on(Sensors::new(sensor).read(Channel::PRESS)),
        Err(Errno::ENODEV)
    );
}

#[test]
fn no_reading_equals_the_error() {
    let sensors = Sensors::new(fixed(Channel::ACCEL_X, i32::MIN));
    assert_eq!(block_on(sensors.read(Channel::ACCEL_X)), Ok(ERROR + 1));
}

#[test]
fn first_of_a_pair_that_answers_wins() {
    let both = (fixed(Channel::PRESS, 1), fixed(Channel::PRESS, 2));
    assert_eq!(block_on(Sensors::new(both).read(Channel::PRESS)), Ok(1));
    let nested = (
        fixed(Channel::PRESS, 1),
        (fixed(Channel::HUMIDITY, 2), fixed(Channel::ALTITUDE, 3)),
    );
    assert_eq!(
        block_on(Sensors::new(nested).read(Channel::ALTITUDE)),
        Ok(3)
    );
}

#[test]
fn second_of_a_pair_stands_in_for_a_broken_first() {
    let broken = SettableSensor::<1>::new();
    broken
        .fail(Channel::PRESS, Errno::EIO)
        .expect("there is room for one");
    let with = |second| Sensors::new((&broken, second));
    let read = |sensors: Sensors<_>| block_on(sensors.read(Channel::PRESS));
    assert_eq!(read(with(fixed(Channel::PRESS, 2))), Ok(2));
    assert_eq!(read(with(fixed(Channel::HUMIDITY, 2))), Err(Errno::EIO));
}

#[test]
fn settable_channels_are_bounded() {
    let sensor = fixed(Channel::PRESS, 1);
    assert_eq!(sensor.set(Channel::HUMIDITY, 1), Err(Errno::ENOSPC));
}

/// Sensor that never answers and counts its readings.
struct Hangs<'a>(&'a Cell<u32>);

impl Sensor for Hangs<'_> {
    async fn read(&mut self, _: Channel) -> Result<Option<i32>, Errno> {
        self.0.set(self.0.get() + 1);
        pending().await
    }
}

#[test]
fn sensor_is_asked_by_one_app_at_a_time() {
    let asked = Cell::new(0);
    let sensors = Sensors::new(Hangs(&asked));
    let mut second = pin!(sensors.read(Channel::PRESS));
    {
        let mut first = pin!(sensors.read(Channel::PRESS));
        assert!(poll_once(first.as_mut()).is_pending());
        assert!(poll_once(second.as_mut()).is_pending());
        assert_eq!(asked.get(), 1);
    }
    // The first reading was dropped before it completed, as when its app is killed.
    assert!(poll_once(second.as_mut()).is_pending());
    assert_eq!(asked.get(), 2);
}
