//! An app that takes the device down, or fails its first starts, is not started with the device for ever.

use std::time::Duration;

use akira::Held;
use akira::abi::caps::AppName;
use akira::engine::Scripted;
use akira::store::App;
use embassy_futures::block_on;

use crate::device::{Device, Flash, bad, developer, good, send};

const SECOND: Duration = Duration::from_secs(1);

fn manifest(name: &str) -> String {
    format!(r#"{{"name": "{name}", "version": "1", "autostart": true}}"#)
}

fn installed(engine: &Scripted, names: &[&str]) -> Flash {
    let flash = Flash::formatted();
    let device = Device::boot(&flash, engine);
    for name in names {
        let image = good(engine, &manifest(name));
        send(&mut device.apps.door(), name, &image).expect("it is admitted");
    }
    flash
}

/// Returns a flash with apps that have started well once.
fn confirmed(engine: &Scripted, names: &[&str]) -> Flash {
    let flash = installed(engine, names);
    Device::boot(&flash, engine).run_for(12 * SECOND);
    assert!(names.iter().all(|name| record(&flash, name).confirmed));
    flash
}

fn record(flash: &Flash, name: &str) -> App {
    let device = Device::off(&flash.copy(), &Scripted::default(), developer());
    let name = AppName::new(name).expect("it is a name");
    let device = device.expect("it starts");
    let app = block_on(block_on(device.apps.store().lock()).app(&name));
    app.expect("the flash is read").expect("it is there")
}

fn held(device: &Device, name: &str) -> Option<Held> {
    device.apps.runtime().app(name).and_then(|app| app.held)
}

const DOWN: &str = "held: the device reset while it ran; start it by hand";

#[test]
fn a_first_version_that_takes_the_device_down_is_held_at_the_fourth_start() {
    let engine = Scripted::default();
    let flash = installed(&engine, &["app"]);
    for _ in 0..3 {
        // The device goes down as soon as the app runs.
        let device = Device::boot(&flash, &engine);
        assert_eq!((held(&device, "app"), device.events().len()), (None, 0));
    }
    for _ in 0..2 {
        let device = Device::boot(&flash, &engine);
        assert_eq!(device.events(), [format!("app {DOWN}")]);
        device.run_for(60 * SECOND);
        assert!(!device.is_running("app") && device.version("app").is_some());
        assert_eq!(held(&device, "app"), Some(Held::TookDeviceDown));
    }
    assert_eq!(record(&flash, "app").starts, 3, "no more was counted");
}

#[test]
fn an_operators_start_that_it_survives_lets_it_start_with_the_device_again() {
    let engine = Scripted::default();
    let flash = installed(&engine, &["app"]);
    for _ in 0..3 {
        Device::boot(&flash, &engine);
    }
    // One that it does not survive changes nothing.
    for _ in 0..2 {
        let device = Device::boot(&flash, &engine);
        device.apps.runtime().start("app").expect("it starts");
        device.run_for(2 * SECOND);
        assert_eq!(held(&device, "app"), Some(Held::TookDeviceDown));
    }
    // Nor does one that the operator ends.
    let device = Device::boot(&flash, &engine);
    device.apps.runtime().start("app").expect("it starts");
    device.run_for(2 * SECOND);
    device.apps.runtime().stop("app").expect("it is there");
    device.run_for(60 * SECOND);
    assert_eq!(held(&device, "app"), Some(Held::TookDeviceDown));
    device.apps.runtime().start("app").expect("it starts");
    device.run_for(11 * SECOND);
    assert_eq!(held(&device, "app"), None);
    let device = Device::boot(&flash, &engine);
    device.run_for(SECOND);
    assert!(device.is_running("app"));
}

#[test]
fn another_version_starts_with_the_device_again() {
    let engine = Scripted::default();
    let flash = installed(&engine, &["app"]);
    for _ in 0..3 {
        Device::boot(&flash, &engine);
    }
    let device = Device::boot(&flash, &engine);
    let image = good(&engine, &manifest("app"));
    send(&mut device.apps.door(), "app", &image).expect("it is admitted");
    assert_eq!(held(&device, "app"), None);
    let device = Device::boot(&flash, &engine);
    device.run_for(SECOND);
    assert!(device.is_running("app"));
}

#[test]
fn a_first_version_that_fails_its_starts_is_held() {
    let engine = Scripted::default();
    let flash = Flash::formatted();
    let device = Device::boot(&flash, &engine);
    let image = bad(&engine, &manifest("app"));
    send(&mut device.apps.door(), "app", &image).expect("it is admitted");
    for _ in 0..2 {
        let device = Device::boot(&flash, &engine);
        device.run_for(11 * SECOND);
        assert!(device.events().is_empty());
    }
    let device = Device::boot(&flash, &engine);
    device.run_for(11 * SECOND);
    let line = "app held: its first runs failed; start it by hand";
    assert_eq!(device.events(), [line]);
    let device = Device::boot(&flash, &engine);
    device.run_for(11 * SECOND);
    assert_eq!(device.events(), [line]);
    let app = device.apps.runtime().app("app").expect("it is there");
    assert_eq!((app.crashes, app.held), (0, Some(Held::Failed)));
    let before = flash.0.borrow().operations;
    for _ in 0..20 {
        device.apps.runtime().start("app").expect("it starts");
        device.run_for(SECOND);
    }
    let written = flash.0.borrow().operations - before;
    assert_eq!(written, 0, "it is known that it fails");
}

#[test]
fn a_confirmed_version_that_takes_the_device_down_in_a_row_is_held() {
    let engine = Scripted::default();
    let flash = confirmed(&engine, &["app"]);
    for start in 0..4 {
        let device = Device::boot(&flash, &engine);
        device.run_for(5 * SECOND);
        assert_eq!(held(&device, "app"), None, "start {start}");
        assert!(device.is_running("app"));
    }
    let device = Device::boot(&flash, &engine);
    assert_eq!(device.events(), [format!("app {DOWN}")]);
}

#[test]
fn a_user_who_cuts_the_power_now_and_then_holds_nothing() {
    let engine = Scripted::default();
    let flash = confirmed(&engine, &["app", "other"]);
    for _ in 0..5 {
        for _ in 0..3 {
            Device::boot(&flash, &engine).run_for(5 * SECOND);
        }
        let device = Device::boot(&flash, &engine);
        device.run_for(30 * SECOND);
        assert!(device.is_running("app") && device.is_running("other"));
        assert!(device.events().is_empty());
    }
}

#[test]
fn the_app_that_is_to_blame_is_held_and_no_other() {
    let engine = Scripted::default();
    let names = ["one", "killer", "two", "three"];
    let flash = confirmed(&engine, &names);
    let mut starts = 0;
    // The device goes down two seconds after the one app starts.
    loop {
        let device = Device::boot(&flash, &engine);
        starts += 1;
        for _ in 0..100 {
            device.run_for(2 * SECOND);
            if device.is_running("killer") {
                break;
            }
        }
        if !device.is_running("killer") {
            break;
        }
        assert!(starts < 10, "it ends");
    }
    assert_eq!(starts, 5);
    let device = Device::boot(&flash, &engine);
    device.run_for(60 * SECOND);
    for name in names {
        assert_eq!(device.is_running(name), name != "killer", "{name}");
    }
    assert_eq!(held(&device, "killer"), Some(Held::TookDeviceDown));
}

#[test]
fn a_start_of_the_device_writes_little() {
    let engine = Scripted::default();
    let flash = confirmed(&engine, &["app", "other", "third"]);
    let operations = || flash.0.borrow().operations;
    let words_of = |run: &dyn Fn()| {
        let before = operations();
        run();
        operations() - before
    };
    let well = words_of(&|| Device::boot(&flash, &engine).run_for(60 * SECOND));
    assert!(well <= 16, "{well} words of 8 bytes");
    words_of(&|| drop(Device::boot(&flash, &engine)));
    let after_a_cut = words_of(&|| Device::boot(&flash, &engine).run_for(60 * SECOND));
    // Two records for each app.
    assert!(after_a_cut <= 16 + 3 * 2 * 60, "{after_a_cut} words");
}

#[test]
fn an_app_on_trial_that_is_started_and_stopped_all_the_time_wears_the_flash_little() {
    let engine = Scripted::default();
    let flash = installed(&engine, &["app"]);
    let device = Device::boot(&flash, &engine);
    let before = flash.0.borrow().operations;
    for _ in 0..60 {
        let _ = device.apps.runtime().start("app");
        device.run_for(SECOND / 2);
        device.apps.runtime().stop("app").expect("it is there");
        device.run_for(SECOND / 2);
    }
    let words = flash.0.borrow().operations - before;
    assert!(words < 600, "{words} words in a minute");
    device.run_for(30 * SECOND);
    assert_eq!(record(&flash, "app").starts, 0, "none of them failed");
}

#[test]
fn a_cut_while_starts_are_counted_leaves_the_app_and_its_count() {
    let engine = Scripted::default();
    for flash in [installed(&engine, &["app"]), confirmed(&engine, &["app"])] {
        for downs in 0..4 {
            for n in 0.. {
                let cut = flash.copy();
                let device = Device::off(&cut, &engine, developer()).expect("it starts");
                cut.0.borrow_mut().cut_after(n, 1);
                let _ = block_on(device.apps.boot());
                drop(device);
                let was_cut = cut.0.borrow_mut().power_up();
                let (old, new) = (record(&flash, "app"), record(&cut, "app"));
                assert!(new.starts == old.starts || new.starts == old.starts + 1);
                let next = Device::boot(&cut, &engine);
                let at_most = next.version("app").as_deref() == Some("1");
                assert!(at_most, "down {downs}, cut {n}");
                if !was_cut {
                    break;
                }
            }
            // The state after one more start that did not last.
            Device::boot(&flash, &engine);
        }
        let device = Device::boot(&flash, &engine);
        assert_eq!(held(&device, "app"), Some(Held::TookDeviceDown));
    }
}
