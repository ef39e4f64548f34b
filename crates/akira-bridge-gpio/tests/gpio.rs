//! Pins as apps see them, over fake lines and buttons.

use std::cell::Cell;
use std::rc::Rc;

use akira_abi::caps::PinScope;
use akira_abi::{AppId, Errno};
use akira_bridge_gpio::{
    Drive, Flags, Gpio, InputLine, IoLine, Line, OpenDrainLine, OutputLine, Pin, PinMap,
};
use embedded_hal::digital::{Error, ErrorKind, ErrorType, InputPin, OutputPin};

const APP: AppId = AppId::new(1);
const OTHER: AppId = AppId::new(2);
const THIRD: AppId = AppId::new(3);

const IN: u32 = 20;
const LED: u32 = 42;
const WIRE: u32 = 43;
const MISSING: u32 = 44;
const MAP: PinMap = PinMap::CONSOLE
    .with_line(IN as usize, 0)
    .with_line(LED as usize, 1)
    .with_line(WIRE as usize, 2)
    .with_line(MISSING as usize, 9);

/// A pin whose wire the test holds.
#[derive(Clone, Default)]
struct Wire {
    high: Rc<Cell<bool>>,
    broken: Rc<Cell<bool>>,
}

#[derive(Debug)]
struct Broken;

impl Error for Broken {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Other
    }
}

impl Wire {
    fn check(&self) -> Result<(), Broken> {
        if self.broken.get() {
            Err(Broken)
        } else {
            Ok(())
        }
    }
}

impl ErrorType for Wire {
    type Error = Broken;
}

impl InputPin for Wire {
    fn is_high(&mut self) -> Result<bool, Broken> {
        self.check().map(|()| self.high.get())
    }

    fn is_low(&mut self) -> Result<bool, Broken> {
        self.check().map(|()| !self.high.get())
    }
}

impl OutputPin for Wire {
    fn set_low(&mut self) -> Result<(), Broken> {
        self.check().map(|()| self.high.set(false))
    }

    fn set_high(&mut self) -> Result<(), Broken> {
        self.check().map(|()| self.high.set(true))
    }
}

type Device = Gpio<Erased, Box<dyn Fn(AppId) -> u32>, 3, 2>;

/// Lines of three types in one array.
struct Erased(Box<dyn Line>);

impl Line for Erased {
    fn drive(&mut self, drive: Drive) -> Result<(), Errno> {
        self.0.drive(drive)
    }

    fn is_high(&mut self) -> Result<bool, Errno> {
        self.0.is_high()
    }
}

struct Bench {
    gpio: Device,
    input: Wire,
    led: Wire,
    wire: Wire,
    held: Rc<Cell<u32>>,
}

fn bench() -> Bench {
    let [input, led, wire] = [(); 3].map(|()| Wire::default());
    wire.high.set(true);
    let held = Rc::new(Cell::new(0));
    let seen = held.clone();
    let lines = [
        Erased(Box::new(InputLine::new(input.clone()))),
        Erased(Box::new(OutputLine::new(led.clone()))),
        Erased(Box::new(OpenDrainLine::new(wire.clone()))),
    ];
    // The buttons are hidden from THIRD, as from an app in the background.
    let buttons = move |app| if app == THIRD { 0 } else { seen.get() };
    let gpio = Gpio::new(MAP, lines, Box::new(buttons) as Box<dyn Fn(AppId) -> u32>);
    Bench {
        gpio,
        input,
        led,
        wire,
        held,
    }
}

#[test]
fn button_reads_as_the_app_configured_it() {
    let bench = bench();
    let cases = [
        (Flags::PULL_DOWN, true),
        (Flags::PULL_DOWN | Flags::ACTIVE_HIGH, true),
        (Flags::ACTIVE_HIGH, true),
        (Flags::ACTIVE_LOW, true),
        (0, true),
        (Flags::PULL_UP | Flags::ACTIVE_LOW, true),
        (Flags::PULL_UP, false),
        (Flags::PULL_UP | Flags::ACTIVE_HIGH, false),
    ];
    for (flags, pressed) in cases {
        bench
            .gpio
            .configure(APP, None, 15, Flags::INPUT | flags)
            .expect("A is a button");
        bench.held.set(1 << 6);
        assert_eq!(bench.gpio.read(APP, None, 15), Ok(pressed), "flags {flags}");
        bench.held.set(0);
        assert_eq!(
            bench.gpio.read(APP, None, 15),
            Ok(!pressed),
            "flags {flags}"
        );
    }
}

#[test]
fn console_map_knows_the_buttons_of_both_boards() {
    let bench = bench();
    let pins = [
        (0, 1),
        (1, 1),
        (2, 1),
        (4, 2),
        (5, 3),
        (6, 4),
        (7, 5),
        (15, 6),
        (16, 7),
        (17, 8),
        (41, 9),
        // Y in the SDK's header.
        (40, 9),
    ];
    for (pin, id) in pins {
        bench.held.set(1 << id);
        assert_eq!(bench.gpio.read(APP, None, pin), Ok(true), "pin {pin}");
        bench.held.set(!(1 << id));
        assert_eq!(bench.gpio.read(APP, None, pin), Ok(false), "pin {pin}");
    }
}

#[test]
fn board_maps_agree_wherever_both_have_a_pin() {
    for pin in 0..49 {
        let [proto, prod, both] = [PinMap::PROTO, PinMap::PROD, PinMap::CONSOLE]
            .map(|map| map.pin(pin).expect("the pin is in range"));
        let absent = Pin::Absent;
        assert!(proto == both || proto == absent, "pin {pin}");
        assert!(prod == both || prod == absent, "pin {pin}");
    }
}

#[test]
fn button_hidden_from_an_app_reads_released() {
    let bench = bench();
    bench.held.set(1 << 6);
    assert_eq!(bench.gpio.read(APP, None, 15), Ok(true));
    assert_eq!(bench.gpio.read(THIRD, None, 15), Ok(false));
}

#[test]
fn configuration_of_one_app_does_not_reach_another() {
    let bench = bench();
    let low = Flags::INPUT | Flags::ACTIVE_LOW;
    bench
        .gpio
        .configure(APP, None, IN, low)
        .expect("it is an input");
    bench
        .gpio
        .configure(OTHER, None, IN, Flags::INPUT)
        .expect("it is an input");
    bench.input.high.set(true);
    assert_eq!(bench.gpio.read(APP, None, IN), Ok(false));
    assert_eq!(bench.gpio.read(OTHER, None, IN), Ok(true));
}

#[test]
fn unconfigured_input_reads_its_level() {
    let bench = bench();
    assert_eq!(bench.gpio.read(APP, None, IN), Ok(false));
    bench.input.high.set(true);
    assert_eq!(bench.gpio.read(APP, None, IN), Ok(true));
}

#[test]
fn refuses_contradictory_and_unknown_flags() {
    let bench = bench();
    let bad = [
        Flags::INPUT | Flags::PULL_UP | Flags::PULL_DOWN,
        Flags::INPUT | Flags::ACTIVE_LOW | Flags::ACTIVE_HIGH,
        Flags::OUTPUT | Flags::OUT_INIT_LOW | Flags::OUT_INIT_HIGH,
        Flags::INPUT | Flags::OUT_INIT_LOW,
        Flags::PULL_UP,
        256 | Flags::INPUT,
        u32::MAX,
    ];
    for flags in bad {
        assert_eq!(
            bench.gpio.configure(APP, None, WIRE, flags),
            Err(Errno::EINVAL),
            "flags {flags}"
        );
    }
}

#[test]
fn every_flag_word_is_accepted_or_refused() {
    let accepted = (0..=u32::from(u16::MAX))
        .filter(|f| Flags::new(*f).is_ok())
        .count();
    // Three ways each for pulls and polarity: with an input; with an output, or both, times three first levels.
    assert_eq!(accepted, 1 + 9 + 2 * 9 * 3);
}

#[test]
fn refuses_pins_outside_the_map() {
    let bench = bench();
    for (pin, errno) in [
        (49, Errno::EINVAL),
        (u32::MAX, Errno::EINVAL),
        (10, Errno::ENODEV),
        (MISSING, Errno::ENODEV),
    ] {
        assert_eq!(
            bench.gpio.configure(APP, None, pin, Flags::OUTPUT),
            Err(errno)
        );
        assert_eq!(bench.gpio.read(APP, None, pin), Err(errno));
    }
    assert_eq!(bench.gpio.write(APP, None, 10, true), Err(Errno::ENODEV));
}

#[test]
fn refuses_pins_outside_the_scope() {
    let bench = bench();
    let inputs = PinScope {
        inputs: 1 << IN,
        outputs: 0,
    };
    let outputs = PinScope {
        inputs: 0,
        outputs: 1 << LED,
    };
    let configure = |scope, pin, flags| bench.gpio.configure(APP, Some(scope), pin, flags);
    assert_eq!(configure(&inputs, IN, Flags::INPUT), Ok(()));
    assert_eq!(configure(&inputs, LED, Flags::OUTPUT), Err(Errno::EPERM));
    assert_eq!(configure(&outputs, LED, Flags::OUTPUT), Ok(()));
    assert_eq!(configure(&outputs, WIRE, Flags::OUTPUT), Err(Errno::EPERM));
    assert_eq!(
        configure(&outputs, LED, Flags::OUTPUT | Flags::INPUT),
        Err(Errno::EPERM)
    );
    assert_eq!(bench.gpio.read(APP, Some(&outputs), IN), Err(Errno::EPERM));
    assert_eq!(bench.gpio.read(APP, Some(&outputs), LED), Ok(false));
    assert_eq!(
        bench.gpio.write(APP, Some(&inputs), LED, true),
        Err(Errno::EPERM)
    );
    assert_eq!(bench.gpio.write(APP, Some(&outputs), LED, true), Ok(()));
}

#[test]
fn output_begins_and_follows_in_its_polarity() {
    let bench = bench();
    let cases = [
        (0, false),
        (Flags::ACTIVE_LOW, true),
        (Flags::OUT_INIT_HIGH, true),
        (Flags::OUT_INIT_LOW | Flags::ACTIVE_LOW, false),
    ];
    for (flags, first) in cases {
        bench
            .gpio
            .configure(APP, None, LED, Flags::OUTPUT | flags)
            .expect("it is an output");
        assert_eq!(bench.led.high.get(), first, "flags {flags}");
        for value in [true, false] {
            bench
                .gpio
                .write(APP, None, LED, value)
                .expect("APP drives it");
            assert_eq!(
                bench.led.high.get(),
                value != (flags & Flags::ACTIVE_LOW != 0)
            );
            assert_eq!(bench.gpio.read(APP, None, LED), Ok(value));
        }
    }
}

#[test]
fn output_belongs_to_one_app() {
    let bench = bench();
    let output = |app| bench.gpio.configure(app, None, LED, Flags::OUTPUT);
    assert_eq!(output(APP), Ok(()));
    assert_eq!(output(OTHER), Err(Errno::EBUSY));
    assert_eq!(bench.gpio.write(OTHER, None, LED, true), Err(Errno::EBUSY));
    bench
        .gpio
        .configure(APP, None, LED, 0)
        .expect("APP gives it up");
    assert_eq!(output(OTHER), Ok(()));
}

#[test]
fn other_app_may_watch_an_output() {
    let bench = bench();
    bench
        .gpio
        .configure(APP, None, WIRE, Flags::OUTPUT)
        .expect("it is open-drain");
    bench
        .gpio
        .configure(OTHER, None, WIRE, Flags::INPUT)
        .expect("it is open-drain");
    bench
        .gpio
        .write(APP, None, WIRE, true)
        .expect("APP drives it still");
    assert_eq!(bench.gpio.read(OTHER, None, WIRE), Ok(true));
}

#[test]
fn refuses_to_write_what_is_no_output_of_the_app() {
    let bench = bench();
    assert_eq!(bench.gpio.write(APP, None, LED, true), Err(Errno::EINVAL));
    bench
        .gpio
        .configure(APP, None, WIRE, Flags::INPUT)
        .expect("it is open-drain");
    assert_eq!(bench.gpio.write(APP, None, WIRE, false), Err(Errno::EINVAL));
    assert_eq!(bench.gpio.write(APP, None, 15, true), Err(Errno::EINVAL));
    assert!(bench.wire.high.get());
}

#[test]
fn inputs_and_buttons_cannot_be_driven() {
    let bench = bench();
    for pin in [IN, 15] {
        assert_eq!(
            bench.gpio.configure(APP, None, pin, Flags::OUTPUT),
            Err(Errno::ENOTSUP)
        );
    }
}

#[test]
fn open_drain_line_reads_what_others_pull() {
    let bench = bench();
    let both = Flags::INPUT | Flags::OUTPUT | Flags::OUT_INIT_HIGH;
    bench
        .gpio
        .configure(APP, None, WIRE, both)
        .expect("it is open-drain");
    bench.wire.high.set(false);
    assert_eq!(bench.gpio.read(APP, None, WIRE), Ok(false));
}

#[test]
fn release_returns_lines_to_their_safe_level() {
    let bench = bench();
    bench
        .gpio
        .configure(APP, None, LED, Flags::OUTPUT | Flags::OUT_INIT_HIGH)
        .expect("free");
    bench
        .gpio
        .configure(APP, None, WIRE, Flags::OUTPUT | Flags::OUT_INIT_LOW)
        .expect("free");
    assert_eq!(bench.gpio.release(APP), Ok(()));
    assert!(!bench.led.high.get());
    assert!(bench.wire.high.get());
    assert_eq!(bench.gpio.write(APP, None, LED, true), Err(Errno::EINVAL));
    assert_eq!(
        bench.gpio.configure(OTHER, None, LED, Flags::OUTPUT),
        Ok(())
    );
}

#[test]
fn release_goes_on_after_a_broken_line() {
    let bench = bench();
    bench
        .gpio
        .configure(APP, None, LED, Flags::OUTPUT)
        .expect("free");
    bench
        .gpio
        .configure(APP, None, WIRE, Flags::OUTPUT | Flags::OUT_INIT_LOW)
        .expect("free");
    bench.led.broken.set(true);
    assert_eq!(bench.gpio.release(APP), Err(Errno::EIO));
    assert!(bench.wire.high.get());
}

#[test]
fn broken_hardware_is_an_io_error() {
    let bench = bench();
    bench.input.broken.set(true);
    bench.led.broken.set(true);
    assert_eq!(bench.gpio.read(APP, None, IN), Err(Errno::EIO));
    assert_eq!(
        bench.gpio.configure(APP, None, LED, Flags::OUTPUT),
        Err(Errno::EIO)
    );
    bench.led.broken.set(false);
    assert_eq!(
        bench.gpio.configure(OTHER, None, LED, Flags::OUTPUT),
        Ok(())
    );
}

#[test]
fn apps_with_pins_are_bounded() {
    let bench = bench();
    let input = |app| bench.gpio.configure(app, None, IN, Flags::INPUT);
    assert_eq!((input(APP), input(OTHER)), (Ok(()), Ok(())));
    assert_eq!(input(THIRD), Err(Errno::ENOMEM));
    bench.gpio.release(APP).expect("APP drives nothing");
    assert_eq!(input(THIRD), Ok(()));
}

#[test]
fn inputs_and_outputs_share_an_array() {
    let (button, led) = (Wire::default(), Wire::default());
    let lines = [IoLine::input(button.clone()), IoLine::output(led.clone())];
    let map = PinMap::EMPTY.with_line(0, 0).with_line(42, 1);
    let gpio: Gpio<_, _, 2, 1> = Gpio::new(map, lines, |_| 0);
    button.high.set(true);
    assert_eq!(gpio.read(APP, None, 0), Ok(true));
    assert_eq!(
        gpio.configure(APP, None, 0, Flags::OUTPUT),
        Err(Errno::ENOTSUP)
    );
    gpio.configure(APP, None, 42, Flags::OUTPUT).expect("free");
    gpio.write(APP, None, 42, true).expect("APP drives it");
    assert!(led.high.get());
    assert_eq!(gpio.read(APP, None, 42), Ok(true));
}
