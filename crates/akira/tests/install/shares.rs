//! What an app is admitted with is promised to it, and nothing is promised twice.

use akira::engine::Scripted;
use akira::install::Error;
use akira::manage::Sink;
use akira::store::{EntryKind, Share};
use embassy_futures::block_on;

use crate::device::{Device, Flash, good, parcel, send};

fn keeps_files(engine: &Scripted, name: &str, version: u32, quota: u32) -> Vec<u8> {
    let manifest = format!(
        r#"{{"name": "{name}", "version": "{version}", "capabilities": ["storage.write"], "resources": {{"storage": {quota}}}}}"#
    );
    good(engine, &manifest)
}

#[test]
fn an_app_that_cannot_be_promised_its_files_is_refused_with_numbers() {
    let (flash, engine) = (Flash::roomy(), Scripted::default());
    let device = Device::boot(&flash, &engine);
    let mut door = device.apps.door();
    let all = block_on(device.apps.shares()).expect("the flash is read");
    assert_eq!(all.promised, Share::default());
    for name in ["one", "two"] {
        let app = keeps_files(&engine, name, 1, 16 << 10);
        send(&mut door, name, &app).expect("there is room");
    }
    let shares = block_on(device.apps.shares()).expect("the flash is read");
    let one = block_on(device.apps.share("one")).expect("the flash is read");
    assert_eq!((one.records, shares.promised), (64, one.and(one)));
    let third = keeps_files(&engine, "three", 1, 16 << 10);
    let refused = send(&mut door, "three", &third).expect_err("it is too much");
    assert!(matches!(refused, Error::Promised { needed, .. } if needed == one));
    let said = format!("{refused}");
    let free = shares.free().records;
    let numbers = [
        "need 64 records and ".to_owned(),
        format!("; {free} records and "),
        " are free, 128 and ".to_owned(),
    ];
    assert!(numbers.iter().all(|number| said.contains(number)), "{said}");
    assert!(!device.has_traces("three"));
    // What was promised holds over a restart, an update takes nothing from anybody, and an app without files is admitted.
    let device = Device::boot(&flash, &engine);
    let mut door = device.apps.door();
    let update = keeps_files(&engine, "two", 2, 16 << 10);
    send(&mut door, "two", &update).expect("it asks for no more");
    let plain = good(&engine, r#"{"name": "plain"}"#);
    send(&mut door, "plain", &plain).expect("it is promised nothing");
    assert!(send(&mut door, "three", &third).is_err());
    block_on(device.apps.uninstall("one")).expect("it is there");
    send(&mut door, "three", &third).expect("there is room again");
}

#[test]
fn files_that_belong_to_no_app_are_promised_to_none() {
    let (flash, engine) = (Flash::roomy(), Scripted::default());
    let device = Device::boot(&flash, &engine);
    let before = block_on(device.apps.shares()).expect("the flash is read");
    block_on(async {
        let mut store = device.apps.store().lock().await;
        store.create("left", "a", EntryKind::File).await?;
        store.set_setting_of("left", "wifi", b"x").await
    })
    .expect("there is room");
    let after = block_on(device.apps.shares()).expect("the flash is read");
    assert_eq!(after.free().records, before.free().records - 3);
}

#[test]
fn half_sent_apps_of_many_names_do_not_fill_the_flash() {
    let (flash, engine) = (Flash::of_images(400), Scripted::default());
    let device = Device::boot(&flash, &engine);
    let app = good(&engine, r#"{"name": "x"}"#);
    let begun = (0..100).take_while(|n| {
        let mut door = device.apps.door();
        block_on(door.begin(&parcel(&format!("app{n}"), &app))).is_ok()
    });
    // As many as may be installed, and two that are on their way.
    assert_eq!(begun.count(), 34);
    let mut door = device.apps.door();
    block_on(door.begin(&parcel("app3", &app))).expect("it is one of them");
    block_on(door.abort()).expect("it goes");
    block_on(door.begin(&parcel("other", &app))).expect("there is room again");
}
