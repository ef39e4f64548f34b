//! The conformance apps of the table on a device with the valve: with what they ask for, and without.

use std::cell::RefCell;
use std::convert::Infallible;
use std::path::Path;
use std::rc::Rc;

use acme::{CAPABILITIES, TABLES, VALVE, Valve};
use akira::abi::Clock;
use akira::abi::caps::{CapabilitySet, Policy};
use akira::engine::Wasmi;
use akira::log::{Log, WriteSink};
use akira::time::Time;
use akira::time::virtual_clock::VirtualClock;
use akira::{Board, Config, InstallOptions, Runtime, log, time};
use akira_conform::{App, Argument, Golden, Step};
use embassy_futures::poll_once;
use embedded_hal::digital::{ErrorType, OutputPin};

const GOLDEN: &str = "tests/golden/conformance.txt";

type TheClock = &'static VirtualClock;

/// What the device writes.
#[derive(Clone, Default)]
struct Lines(Rc<RefCell<String>>);

impl std::fmt::Write for Lines {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        self.0.borrow_mut().push_str(text);
        Ok(())
    }
}

/// Whether the valve is open.
#[derive(Clone, Default)]
struct Pin(Rc<RefCell<Vec<bool>>>);

impl ErrorType for Pin {
    type Error = Infallible;
}

impl OutputPin for Pin {
    fn set_low(&mut self) -> Result<(), Infallible> {
        self.0.borrow_mut().push(false);
        Ok(())
    }

    fn set_high(&mut self) -> Result<(), Infallible> {
        self.0.borrow_mut().push(true);
        Ok(())
    }
}

type Modules = (
    log::Module<WriteSink<Lines>, TheClock, 4>,
    time::Module<TheClock>,
    Valve<Pin, TheClock>,
);

struct Device {
    modules: Modules,
    clock: TheClock,
}

impl Board for Device {
    type Modules = Modules;

    fn modules(&self) -> &Modules {
        &self.modules
    }

    fn clock(&self) -> &dyn Clock {
        self.clock
    }
}

fn run(name: &str, image: Vec<u8>) -> (Vec<String>, Vec<bool>) {
    run_with(name, image, CapabilitySet::EMPTY)
}

/// Runs an app to its end, with these capabilities too, and returns its lines and how the pin was driven.
fn run_with(name: &str, image: Vec<u8>, grant: CapabilitySet) -> (Vec<String>, Vec<bool>) {
    let clock: TheClock = Box::leak(Box::default());
    let (lines, pin) = (Lines::default(), Pin::default());
    let log = Log::new(WriteSink::new(lines.clone()), clock, log::Config::default());
    let modules = (
        log::Module(log),
        time::Module(Time::new(clock)),
        Valve::new(pin.clone(), clock),
    );
    let mut config = Config::default();
    config.policy = Policy::new(
        akira::offered::<Device>(),
        CapabilitySet::from_bits(u64::MAX),
    )
    .with_vendors(CAPABILITIES);
    let runtime = Runtime::with_engine(Rc::new(Device { modules, clock }), Wasmi, config);
    let options = InstallOptions::trusted().with_name(name).with_grant(grant);
    let image: Rc<[u8]> = image.into();
    runtime.install(image, &options).expect("it is admitted");
    runtime.start(name).expect("it starts");
    let mut running = Box::pin(runtime.run());
    for _ in 0..10_000 {
        assert!(poll_once(running.as_mut()).is_pending());
        if runtime.app(name).is_none_or(|app| app.run.is_none()) {
            break;
        }
        clock.advance_to_next();
    }
    let text = lines.0.borrow();
    let of_app = text
        .lines()
        .filter_map(|line| line.split_once(&format!("{name}: ")));
    let of_app = of_app.map(|(_, text)| text.to_owned()).collect();
    (of_app, pin.0.take())
}

fn apps() -> Vec<App> {
    let script = |_: &str| {
        vec![
            Step::new(&acme::VALVE_SET, vec![Argument::Number(1)]),
            Step::new(&acme::VALVE_PULSE, vec![Argument::Number(250)]),
        ]
    };
    akira_conform::apps(TABLES, CAPABILITIES, script).expect("the apps are made")
}

#[test]
fn each_call_does_what_the_golden_file_says() {
    let apps = apps();
    let logged: Vec<Vec<String>> = apps
        .iter()
        .map(|app| run(&app.name, app.module.clone()).0)
        .collect();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(GOLDEN);
    if std::env::var_os("BLESS").is_some() {
        let logged = logged.iter().map(Vec::as_slice);
        std::fs::write(&path, Golden::text(apps.iter().zip(logged))).expect("it is written");
    }
    let text = std::fs::read_to_string(&path).expect("the golden file exists");
    let golden = Golden::parse(&text).expect("it is a golden file");
    for (app, logged) in apps.iter().zip(&logged) {
        let expected = golden.of(app).expect("BLESS=1 cargo test writes it");
        app.compare(expected, logged, &[]).expect("as before");
    }
}

#[test]
fn an_app_that_was_granted_nothing_moves_no_valve() {
    for app in apps() {
        let (lines, moves) = run(&app.name, app.denied().expect("it has a name"));
        assert!(moves.is_empty(), "{moves:?}");
        assert!(
            lines
                .iter()
                .any(|line| line.contains(&format!("needs {}", VALVE.name()))),
            "{lines:?}"
        );
    }
}

#[test]
fn a_valve_is_closed_when_its_app_ends() {
    let left_open = r#"(module
        (import "acme" "valve_set" (func $set (param i32) (result i32)))
        (memory (export "memory") 1)
        (func (export "main") (result i32) (call $set (i32.const 1))))"#;
    let image = wat::parse_str(left_open).expect("the app's text is right");
    let (_, moves) = run_with("careless", image, VALVE.set());
    assert_eq!(moves, [true, false]);
}
