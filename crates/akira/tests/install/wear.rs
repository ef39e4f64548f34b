//! What apps write is bounded by their budgets, whatever they do, and no other app pays for it.

use std::rc::Rc;
use std::time::Duration;

use akira::abi::caps::CapabilitySet;
use akira::abi::settings::{SETTINGS_DELETE, SETTINGS_SET};
use akira::abi::storage::{STORAGE_CLOSE, STORAGE_DELETE, STORAGE_OPEN, STORAGE_WRITE};
use akira::abi::time::DELAY;
use akira::abi::{Clock, Errno, NativeCall, sleep_until};
use akira::engine::{Op, Script, Scripted};
use akira::settings::Settings;
use akira::storage::Storage;
use akira::store::{SharedStore, StoreFiles, StoreSettings};
use akira::time::{Time, virtual_clock::VirtualClock};
use akira::{Board, Config, InstallOptions, Runtime, WriteBudget, settings, storage, time};
use embassy_futures::block_on;
use embassy_futures::select::select;

use crate::device::{Flash, drive, mounted};

const SECOND: Duration = Duration::from_secs(1);
const HOUR: Duration = Duration::from_secs(3600);
const KB: u64 = 32;

/// It lives as long as the test.
type TheClock = &'static VirtualClock;

type Modules = (
    time::Module<TheClock>,
    settings::Module<StoreSettings<Flash, 200>>,
    storage::Module<StoreFiles<Flash, 200>, 16>,
);

struct Keeper {
    modules: Modules,
    clock: TheClock,
    kept: SharedStore<Flash, 200>,
}

impl Board for Keeper {
    type Modules = Modules;

    fn modules(&self) -> &Modules {
        &self.modules
    }

    fn clock(&self) -> &dyn Clock {
        self.clock
    }

    fn on_behalf(&self, writes: Option<&Rc<WriteBudget>>) {
        self.kept.charge_to(writes);
    }
}

struct Device {
    flash: Flash,
    engine: Scripted,
    runtime: Runtime<Keeper, Scripted>,
}

impl Device {
    fn new() -> Self {
        let (flash, engine) = (Flash::formatted(), Scripted::default());
        let kept = mounted(&flash);
        let clock: TheClock = Box::leak(Box::default());
        let board = Keeper {
            modules: (
                time::Module(Time::new(clock)),
                settings::Module::new(Settings::new(kept.settings())),
                storage::Module::new(Storage::new(kept.files())),
            ),
            clock,
            kept,
        };
        let mut config = Config::default();
        config.app_flash_kb_per_hour = KB as u16;
        let runtime = Runtime::with_engine(Rc::new(board), engine.clone(), config);
        Self {
            flash,
            engine,
            runtime,
        }
    }

    fn start(&self, name: &str, script: Script) {
        let options = InstallOptions::default()
            .with_name(name)
            .with_grant(CapabilitySet::from_bits(u64::MAX));
        let image: Rc<[u8]> = self.engine.app(script).into();
        self.runtime
            .install(image, &options)
            .expect("it is admitted");
        self.runtime.start(name).expect("it starts");
    }

    fn run_for(&self, time: Duration) {
        let clock = &self.runtime.board().clock;
        let over = sleep_until(clock, clock.now() + time);
        drive(clock, select(over, self.runtime.run()));
    }

    fn writes(&self, name: &str) -> Rc<WriteBudget> {
        self.runtime.app(name).expect("it is installed").writes
    }

    /// Returns what the flash has taken since it was formatted: bytes erased, and words programmed and pages erased.
    fn worn(&self) -> (u64, u64) {
        let chip = self.flash.0.borrow();
        let erased: u32 = chip.erases.iter().sum();
        (u64::from(erased) * 4096, chip.operations)
    }

    /// Returns what each call of a script's import came to.
    fn results(&self, script: usize, import: usize) -> Vec<i64> {
        let trace = self.engine.trace();
        let of = trace
            .iter()
            .filter(|record| (record.script, record.import) == (script, import));
        of.filter_map(|record| record.result.ok()).collect()
    }
}

fn script(calls: &[&'static NativeCall], ops: Vec<Op>) -> Script {
    let stores = [
        Op::Store(16, b"file\0".to_vec()),
        Op::Store(32, b"key\0".to_vec()),
        Op::Store(48, b"a value of twenty-six chars\0".to_vec()),
    ];
    Script {
        imports: calls.to_vec(),
        ops: [stores.to_vec(), ops, vec![Op::Repeat]].concat(),
        pages: 1,
        ..Script::default()
    }
}

/// Sets a setting every minute, over and over.
fn neighbour(key: &str) -> Script {
    let mut script = script(
        &[&SETTINGS_SET, &DELAY],
        vec![Op::Call(0, vec![32, 48]), Op::Call(1, vec![60_000_000])],
    );
    script.ops[1] = Op::Store(32, [key.as_bytes(), &[0]].concat());
    script
}

/// Each kind of call that writes, as fast as `pause` lets it.
fn storms(pause: u32) -> Vec<Script> {
    let wait = Op::Call(0, vec![pause]);
    let calls: [&[&'static NativeCall]; 4] = [
        &[&DELAY, &STORAGE_OPEN, &STORAGE_WRITE, &STORAGE_CLOSE],
        &[&DELAY, &STORAGE_OPEN, &STORAGE_DELETE, &STORAGE_CLOSE],
        &[&DELAY, &SETTINGS_SET],
        &[&DELAY, &SETTINGS_SET, &SETTINGS_DELETE],
    ];
    let open = Op::Call(1, vec![16, 1]);
    let set = Op::Call(1, vec![32, 48]);
    let close = Op::Call(3, vec![0]);
    let ops = [
        vec![
            open.clone(),
            Op::Call(2, vec![0, 48, 20]),
            close.clone(),
            wait.clone(),
        ],
        vec![open, Op::Call(2, vec![16]), close, wait.clone()],
        vec![set.clone(), wait.clone()],
        vec![set, Op::Call(2, vec![32]), wait],
    ];
    let scripts = calls.iter().zip(ops);
    scripts.map(|(calls, ops)| script(calls, ops)).collect()
}

#[test]
fn a_storm_of_writes_costs_the_flash_no_more_than_its_budget_and_neighbours_write() {
    for storm in storms(200_000) {
        let device = Device::new();
        let neighbours = ["one", "two", "three"];
        for name in neighbours {
            device.start(name, neighbour(name));
        }
        device.start("storm", storm);
        let (erased, operations) = device.worn();
        device.run_for(2 * HOUR);
        let hours = 1 + 2;
        let storm = device.writes("storm").used();
        assert!(storm <= hours * (KB << 10) + 16_384, "{storm} bytes");
        assert!(storm >= KB << 10, "it writes as much as it may: {storm}");
        let all: u64 = neighbours
            .map(|name| device.writes(name).used())
            .iter()
            .sum();
        let (erased, operations) = (device.worn().0 - erased, device.worn().1 - operations);
        let worn = erased + operations * 8;
        assert!(
            worn <= storm + all + 65_536,
            "{worn} worn, {storm} + {all} paid"
        );
        for (script, name) in neighbours.iter().enumerate() {
            let sets = device.results(script, 0);
            assert!((120..=121).contains(&sets.len()), "{name} is on time");
            assert!(sets.iter().all(|set| *set == 0), "{name} writes");
        }
    }
}

#[test]
fn an_app_whose_budget_is_used_up_hears_it_and_still_removes() {
    let device = Device::new();
    let ops = vec![
        Op::Call(1, vec![16, 1]),
        Op::Call(2, vec![32, 48]),
        Op::Call(3, vec![32]),
        Op::Call(4, vec![16]),
        Op::Call(0, vec![100_000_000]),
    ];
    let calls: [&'static NativeCall; 5] = [
        &DELAY,
        &STORAGE_OPEN,
        &SETTINGS_SET,
        &SETTINGS_DELETE,
        &STORAGE_DELETE,
    ];
    device.start("app", script(&calls, ops));
    device.run_for(SECOND);
    let last = |import| device.results(0, import).last().copied();
    assert_eq!([1, 2, 3, 4].map(last), [Some(0); 4]);
    device.writes("app").spend(100 << 10);
    device.run_for(100 * SECOND);
    let quota = Some(i64::from(Errno::EDQUOT.code()));
    let none = Some(i64::from(Errno::ENOENT.code()));
    assert_eq!([1, 2, 3, 4].map(last), [quota, quota, none, none]);
}

#[test]
fn a_budget_survives_its_apps_ends_and_a_storm_without_a_pause_is_out_of_cpu() {
    for mut storm in storms(0) {
        let device = Device::new();
        storm.manifest = String::from(
            r#"{"exec_timeout_ms": 100, "restart": {"enabled": true, "max_retries": 200, "delay_ms": 0}}"#,
        );
        device.start("storm", storm);
        device.run_for(600 * SECOND);
        let app = device.runtime.app("storm").expect("it is installed");
        assert!(app.crashes > 2, "{} crashes", app.crashes);
        let used = app.writes.used();
        assert!(used <= (KB << 10) * 7 / 6 + 16_384, "{used} bytes");
    }
}

#[test]
fn what_the_firmware_writes_is_charged_to_no_app() {
    let device = Device::new();
    device.start("app", script(&[&DELAY], vec![Op::Call(0, vec![1_000])]));
    device.run_for(SECOND);
    let mut settings = device.runtime.board().kept.settings();
    for _ in 0..1_000 {
        let set = akira::settings::KeyValue::set(&mut settings, "system/x", b"1");
        block_on(set).expect("there is room");
    }
    assert_eq!(device.writes("app").used(), 0);
}
