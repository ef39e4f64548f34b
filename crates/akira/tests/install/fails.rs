//! What removes an app or its version fails half-way: nothing runs from a place on the flash that was given away.

use std::time::Duration;

use akira::abi::caps::AppName;
use akira::engine::Scripted;
use akira::manage::Sink;
use akira_pack::sign_module;
use embassy_futures::block_on;

use crate::device::{
    Device, Flash, bad, developer, drop_after, field_with, good, manifest, parcel, send,
};
use crate::rotate::{BOTH, document, key};

const SECOND: Duration = Duration::from_secs(1);

/// A device with an app of version 1 that has proven itself.
fn installed(engine: &Scripted) -> (Flash, Device) {
    let flash = Flash::formatted();
    let device = Device::boot(&flash, engine);
    let app = good(engine, &manifest("1"));
    send(&mut device.apps.door(), "app", &app).expect("it is admitted");
    device.apps.runtime().start("app").expect("it starts");
    device.run_for(11 * SECOND);
    (flash, device)
}

/// A flash with an app of version 1 and, on trial, one of version 2 that has crashed twice.
fn failing_update(engine: &Scripted) -> Flash {
    let (flash, device) = installed(engine);
    device.apps.runtime().stop("app").expect("it is there");
    let app = bad(engine, &manifest("2"));
    send(&mut device.apps.door(), "app", &app).expect("it is admitted");
    let mut store = block_on(device.apps.store().lock());
    let name = AppName::new("app").expect("it is a name");
    for _ in 0..2 {
        block_on(store.count_crash(&name)).expect("it is there");
    }
    drop(store);
    flash
}

/// What may run is what the flash has: an app that is there without its place being its own could be started over
/// whatever comes there next.
fn assert_same(device: &Device, what: impl core::fmt::Display) {
    if let Some(version) = device.version("app") {
        assert_eq!(Some(version), device.version_on_flash("app"), "{what}");
    }
}

/// Makes sure that an app that is kept is admitted by whoever watches them.
fn assert_admitted(device: &Device, what: impl core::fmt::Display) {
    device.run_for(11 * SECOND);
    assert_eq!(
        device.version("app"),
        device.version_on_flash("app"),
        "{what}"
    );
}

/// What is said of an app that fails and stays.
const HELD: &str = "app held: its first runs failed";

#[test]
fn an_uninstall_that_is_dropped_leaves_the_app_or_nothing_of_it() {
    let engine = Scripted::default();
    let (flash, _) = installed(&engine);
    for polls in 1.. {
        let device = Device::boot(&flash.copy(), &engine);
        let done = drop_after(polls, device.apps.uninstall("app"));
        assert_same(&device, polls);
        assert_admitted(&device, polls);
        if let Some(done) = done {
            assert!(done.is_ok() && polls > 1 && !device.has_traces("app"));
            return;
        }
    }
}

#[test]
fn an_install_that_is_dropped_or_fails_leaves_the_old_version_or_the_new_one() {
    let engine = Scripted::default();
    let new = good(&engine, &manifest("2"));
    for flash in [Flash::formatted(), installed(&engine).0] {
        let finished = |flash: &Flash| {
            let device = Device::boot(flash, &engine);
            let mut door = device.apps.door();
            let finished = block_on(async {
                door.begin(&parcel("app", &new)).await?;
                door.write(&new).await?;
                door.finish().await
            });
            finished.expect("it is good");
            (device, door)
        };
        for polls in 1.. {
            let (device, mut door) = finished(&flash.copy());
            let done = drop_after(polls, door.commit());
            assert_admitted(&device, polls);
            if done.is_some() {
                assert!(polls > 1 && device.version("app").as_deref() == Some("2"));
                break;
            }
        }
        for n in 0.. {
            let flash = flash.copy();
            let (device, mut door) = finished(&flash);
            let old = device.version("app");
            flash.0.borrow_mut().fail_after(n, n + 1);
            let done = block_on(door.commit());
            let version = device.version("app");
            assert_eq!(version, device.version_on_flash("app"), "{n}");
            assert_eq!(device.apps.keeps("app"), version.is_some());
            if done.is_ok() {
                assert!(n > 0 && version.as_deref() == Some("2"));
                break;
            }
            assert_eq!(version, old);
        }
    }
}

#[test]
fn an_app_whose_uninstall_fails_is_still_there() {
    let engine = Scripted::default();
    let (flash, _) = installed(&engine);
    for n in 0.. {
        let flash = flash.copy();
        let device = Device::boot(&flash, &engine);
        flash.0.borrow_mut().fail_after(n, n + 1);
        let removed = block_on(device.apps.uninstall("app"));
        assert_eq!(device.version("app"), device.version_on_flash("app"), "{n}");
        if removed.is_ok() {
            assert!(n > 0 && !device.has_traces("app"));
            return;
        }
    }
}

#[test]
fn a_roll_back_that_is_dropped_or_fails_leaves_the_old_version_or_the_new_one() {
    let engine = Scripted::default();
    let flash = failing_update(&engine);
    let crashed = || {
        let flash = flash.copy();
        let device = Device::boot(&flash, &engine);
        device.apps.runtime().start("app").expect("it starts");
        device.run_unwatched_for(SECOND);
        (flash, device)
    };
    for polls in 1.. {
        let (_, device) = crashed();
        drop_after(polls, device.apps.run());
        assert_same(&device, polls);
        if matches!(&device.events()[..], [event] if event.starts_with("app rolled back: ")) {
            assert!(polls > 2);
            break;
        }
        assert_admitted(&device, polls);
    }
    for n in 0.. {
        let (flash, device) = crashed();
        flash.0.borrow_mut().fail_after(n, n + 1);
        drop_after(100, device.apps.run());
        assert_same(&device, n);
        assert_admitted(&device, n);
        if matches!(&device.events()[..], [event] if event.starts_with("app rolled back: ")) {
            assert!(n > 2);
            return;
        }
    }
}

#[test]
fn a_version_that_fails_stays_if_the_one_before_may_not_run() {
    let (flash, engine) = (Flash::formatted(), Scripted::default());
    let keys = [(&key(1), "one", 1), (&key(2), "two", 1)];
    let config = || field_with(&keys, BOTH);
    let device = Device::try_boot(&flash, &engine, config()).expect("the device starts");
    let sign = |module: Vec<u8>, seed| sign_module(&module, &key(seed)).expect("it is a module");
    let old = sign(good(&engine, &manifest("1")), 1);
    send(&mut device.apps.door(), "app", &old).expect("it is admitted");
    device.apps.runtime().start("app").expect("it starts");
    device.run_for(11 * SECOND);
    let new = sign(bad(&engine, &manifest("2")), 2);
    send(&mut device.apps.door(), "app", &new).expect("it is admitted");
    block_on(device.apps.rotate(&document(2, &keys[1..], BOTH))).expect("the root has sealed it");
    device.run_for(5 * SECOND);
    let says_so = |device: &Device| {
        let events = device.events();
        let said = "app not rolled back: the app is signed by a key";
        assert!(
            events.len() == 2 && events[0].starts_with(said) && events[1].starts_with(HELD),
            "{events:?}"
        );
    };
    says_so(&device);
    assert_eq!(device.version("app").as_deref(), Some("2"));
    assert_eq!(device.version_on_flash("app").as_deref(), Some("2"));
    let device = Device::try_boot(&flash, &engine, config()).expect("the device starts");
    says_so(&device);
    assert_eq!(device.version("app").as_deref(), Some("2"));
}

#[test]
fn a_version_that_fails_stays_if_the_one_before_is_damaged() {
    let engine = Scripted::default();
    let flash = failing_update(&engine);
    let device = Device::boot(&flash, &engine);
    let name = AppName::new("app").expect("it is a name");
    let app = block_on(block_on(device.apps.store().lock()).app(&name));
    let app = app.expect("the flash is read").expect("it is there");
    let previous = app.previous.expect("it is on trial");
    flash.0.borrow_mut().flip(previous.start as usize + 9, 1);
    device.apps.runtime().start("app").expect("it starts");
    device.run_for(SECOND);
    for device in [device, Device::boot(&flash, &engine)] {
        let events = device.events();
        let said = "app not rolled back: flash storage: an image changed";
        assert!(
            events.len() == 2 && events[0].starts_with(said) && events[1].starts_with(HELD),
            "{events:?}"
        );
        assert_eq!(device.version("app").as_deref(), Some("2"));
        assert_eq!(device.version_on_flash("app").as_deref(), Some("2"));
    }
}

#[test]
fn an_app_whose_record_is_damaged_is_left_out_and_the_others_start() {
    let (flash, engine) = (Flash::formatted(), Scripted::default());
    let device = Device::boot(&flash, &engine);
    for name in ["first", "second", "third"] {
        let text = format!(r#"{{"name": "{name}", "version": "1", "autostart": true}}"#);
        send(&mut device.apps.door(), name, &good(&engine, &text)).expect("it is admitted");
    }
    let device = Device::off(&flash, &engine, developer()).expect("the store is whole");
    flash.damage_record("second");
    block_on(device.apps.boot()).expect("the flash works");
    device.run_for(SECOND);
    assert!(device.is_running("first") && device.is_running("third"));
    assert!(device.version("second").is_none());
    let events = device.events();
    let said = "second left out: flash storage: ";
    assert!(
        events.len() == 1 && events[0].starts_with(said),
        "{events:?}"
    );
}
