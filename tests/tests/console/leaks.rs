//! Checks that a console has released everything that apps held.

use akira::abi::{AppId, Errno};
use akira::log::Level;
use akira::storage::{AppFolder, FILES_PER_APP, OpenMode};
use akira::timer::MAX_PER_APP;
use akira::{Board as _, gpio, timer};
use akira_sim::hardware::{APPS, Modules};
use embassy_futures::block_on;

use crate::device::Console;

/// Maximum number of handles of all apps together.
const TIMERS: u32 = 64;
const OPEN_FILES: u32 = 64;

/// Checks that no app runs, and that every place in every bridge is free, by taking and releasing
/// all of them.
pub(crate) fn assert_nothing_is_held(console: &Console) {
    let apps = console.device.runtime().apps();
    let running = apps.iter().filter(|app| app.run.is_some() || app.is_due);
    assert_eq!(running.count(), 0, "{:?}", console.device.runtime());
    // Lets the device finish a write, which holds the store's lock.
    console.run_ms(10);
    let modules = console.device.runtime().board().modules();
    display_is_free(modules);
    timers_are_free(modules);
    topics_are_free(modules);
    queues_are_free(modules);
    pins_are_free(modules);
    logs_are_free(modules);
    files_are_closed(modules);
}

/// Returns ids that the runtime does not know, as many as the bridges have places.
fn strangers() -> impl Iterator<Item = AppId> {
    (0..).map(|number| AppId::new(u32::MAX - number)).take(APPS)
}

fn stranger() -> AppId {
    AppId::new(u32::MAX)
}

fn display_is_free(modules: &Modules) {
    let (display, ..) = modules;
    let display = display.display();
    assert_eq!(display.owner(), None, "somebody has the display");
}

fn timers_are_free(modules: &Modules) {
    let (.., timer::Module(timers), _) = modules;
    for number in 0..TIMERS {
        let app = AppId::new(u32::MAX - number / MAX_PER_APP);
        assert!(timers.create(app).is_ok(), "{number} timers are free");
    }
    assert_eq!(timers.create(AppId::new(1 << 31)), Err(Errno::ENOMEM));
    strangers().for_each(|app| timers.release(app));
}

fn topics_are_free(modules: &Modules) {
    let (_, _, _, ipc, ..) = modules;
    let ipc = ipc.ipc();
    for app in strangers() {
        assert_eq!(ipc.subscribe(app, "leaks"), Ok(()), "an inbox is missing");
    }
    let heard = ipc.publish(None, "leaks", b"?");
    assert_eq!(heard, Ok(APPS as u32), "somebody else hears the topic");
    strangers().for_each(|app| ipc.release(app));
}

fn queues_are_free(modules: &Modules) {
    let (_, _, input, ..) = modules;
    let buttons = &input.0;
    for app in strangers() {
        assert_eq!(buttons.poll_event(app), Ok(None), "a queue is missing");
    }
    strangers().for_each(|app| buttons.release(app));
}

fn pins_are_free(modules: &Modules) {
    const OUTPUT: u32 = 2;
    const INPUT: u32 = 1;
    let (_, gpio::Module(gpio), ..) = modules;
    let light = gpio.configure(stranger(), None, 42, OUTPUT);
    assert_eq!(light, Ok(()), "somebody drives the light");
    for app in strangers().skip(1) {
        let pin = gpio.configure(app, None, 4, INPUT);
        assert_eq!(pin, Ok(()), "pins are kept for somebody");
    }
    for app in strangers() {
        assert_eq!(gpio.release(app), Ok(()));
    }
}

/// An app's rate limit is stored with its place, so a place with the full rate is a free one.
fn logs_are_free(modules: &Modules) {
    let (_, _, _, _, _, _, log, ..) = modules;
    let log = &log.0;
    for app in strangers() {
        let line = log.line(app, "leaks", Level::Debug, b"a place in the log");
        assert_eq!(line, Ok(()), "a place in the log is missing");
    }
    for app in strangers() {
        let counters = log.release(app).expect("the app has logged");
        assert_eq!((counters.written, counters.dropped), (1, 0));
    }
}

fn files_are_closed(modules: &Modules) {
    let (.., storage, _, _, _) = modules;
    let storage = storage.files();
    let mode = OpenMode::from_storage(1).expect("1 is WRITE");
    for number in 0..OPEN_FILES {
        let folder = AppFolder {
            app: AppId::new(u32::MAX - number / FILES_PER_APP as u32),
            name: "leaks",
            quota: 1 << 16,
        };
        let opened = block_on(storage.open(&folder, b"file", mode));
        assert!(opened.is_ok(), "{number} files can be open: {opened:?}");
    }
    strangers().for_each(|app| storage.release(app));
    assert_eq!(block_on(storage.erase("leaks")), Ok(()));
}
