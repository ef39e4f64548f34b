//! Other keys are trusted while apps run.

use std::rc::Rc;
use std::time::Duration;

use akira::InstallOptions;
use akira::abi::caps::{AppName, Capability, CapabilitySet};
use akira::engine::Scripted;
use akira::install::{Config, Error};
use akira::manage::Sink;
use akira_pack::{SigningKey, seal, sign_module};
use akira_package::{AppScope, DocumentError, Error as Refused, KeyState, TrustedKey};
use embassy_futures::block_on;

use crate::device::{Device, Flash, bad, field_with, good, parcel, root, send, trust_of};

const SECOND: Duration = Duration::from_secs(1);
pub(crate) const BOTH: CapabilitySet = CapabilitySet::of(&[Capability::Timer, Capability::Ipc]);
const TIMER: CapabilitySet = CapabilitySet::of(&[Capability::Timer]);

pub(crate) fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed(&[seed; 32])
}

fn signed(engine: &Scripted, name: &str, seed: u8) -> Vec<u8> {
    let text = format!(r#"{{"name": "{name}", "version": "1", "capabilities": ["timer", "ipc"]}}"#);
    sign_module(&good(engine, &text), &key(seed)).expect("it is a module")
}

/// A document that says that these keys are trusted.
pub(crate) fn document(
    serial: u32,
    keys: &[(&SigningKey, &str, u16)],
    ceiling: CapabilitySet,
) -> Vec<u8> {
    seal(&trust_of(serial, keys, ceiling), &root())
}

/// A device on which two apps run, of two keys.
fn device(flash: &Flash, engine: &Scripted) -> Device {
    let config = field_with(&[(&key(1), "one", 1), (&key(2), "two", 1)], BOTH);
    let device = Device::try_boot(flash, engine, config).expect("the device starts");
    for (name, seed) in [("first", 1), ("second", 2)] {
        send(&mut device.apps.door(), name, &signed(engine, name, seed)).expect("it is admitted");
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
    let without = document(2, &[(&key(2), "two", 2)], BOTH);
    block_on(device.apps.rotate(&without)).expect("the root has sealed it");
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

    let both = document(3, &[(&key(1), "one", 1), (&key(2), "two", 2)], BOTH);
    block_on(device.apps.rotate(&both)).expect("the root has sealed it");
    assert_eq!(device.version("first").as_deref(), Some("1"));
    assert!(!device.is_running("first") && device.apps.keeps("first"));
    send(
        &mut device.apps.door(),
        "third",
        &signed(&engine, "third", 1),
    )
    .expect("it is admitted");
}

#[test]
fn an_app_runs_on_with_what_its_key_may_still_grant() {
    let (flash, engine) = (Flash::formatted(), Scripted::default());
    let device = device(&flash, &engine);
    let keys = [(&key(1), "one", 1), (&key(2), "two", 2)];
    for (serial, ceiling) in [(2, TIMER), (3, BOTH)] {
        let document = document(serial, &keys, ceiling);
        block_on(device.apps.rotate(&document)).expect("the root has sealed it");
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
fn what_is_coming_is_measured_by_the_keys_that_are_trusted_when_it_is_admitted() {
    let (flash, engine) = (Flash::formatted(), Scripted::default());
    let device = device(&flash, &engine);
    let package = signed(&engine, "third", 1);
    let mut door = device.apps.door();
    let refused = block_on(async {
        door.begin(&parcel("third", &package)).await?;
        door.write(&package).await?;
        device
            .apps
            .rotate(&document(2, &[(&key(2), "two", 2)], BOTH))
            .await?;
        door.finish().await
    });
    let refused = refused.expect_err("it has no trusted signer any more");
    assert_eq!(refused, Error::Package(Refused::UnknownKey));
    assert!(!device.has_traces("third"));
}

#[test]
fn what_was_found_good_before_is_not_admitted_after() {
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
            .rotate(&document(2, &[(&key(2), "two", 2)], BOTH))
            .await?;
        door.commit().await
    });
    assert_eq!(refused, Err(Error::Package(Refused::UnknownKey)));
    assert!(device.version("third").is_none() && !device.has_traces("third"));
}

#[test]
fn keys_that_were_rotated_count_at_the_next_start_until_the_firmware_has_newer_ones() {
    let (flash, engine) = (Flash::formatted(), Scripted::default());
    let device = device(&flash, &engine);
    let without = document(5, &[(&key(2), "two", 2)], BOTH);
    block_on(device.apps.rotate(&without)).expect("the root has sealed it");
    let all = [(&key(1), "one", 1), (&key(2), "two", 2)];
    for (serial, expected) in [(1, None), (4, None), (5, Some("1"))] {
        let config =
            Config::default().with_trust(Box::leak(Box::new(trust_of(serial, &all, BOTH))));
        let device = Device::try_boot(&flash, &engine, config).expect("the device starts");
        assert_eq!(device.version("first").as_deref(), expected, "{serial}");
        assert_eq!(device.apps.trust().serial(), serial.max(5));
    }
}

#[test]
fn a_document_that_nobody_may_seal_or_that_is_old_changes_nothing() {
    let (flash, engine) = (Flash::formatted(), Scripted::default());
    let device = device(&flash, &engine);
    let keys = [(&key(2), "two", 2)];
    let store = trust_of(2, &keys, BOTH);
    let foreign = seal(&store, &key(1));
    let mut changed = seal(&store, &root());
    changed[10] ^= 1;
    for (document, why) in [
        (foreign, DocumentError::NotAllowed(key(1).public().id())),
        (changed, DocumentError::BadSignature),
        (
            document(1, &keys, BOTH),
            DocumentError::Old {
                present: 1,
                offered: 1,
            },
        ),
        (Vec::new(), DocumentError::Malformed),
    ] {
        let refused = block_on(device.apps.rotate(&document));
        assert_eq!(refused, Err(Error::Trust(why)));
        assert!(device.is_running("first") && device.apps.trust().serial() == 1);
    }
}

#[test]
fn a_cut_in_any_operation_leaves_the_old_keys_or_the_new_ones() {
    let (flash, engine) = (Flash::formatted(), Scripted::default());
    drop(device(&flash, &engine));
    let all = [(&key(1), "one", 1), (&key(2), "two", 2)];
    let boot = |flash: &Flash| {
        let config = field_with(&all, BOTH);
        Device::try_boot(flash, &engine, config).expect("the device starts")
    };
    let mut seen = [0, 0];
    for n in 0.. {
        let cut = flash.copy();
        let device = boot(&cut);
        cut.0.borrow_mut().cut_after(n, n + 1);
        let rotated = block_on(device.apps.rotate(&document(2, &all[1..], BOTH)));
        let was_cut = cut.0.borrow_mut().power_up();
        assert_eq!(rotated.is_err(), was_cut);
        drop(device);
        let after = boot(&cut);
        let is_new = after.apps.trust().serial() == 2;
        assert_eq!(after.version("first").is_none(), is_new);
        seen[usize::from(is_new)] += 1;
        let again = block_on(after.apps.rotate(&document(3, &all, BOTH)));
        assert_eq!(again, Ok(()));
        if !was_cut {
            assert!(is_new && seen[0] > 20, "{seen:?}");
            return;
        }
    }
}

#[test]
fn an_app_is_admitted_on_the_terms_that_hold_when_it_is() {
    type Narrowed = fn(&mut TrustedKey);
    let cases: [(Narrowed, Refused); 4] = [
        (
            |key| key.apps = only(&["first", "second"]),
            Refused::ForeignApp,
        ),
        (
            |key| key.state = KeyState::Retired,
            Refused::Retired(key(2).public().id()),
        ),
        (
            |key| key.ceiling = TIMER,
            Refused::BeyondCeiling(CapabilitySet::of(&[Capability::Ipc])),
        ),
        (|key| key.owner = 9, Refused::ForeignSigner),
    ];
    for (narrow, why) in cases {
        let (flash, engine) = (Flash::formatted(), Scripted::default());
        let device = device(&flash, &engine);
        let third = signed(&engine, "third", 1);
        send(&mut device.apps.door(), "third", &third).expect("it is admitted");
        let update = signed(&engine, "third", 2);
        let mut door = device.apps.door();
        let refused = block_on(async {
            door.begin(&parcel("third", &update)).await?;
            door.write(&update).await?;
            door.finish().await?;
            device.apps.rotate(&narrowed(narrow)).await?;
            door.commit().await
        });
        assert_eq!(refused, Err(Error::Package(why)));
        let app = device.apps.runtime().app("third").expect("it is there");
        assert_eq!(app.signer.as_deref(), Some("one"));
    }
}

#[test]
fn an_app_has_the_quotas_that_its_key_may_give_when_it_is_admitted() {
    let (flash, engine) = (Flash::formatted(), Scripted::default());
    let device = device(&flash, &engine);
    let third = signed(&engine, "third", 2);
    let mut door = device.apps.door();
    block_on(async {
        door.begin(&parcel("third", &third)).await?;
        door.write(&third).await?;
        door.finish().await?;
        let fewer = narrowed(|key| key.limits.handles = 2);
        device.apps.rotate(&fewer).await?;
        door.commit().await
    })
    .expect("it asks for no more");
    let app = device.apps.runtime().app("third").expect("it is admitted");
    assert_eq!(app.grant.quotas.handles, 2);
}

#[test]
fn an_app_ends_whose_key_may_not_sign_apps_of_its_name_any_more() {
    let (flash, engine) = (Flash::formatted(), Scripted::default());
    let device = device(&flash, &engine);
    let others = narrowed(|key| key.apps = only(&["third"]));
    block_on(device.apps.rotate(&others)).expect("the root has sealed it");
    assert!(device.is_running("first") && device.version("second").is_none());
    let standing = block_on(device.apps.standing("second"));
    assert_eq!(standing, Err(Error::Package(Refused::ForeignApp)));
    let all = [(&key(1), "one", 1), (&key(2), "two", 1)];
    let device = Device::try_boot(&flash, &engine, field_with(&all, BOTH)).expect("it starts");
    assert!(device.version("first").is_some() && device.version("second").is_none());
}

#[test]
fn an_app_has_no_more_than_its_key_may_give_now() {
    let (flash, engine) = (Flash::formatted(), Scripted::default());
    let device = device(&flash, &engine);
    let handles = |name| {
        let app = device.apps.runtime().app(name).expect("it is there");
        assert!(app.run.is_some());
        app.grant.quotas.handles
    };
    let before = handles("first");
    let fewer = narrowed(|key| key.limits.handles = 2);
    block_on(device.apps.rotate(&fewer)).expect("the root has sealed it");
    assert_eq!((handles("first"), handles("second")), (before, 2));
}

#[test]
fn an_app_of_the_firmware_stays_whose_name_one_on_flash_has() {
    let (flash, engine) = (Flash::formatted(), Scripted::default());
    drop(device(&flash, &engine));
    let all = [(&key(1), "one", 1), (&key(2), "two", 1)];
    let device = Device::off(&flash, &engine, field_with(&all, BOTH)).expect("it is whole");
    let ours = good(&engine, r#"{"name": "second", "version": "7"}"#);
    let installed = device
        .apps
        .runtime()
        .install(Rc::<[u8]>::from(ours), &InstallOptions::trusted());
    installed.expect("it is admitted");
    block_on(device.apps.boot()).expect("the flash works");
    device.apps.runtime().start("second").expect("it starts");
    for (serial, ceiling) in [(2, TIMER), (3, BOTH)] {
        let document = document(serial, &all, ceiling);
        block_on(device.apps.rotate(&document)).expect("the root has sealed it");
        assert_eq!(device.version("second").as_deref(), Some("7"));
        assert!(device.is_running("second") && !device.apps.keeps("second"));
    }
}

#[test]
fn an_app_whose_record_is_damaged_keeps_no_other_running() {
    let (flash, engine) = (Flash::formatted(), Scripted::default());
    let device = device(&flash, &engine);
    flash.damage_record("first");
    let nobody = document(2, &[(&key(1), "one", 1)], BOTH);
    block_on(device.apps.rotate(&nobody)).expect("the root has sealed it");
    assert!(device.version("first").is_none() && device.version("second").is_none());
    let events = device.events();
    assert!(events.len() == 2, "{events:?}");
}

#[test]
fn what_is_on_trial_has_started_once_when_its_key_may_less() {
    let (flash, engine) = (Flash::formatted(), Scripted::default());
    let device = device(&flash, &engine);
    let update = signed(&engine, "second", 2);
    send(&mut device.apps.door(), "second", &update).expect("it is admitted");
    let starts = || {
        let name = AppName::new("second").expect("it is a name");
        let app = block_on(block_on(device.apps.store().lock()).app(&name));
        app.expect("the flash is read").expect("it is there").starts
    };
    device.run_for(SECOND);
    assert_eq!(starts(), 1);
    for (serial, ceiling) in [(2, TIMER), (3, BOTH), (4, TIMER)] {
        let keys = [(&key(1), "one", 1), (&key(2), "two", 1)];
        let document = document(serial, &keys, ceiling);
        block_on(device.apps.rotate(&document)).expect("the root has sealed it");
        device.run_for(SECOND);
        assert!(device.is_running("second"));
        assert_eq!(starts(), 1);
    }
}

#[test]
fn an_app_that_is_about_to_start_again_does() {
    let (flash, engine) = (Flash::formatted(), Scripted::default());
    let device = device(&flash, &engine);
    let text = r#"{"name": "third", "version": "1", "capabilities": ["timer", "ipc"],
        "restart": {"enabled": true, "delay_ms": 60000, "max_retries": 9}}"#;
    let third = sign_module(&bad(&engine, text), &key(2)).expect("it is a module");
    send(&mut device.apps.door(), "third", &third).expect("it is admitted");
    device.apps.runtime().start("third").expect("it starts");
    device.run_for(SECOND);
    let app = device.apps.runtime().app("third").expect("it is there");
    assert!(app.run.is_none() && app.is_due);
    let less = narrowed(|key| key.ceiling = TIMER);
    block_on(device.apps.rotate(&less)).expect("the root has sealed it");
    assert!(device.is_running("third"));
}

fn only(names: &[&str]) -> AppScope {
    AppScope::only(names).expect("the names are short")
}

/// A document that says that the key of the second app may less.
fn narrowed(narrow: impl Fn(&mut TrustedKey)) -> Vec<u8> {
    let mut two = TrustedKey::new("two", key(2).public().0, 1).expect("the name is short");
    two.ceiling = BOTH;
    narrow(&mut two);
    let one = trust_of(2, &[(&key(1), "one", 1)], BOTH);
    seal(&one.with_key(two).expect("there is room"), &root())
}
