//! Other keys are trusted while apps run.

use std::time::Duration;

use akira::Installer;
use akira::abi::caps::{Capability, CapabilitySet};
use akira::engine::Scripted;
use akira::install::Error;
use akira_pack::{SigningKey, sign_module};
use akira_package::Error as Refused;
use embassy_futures::block_on;

use crate::device::{Device, Flash, field_with, good, parcel, send, trust};

const SECOND: Duration = Duration::from_secs(1);
const BOTH: CapabilitySet = CapabilitySet::of(&[Capability::Timer, Capability::Ipc]);
const TIMER: CapabilitySet = CapabilitySet::of(&[Capability::Timer]);

fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed(&[seed; 32])
}

fn signed(engine: &Scripted, name: &str, seed: u8) -> Vec<u8> {
    let text = format!(r#"{{"name": "{name}", "version": "1", "capabilities": ["timer", "ipc"]}}"#);
    sign_module(&good(engine, &text), &key(seed)).expect("it is a module")
}

/// A device on which two apps run, of two keys.
fn device(flash: &Flash, engine: &Scripted) -> Device {
    let config = field_with(&[(&key(1), "one", 1), (&key(2), "two", 2)], BOTH);
    let device = Device::try_boot(flash, engine, config).expect("the device starts");
    for (name, seed) in [("first", 1), ("second", 2)] {
        send(&mut device.apps.door(), name, &signed(engine, name, seed)).expect("it is let in");
        device.apps.runtime().start(name).expect("it starts");
    }
    device.run_for(11 * SECOND);
    device
}

#[test]
fn an_app_whose_key_is_trusted_no_more_ends_at_once_and_returns_with_its_key() {
    let (flash, engine) = (Flash::formatted(), Scripted::default());
    let device = device(&flash, &engine);
    let runs = |name| {
        device
            .apps
            .runtime()
            .app(name)
            .map(|app| app.run.expect("it runs").id)
    };
    let second = runs("second");
    block_on(device.apps.rotate(trust(&[(&key(2), "two", 2)], BOTH))).expect("the flash works");
    assert!(runs("first").is_none() && !device.apps.keeps("first"));
    assert_eq!(runs("second"), second, "nothing changed for this one");
    let events = device.events();
    assert!(
        events[0].starts_with("first left out: the app is signed by a key"),
        "{events:?}"
    );
    let refused = send(
        &mut device.apps.door(),
        "third",
        &signed(&engine, "third", 1),
    );
    assert_eq!(refused, Err(Error::Package(Refused::UnknownKey)));

    let both = trust(&[(&key(1), "one", 1), (&key(2), "two", 2)], BOTH);
    block_on(device.apps.rotate(both)).expect("the flash works");
    assert_eq!(device.version("first").as_deref(), Some("1"));
    assert!(!device.is_running("first") && device.apps.keeps("first"));
    send(
        &mut device.apps.door(),
        "third",
        &signed(&engine, "third", 1),
    )
    .expect("it is let in");
}

#[test]
fn an_app_runs_on_with_what_its_key_may_still_grant() {
    let (flash, engine) = (Flash::formatted(), Scripted::default());
    let device = device(&flash, &engine);
    let keys = [(&key(1), "one", 1), (&key(2), "two", 2)];
    for ceiling in [TIMER, BOTH] {
        block_on(device.apps.rotate(trust(&keys, ceiling))).expect("the flash works");
        device.run_for(SECOND);
        for name in ["first", "second"] {
            let app = device.apps.runtime().app(name).expect("it is there");
            assert_eq!(app.grant.capabilities, ceiling);
            assert!(app.run.is_some());
        }
    }
    assert!(device.events().is_empty());
}

#[test]
fn what_is_coming_is_measured_by_the_keys_that_are_trusted_when_it_is_let_in() {
    let (flash, engine) = (Flash::formatted(), Scripted::default());
    let device = device(&flash, &engine);
    let package = signed(&engine, "third", 1);
    let mut door = device.apps.door();
    let refused = block_on(async {
        door.begin(&parcel("third", &package)).await?;
        door.write(&package).await?;
        device
            .apps
            .rotate(trust(&[(&key(2), "two", 2)], BOTH))
            .await?;
        door.finish().await
    });
    let refused = refused.expect_err("nobody vouches for it any more");
    assert_eq!(refused, Error::Package(Refused::UnknownKey));
    assert!(!device.has_traces("third"));
}

#[test]
fn what_was_found_good_before_is_not_let_in_after() {
    let (flash, engine) = (Flash::formatted(), Scripted::default());
    let device = device(&flash, &engine);
    let package = signed(&engine, "third", 1);
    let mut door = device.apps.door();
    let refused = block_on(async {
        door.begin(&parcel("third", &package)).await?;
        door.write(&package).await?;
        door.finish().await?;
        device
            .apps
            .rotate(trust(&[(&key(2), "two", 2)], BOTH))
            .await?;
        door.commit().await
    });
    assert_eq!(refused, Err(Error::Package(Refused::UnknownKey)));
    assert!(device.version("third").is_none() && !device.has_traces("third"));
}
