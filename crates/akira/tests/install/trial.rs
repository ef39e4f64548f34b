//! New versions prove themselves, or go.

use std::time::Duration;

use akira::abi::caps::AppName;
use akira::engine::Scripted;
use akira::store::Details;
use embassy_futures::block_on;

use crate::device::{Device, Flash, bad, good, manifest, returns, send};

/// The name of the app.
fn name() -> AppName {
    AppName::new("app").expect("it is a name")
}

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn an_app_is_there_after_a_restart_and_gone_after_its_uninstall() {
    let (flash, engine) = (Flash::formatted(), Scripted::default());
    let device = Device::boot(&flash, &engine);
    let app = good(&engine, &manifest("1.0"));
    send(&mut device.apps.door(), "app", &app).expect("it is admitted");
    assert_eq!(device.version("app").as_deref(), Some("1.0"));
    let device = Device::boot(&flash, &engine);
    assert_eq!(device.version("app").as_deref(), Some("1.0"));
    let app = device.apps.runtime().app("app").expect("it is installed");
    assert!(!app.autostart && app.run.is_none());
    block_on(device.apps.uninstall("app")).expect("it is there");
    assert!(device.version("app").is_none() && !device.has_traces("app"));
    let device = Device::boot(&flash, &engine);
    assert!(device.version("app").is_none());
    assert!(device.events().is_empty());
}

#[test]
fn the_manifest_decides_on_autostart_until_the_operator_does() {
    let (flash, engine) = (Flash::formatted(), Scripted::default());
    let text = r#"{"name": "app", "version": "1", "autostart": true}"#;
    let device = Device::boot(&flash, &engine);
    send(&mut device.apps.door(), "app", &good(&engine, text)).expect("it is admitted");
    assert!(!device.is_running("app"), "only with the device");
    let device = Device::boot(&flash, &engine);
    device.run_for(SECOND);
    assert!(device.is_running("app"));
    block_on(device.apps.set_autostart("app", false)).expect("it is there");
    send(&mut device.apps.door(), "app", &good(&engine, text)).expect("it is admitted again");
    let device = Device::boot(&flash, &engine);
    device.run_for(SECOND);
    assert!(
        !device.is_running("app"),
        "the operator's word holds over an update"
    );
}

#[test]
fn an_update_takes_the_place_of_what_runs_and_is_confirmed() {
    let (flash, engine) = (Flash::formatted(), Scripted::default());
    let device = Device::boot(&flash, &engine);
    let mut door = device.apps.door();
    send(&mut door, "app", &good(&engine, &manifest("1.0"))).expect("it is admitted");
    device.apps.runtime().start("app").expect("it starts");
    send(&mut door, "app", &good(&engine, &manifest("1.1"))).expect("it is admitted");
    assert_eq!(device.version("app").as_deref(), Some("1.1"));
    assert!(device.is_running("app"));
    device.run_for(9 * SECOND);
    assert!(device.events().is_empty(), "too early to say");
    device.run_for(2 * SECOND);
    assert_eq!(device.events(), ["app confirmed"]);
}

#[test]
fn an_update_that_fails_its_first_starts_is_rolled_back_and_the_old_one_runs() {
    let (flash, engine) = (Flash::formatted(), Scripted::default());
    let device = Device::boot(&flash, &engine);
    let mut door = device.apps.door();
    send(&mut door, "app", &good(&engine, &manifest("1.0"))).expect("it is admitted");
    device.apps.runtime().start("app").expect("it starts");
    device.run_for(11 * SECOND);
    send(&mut door, "app", &bad(&engine, &manifest("1.1"))).expect("it is admitted");
    device.run_for(SECOND);
    assert_eq!(
        device.events(),
        [
            "app rolled back: its first runs failed; the last one trapped: unreachable executed (a panic or an abort)"
        ]
    );
    assert_eq!(device.version("app").as_deref(), Some("1.0"));
    assert!(device.is_running("app"));
    let device = Device::boot(&flash, &engine);
    assert_eq!(device.version("app").as_deref(), Some("1.0"));
}

#[test]
fn an_update_that_takes_the_device_down_is_rolled_back_at_the_fourth_start() {
    let (flash, engine) = (Flash::formatted(), Scripted::default());
    let device = Device::boot(&flash, &engine);
    let text = |version| format!(r#"{{"name": "app", "version": "{version}", "autostart": true}}"#);
    send(&mut device.apps.door(), "app", &good(&engine, &text("1.0"))).expect("it is admitted");
    device.apps.runtime().start("app").expect("it starts");
    device.run_for(11 * SECOND);
    send(&mut device.apps.door(), "app", &good(&engine, &text("1.1"))).expect("it is admitted");
    // The device restarts as soon as the app does: it is never seen to crash.
    for _ in 0..2 {
        let device = Device::boot(&flash, &engine);
        assert_eq!(device.version("app").as_deref(), Some("1.1"));
    }
    let device = Device::boot(&flash, &engine);
    assert_eq!(device.version("app").as_deref(), Some("1.0"));
    assert_eq!(
        device.events(),
        ["app rolled back: the device reset while it ran"]
    );
}

#[test]
fn an_update_that_returns_what_is_not_0_has_not_failed() {
    let (flash, engine) = (Flash::formatted(), Scripted::default());
    let device = Device::boot(&flash, &engine);
    let mut door = device.apps.door();
    for version in ["1.0", "1.1"] {
        let app = returns(&engine, &manifest(version), 3);
        send(&mut door, "app", &app).expect("it is admitted");
        device.apps.runtime().start("app").expect("it starts");
        device.run_for(SECOND);
    }
    assert_eq!(device.events(), ["app confirmed"]);
    assert_eq!(device.version("app").as_deref(), Some("1.1"));
    let app = device.apps.runtime().app("app").expect("it is installed");
    assert_eq!(app.crashes, 0);
}

#[test]
fn a_version_that_its_user_stops_again_and_again_has_not_failed() {
    let (flash, engine) = (Flash::formatted(), Scripted::default());
    let device = Device::boot(&flash, &engine);
    let mut door = device.apps.door();
    send(&mut door, "app", &good(&engine, &manifest("1.0"))).expect("it is admitted");
    device.apps.runtime().start("app").expect("it starts");
    device.run_for(11 * SECOND);
    device.apps.runtime().stop("app").expect("it is there");
    send(&mut door, "app", &good(&engine, &manifest("1.1"))).expect("it is admitted");
    for _ in 0..5 {
        device.apps.runtime().start("app").expect("it starts");
        device.run_for(SECOND);
        device.apps.runtime().stop("app").expect("it is there");
        device.run_for(SECOND);
    }
    let device = Device::boot(&flash, &engine);
    assert_eq!(device.version("app").as_deref(), Some("1.1"));
    assert!(device.events().is_empty());
}

#[test]
fn crashes_are_remembered_over_a_restart() {
    let (flash, engine) = (Flash::formatted(), Scripted::default());
    let device = Device::boot(&flash, &engine);
    send(
        &mut device.apps.door(),
        "app",
        &bad(&engine, &manifest("1.0")),
    )
    .expect("it is admitted");
    for _ in 0..2 {
        device.apps.runtime().start("app").expect("it starts");
        device.run_for(SECOND);
    }
    let device = Device::boot(&flash, &engine);
    let name = name();
    let app = block_on(block_on(device.apps.store().lock()).app(&name));
    assert_eq!(
        app.expect("the flash is read")
            .expect("it is there")
            .crashes,
        2
    );
}

#[test]
fn an_image_that_changed_on_the_flash_is_left_out() {
    let (flash, engine) = (Flash::formatted(), Scripted::default());
    let device = Device::boot(&flash, &engine);
    send(
        &mut device.apps.door(),
        "app",
        &good(&engine, &manifest("1.0")),
    )
    .expect("it is admitted");
    let name = name();
    let app = block_on(block_on(device.apps.store().lock()).app(&name));
    let image = app
        .expect("the flash is read")
        .expect("it is there")
        .current;
    let image = image.expect("it is installed");
    assert_ne!(image.details, Details::default());
    flash.0.borrow_mut().flip(image.start as usize + 9, 1);
    let device = Device::boot(&flash, &engine);
    assert!(device.version("app").is_none());
    let [line] = &device.events()[..] else {
        panic!("one event");
    };
    assert!(
        line.starts_with("app left out: flash storage: an image changed"),
        "{line}"
    );
}

#[test]
fn a_flash_that_fails_is_reported_once_and_tried_again() {
    let (flash, engine) = (Flash::formatted(), Scripted::default());
    let device = Device::boot(&flash, &engine);
    send(
        &mut device.apps.door(),
        "app",
        &bad(&engine, &manifest("1.0")),
    )
    .expect("it is admitted");
    device.apps.runtime().start("app").expect("it starts");
    flash.0.borrow_mut().cut_after(0, 1);
    device.run_for(5 * SECOND);
    let events = device.events();
    assert_eq!(events.len(), 1, "{events:?}");
    assert!(
        events[0].starts_with("app not kept: flash storage: the flash failed"),
        "{events:?}"
    );
    flash.0.borrow_mut().power_up();
    device.run_for(20 * SECOND);
    assert!(device.events().is_empty());
    let app = block_on(block_on(device.apps.store().lock()).app(&name()));
    let app = app.expect("the flash is read").expect("it is there");
    assert!(
        app.starts + app.crashes > 0,
        "it was noted when that was possible again"
    );
}
