//! Several transfers at once, and transfers that are resumed.

use akira::engine::Scripted;
use akira::install::{Error, Offer};
use akira::manage::Sink;
use akira::store;
use embassy_futures::join::join;
use embassy_futures::{block_on, yield_now};

use crate::device::{Device, Flash, TestDoor, good, manifest, parcel, send};

fn named(engine: &Scripted, name: &str) -> Vec<u8> {
    good(
        engine,
        &format!(
            r#"{{"name": "{name}", "description": "{}"}}"#,
            "long ".repeat(60)
        ),
    )
}

async fn some(door: &mut TestDoor, package: &[u8]) -> bool {
    let (_, received) = door.progress().expect("it has begun");
    let rest = &package[received as usize..];
    let piece = &rest[..rest.len().min(37)];
    door.write(piece).await.expect("it is taken");
    piece.len() < rest.len()
}

#[test]
fn two_apps_come_at_once_and_a_third_is_told_to_wait() {
    let (flash, engine) = (Flash::formatted(), Scripted::default());
    let device = Device::boot(&flash, &engine);
    let (one, two) = (named(&engine, "one"), named(&engine, "two"));
    let (mut first, mut second) = (device.apps.door(), device.apps.door());
    block_on(async {
        first
            .begin(&parcel("one", &one))
            .await
            .expect("there is room");
        second
            .begin(&parcel("two", &two))
            .await
            .expect("there is room");
        let busy = device.apps.door().begin(&parcel("three", &one)).await;
        assert_eq!(busy, Err(Error::Busy { most: 2 }));
        while some(&mut first, &one).await | some(&mut second, &two).await {}
        first.finish().await.expect("it is whole");
        second.finish().await.expect("it is whole");
        assert!(
            device.apps.runtime().apps().is_empty(),
            "nothing is admitted yet"
        );
        second.commit().await.expect("it is admitted");
        first.commit().await.expect("it is admitted");
    });
    let device = Device::boot(&flash, &engine);
    assert_eq!(device.apps.runtime().apps().len(), 2);
    send(&mut device.apps.door(), "three", &named(&engine, "three")).expect("both are done");
}

#[test]
fn a_transfer_goes_on_after_a_lost_link_where_it_was() {
    let (flash, engine) = (Flash::formatted(), Scripted::default());
    let device = Device::boot(&flash, &engine);
    let app = named(&engine, "app");
    let mut door = device.apps.door();
    block_on(async {
        door.begin(&parcel("app", &app))
            .await
            .expect("there is room");
        some(&mut door, &app).await;
        door.begin(&parcel("app", &app))
            .await
            .expect("it is resumed");
        assert_eq!(door.progress().map(|(_, received)| received), Some(37));
    });
    send(&mut door, "app", &app).expect("the rest comes");
}

#[test]
fn a_transfer_goes_on_after_the_power_was_cut() {
    let (flash, engine) = (Flash::formatted(), Scripted::default());
    let text = format!(
        r#"{{"name": "app", "description": "{}"}}"#,
        "x".repeat(3_000)
    );
    let mut app = good(&engine, &text);
    // A custom section makes it longer than what is noted of a transfer at a time: 16 KiB.
    app.extend([0, 0xa6, 0x9c, 0x01, 5]);
    app.extend(b"extra");
    app.extend([7; 20_000]);
    let device = Device::boot(&flash, &engine);
    let mut door = device.apps.door();
    block_on(async {
        door.begin(&parcel("app", &app))
            .await
            .expect("there is room");
        door.write(&app[..18_000]).await.expect("it is taken");
    });
    drop((door, device));
    let device = Device::boot(&flash, &engine);
    assert!(device.version("app").is_none());
    let mut door = device.apps.door();
    block_on(door.begin(&parcel("app", &app))).expect("it is resumed");
    assert_eq!(
        door.progress().map(|(_, received)| received),
        Some(16 << 10)
    );
    send(&mut door, "app", &app).expect("the rest comes");
    assert!(device.version("app").is_some());
}

#[test]
fn an_app_that_takes_another_ones_name_before_it_came_replaces_it() {
    let (flash, engine) = (Flash::formatted(), Scripted::default());
    let device = Device::boot(&flash, &engine);
    let (old, new) = (
        good(&engine, &manifest("1")),
        good(&engine, &manifest("22")),
    );
    let mut first = device.apps.door();
    block_on(first.begin(&parcel("app", &old))).expect("there is room");
    let mut second = device.apps.door();
    block_on(second.begin(&parcel("app", &new))).expect("there is room");
    assert!(block_on(first.write(&old)).is_err());
    block_on(first.abort()).expect("the flash works");
    send(&mut second, "app", &new).expect("the first one's end changes nothing");
    assert_eq!(device.version("app").as_deref(), Some("22"));
}

#[test]
fn a_transfer_that_was_replaced_cannot_be_admitted_and_ends_no_other() {
    let (flash, engine) = (Flash::formatted(), Scripted::default());
    let device = Device::boot(&flash, &engine);
    let [old, new] = ["1", "22"].map(|version| good(&engine, &manifest(version)));
    let (mut first, mut second) = (device.apps.door(), device.apps.door());
    block_on(async {
        first.begin(&parcel("app", &old)).await?;
        first.write(&old).await?;
        first.finish().await?;
        second.begin(&parcel("app", &new)).await?;
        second.write(&new[..50]).await?;
        let replaced = first.commit().await;
        assert_eq!(replaced, Err(Error::Store(store::Error::Stale)));
        second.write(&new[50..]).await?;
        second.finish().await?;
        second.commit().await
    })
    .expect("the first one's end changes nothing");
    assert_eq!(device.version("app").as_deref(), Some("22"));
}

#[test]
fn a_package_that_is_replaced_while_it_is_written_ends_no_transfer() {
    let (flash, engine) = (Flash::formatted(), Scripted::default());
    let device = Device::boot(&flash, &engine);
    let mut old = good(&engine, &manifest("1"));
    // A custom section of 9000 bytes.
    old.extend([0, 0xA8, 0x46, 4]);
    old.extend(b"data");
    old.resize(old.len() + 9000 - 5, 7);
    let new = good(&engine, &manifest("22"));
    let mut replaced = 0;
    for turns in 0..20 {
        let offer = Offer::new(&old);
        let mut door = device.apps.door();
        let begun = async {
            for _ in 0..turns {
                yield_now().await;
            }
            door.begin(&parcel("app", &new)).await
        };
        let (installed, begun) = block_on(join(device.apps.install(&offer), begun));
        begun.expect("there is room");
        if installed.is_err() {
            assert_eq!(installed, Err(Error::Store(store::Error::Stale)));
            send(&mut door, "app", &new).expect("the other one's end changes nothing");
            replaced += 1;
        }
        block_on(device.apps.uninstall("app")).expect("one of them is there");
    }
    assert!(replaced > 2, "{replaced}");
}
