//! What is refused leaves nothing behind, and what was there as it was.

use akira::TransferError;
use akira::abi::caps::{Capability, CapabilitySet};
use akira::engine::Scripted;
use akira::install::Error;
use akira::manage::{Apps, RefusalKind, Sink};
use akira_pack::{SigningKey, sign_detached, sign_module};
use akira_package::{Error as Refused, Field};
use embassy_futures::block_on;

use crate::device::{Device, Flash, developer, field, field_with, good, manifest, parcel, send};
use crate::rotate::document;

fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed(&[seed; 32])
}

fn signed(engine: &Scripted, version: &str, key: &SigningKey) -> Vec<u8> {
    sign_module(&good(engine, &manifest(version)), key).expect("it is a module")
}

/// A device in the field: it takes what `ours` and its successor sign.
fn in_field(flash: &Flash, engine: &Scripted) -> Device {
    let keys = [
        (&key(1), "ours", 1),
        (&key(2), "ours later", 1),
        (&key(3), "theirs", 2),
    ];
    Device::try_boot(flash, engine, field(&keys)).expect("the device starts")
}

#[test]
fn what_is_not_signed_by_a_trusted_key_leaves_nothing() {
    let (flash, engine) = (Flash::formatted(), Scripted::default());
    let device = in_field(&flash, &engine);
    let mut tampered = signed(&engine, "1", &key(1));
    let last = tampered.len() - 1;
    tampered[last] ^= 1;
    let cases = [
        (good(&engine, &manifest("1")), Refused::NotSigned),
        (signed(&engine, "1", &key(9)), Refused::UnknownKey),
        (tampered, Refused::HashMismatch),
    ];
    for (package, why) in cases {
        let refused = send(&mut device.apps.door(), "app", &package);
        assert_eq!(refused, Err(Error::Package(why)));
        let device = in_field(&flash, &engine);
        assert!(device.version("app").is_none());
        assert!(device.apps.runtime().apps().is_empty());
    }
}

#[test]
fn a_signature_that_lies_beside_a_module_counts_as_it_comes() {
    let (flash, engine) = (Flash::formatted(), Scripted::default());
    let device = in_field(&flash, &engine);
    let app = good(&engine, &manifest("1"));
    let ours = sign_detached(&app, &key(1)).expect("it is a module");
    let foreign = sign_detached(&app, &key(9)).expect("it is a module");
    let other = sign_detached(&good(&engine, &manifest("2")), &key(1)).expect("it is a module");
    let mut door = device.apps.door();
    let mut send = |signature: &[u8], package: &[u8]| {
        block_on(async {
            door.begin_signed(&parcel("app", package), signature)
                .await?;
            let (_, received) = door.progress().expect("it has begun");
            for piece in package[received as usize..].chunks(50) {
                door.write(piece).await?;
            }
            door.finish().await?;
            door.commit().await
        })
    };
    let malformed = Refused::Malformed(Field::SignatureSection);
    for (signature, why) in [
        (&foreign[..], Refused::UnknownKey),
        (&other, Refused::HashMismatch),
        (&ours[1..], malformed),
        (&[], malformed),
    ] {
        assert_eq!(send(signature, &app), Err(Error::Package(why)));
    }
    let signed = sign_module(&app, &key(1)).expect("it is a module");
    assert!(
        send(&ours, &signed).is_err(),
        "that signature is of another file"
    );
    send(&ours, &app).expect("it is trusted");
    let installed = device.apps.runtime().app("app").expect("it is there");
    assert_eq!(installed.signer.as_deref(), Some("ours"));
    assert_eq!(
        in_field(&flash, &engine).version("app").as_deref(),
        Some("1")
    );
}

#[test]
fn a_sender_that_gives_up_after_a_refusal_leaves_nothing() {
    let (flash, engine) = (Flash::formatted(), Scripted::default());
    let device = in_field(&flash, &engine);
    let package = good(&engine, &manifest("1"));
    let mut door = device.apps.door();
    block_on(door.begin(&parcel("app", &package))).expect("nothing is known of it yet");
    let refused = block_on(door.write(&package));
    assert_eq!(refused, Err(Error::Package(Refused::NotSigned)));
    block_on(door.abort()).expect("the flash works");
    assert!(!device.has_traces("app"));
}

#[test]
fn no_older_version_and_no_foreign_signer_takes_an_apps_place() {
    let (flash, engine) = (Flash::formatted(), Scripted::default());
    let device = in_field(&flash, &engine);
    let mut door = device.apps.door();
    send(&mut door, "app", &signed(&engine, "1.5", &key(1))).expect("it is ours");
    let refused = send(&mut door, "app", &signed(&engine, "1.4", &key(1)));
    assert!(matches!(
        refused,
        Err(Error::Package(Refused::Downgrade { .. }))
    ));
    let refused = send(&mut door, "app", &signed(&engine, "2.0", &key(3)));
    assert_eq!(refused, Err(Error::Package(Refused::ForeignSigner)));
    assert_eq!(device.version("app").as_deref(), Some("1.5"));
    send(&mut door, "app", &signed(&engine, "1.6", &key(2))).expect("the keys belong together");
    let app = device.apps.runtime().app("app").expect("it is installed");
    assert_eq!(app.signer.as_deref(), Some("ours later"));
    let device = in_field(&flash, &engine);
    let app = device.apps.runtime().app("app").expect("it is installed");
    assert_eq!(app.signer.as_deref(), Some("ours later"));
}

#[test]
fn what_developer_mode_admitted_does_not_start_without_it() {
    let (flash, engine) = (Flash::formatted(), Scripted::default());
    let device = Device::boot(&flash, &engine);
    assert!(device.apps.config().is_developer());
    send(
        &mut device.apps.door(),
        "app",
        &good(&engine, &manifest("1")),
    )
    .expect("it is admitted");
    let device = in_field(&flash, &engine);
    assert!(!device.apps.config().is_developer());
    assert!(device.version("app").is_none());
    let [line] = &device.events()[..] else {
        panic!("one event");
    };
    assert!(
        line.starts_with("app left out: the app is not signed"),
        "{line}"
    );
    let device = Device::boot(&flash, &engine);
    assert_eq!(
        device.version("app").as_deref(),
        Some("1"),
        "it is still there"
    );
}

#[test]
fn an_app_of_a_revoked_key_is_left_out() {
    let (flash, engine) = (Flash::formatted(), Scripted::default());
    let device = in_field(&flash, &engine);
    let mut door = device.apps.door();
    send(&mut door, "app", &signed(&engine, "1", &key(3))).expect("it is trusted");
    let keys = [(&key(1), "ours", 1)];
    let device = Device::try_boot(&flash, &engine, field(&keys)).expect("the device starts");
    assert!(device.version("app").is_none());
    let events = device.events();
    assert!(
        events[0].starts_with("app left out: the app is signed by a key"),
        "{events:?}"
    );
}

/// Over a link: the app is listed with its reason, explained by each command, and uninstalled.
#[test]
fn an_app_that_was_left_out_is_listed_explained_and_uninstalled() {
    let (flash, engine) = (Flash::formatted(), Scripted::default());
    let device = in_field(&flash, &engine);
    for (name, key) in [("stays", key(1)), ("app", key(3))] {
        let text = format!(r#"{{"name": "{name}", "version": "1"}}"#);
        let package = sign_module(&good(&engine, &text), &key).expect("it is a module");
        send(&mut device.apps.door(), name, &package).expect("it is trusted");
    }
    let keys = [(&key(1), "ours", 1)];
    let device = Device::try_boot(&flash, &engine, field(&keys)).expect("the device starts");
    let apps: &dyn Apps = &device.apps;
    let listed = || {
        let mut listed = Vec::new();
        apps.each(&mut |app| {
            let held = app.held.map(ToString::to_string);
            listed.push((app.name.to_owned(), app.state.to_owned(), held));
        });
        listed
    };
    let [stays, left_out] = &listed()[..] else {
        panic!("{:?}", listed());
    };
    assert_eq!(
        (&*stays.0, &*stays.1, &stays.2),
        ("stays", "INSTALLED", &None)
    );
    assert_eq!((&*left_out.0, &*left_out.1), ("app", "LEFT OUT"));
    let reason = left_out.2.as_deref().expect("it has a reason");
    assert!(
        reason.starts_with("left out: the app is signed by a key"),
        "{reason}"
    );
    for refused in [
        apps.start("app"),
        apps.stop("app"),
        apps.restart("app"),
        apps.describe("app", &mut |_| ()),
        block_on(apps.set_autostart("app", true)),
    ] {
        let refused = refused.expect_err("it does not run");
        assert_eq!(refused.kind(), RefusalKind::Conflict);
        let text = refused.to_string();
        assert!(
            text.starts_with(reason) && text.contains("uninstall it"),
            "{text}"
        );
    }
    block_on(apps.uninstall("app")).expect("it is on the flash");
    assert!(!device.has_traces("app"));
    assert!(!apps.find("app", &mut |_| ()) && listed().len() == 1);
    let unknown = apps.start("app").expect_err("it is gone");
    assert_eq!(unknown.kind(), RefusalKind::NotFound);
}

#[test]
fn an_app_loses_at_the_next_start_what_its_key_may_grant_no_more() {
    let (flash, engine) = (Flash::formatted(), Scripted::default());
    let device = in_field(&flash, &engine);
    let text = r#"{"name": "app", "version": "1", "capabilities": ["timer", "ipc"]}"#;
    let package = sign_module(&good(&engine, text), &key(1)).expect("it is a module");
    send(&mut device.apps.door(), "app", &package).expect("it keeps within what its key may");
    let granted = |device: &Device| {
        let app = device.apps.runtime().app("app").expect("it is admitted");
        app.grant.capabilities
    };
    let both = CapabilitySet::of(&[Capability::Timer, Capability::Ipc]);
    assert_eq!(granted(&device), both);
    let narrowed = CapabilitySet::of(&[Capability::Timer]);
    for (ceiling, left) in [(both, both), (narrowed, narrowed), (both, both)] {
        let config = field_with(&[(&key(1), "ours", 1)], ceiling);
        let device = Device::try_boot(&flash, &engine, config).expect("the device starts");
        assert_eq!(granted(&device), left);
        let standing = block_on(device.apps.standing("app")).expect("it is kept");
        assert_eq!(standing.ceiling, ceiling);
    }
}

#[test]
fn the_firmwares_settings_are_withheld_by_a_ceiling_like_everything_else() {
    let (flash, engine) = (Flash::roomy(), Scripted::default());
    let text = r#"{"name": "app", "version": "1", "capabilities": ["settings.*", "system"]}"#;
    let package = sign_module(&good(&engine, text), &key(1)).expect("it is a module");
    let settings = CapabilitySet::of(&[Capability::Settings]);
    let both = settings.with(Capability::SystemSettings);
    let boot = |ceiling| {
        let config = field_with(&[(&key(1), "ours", 1)], ceiling);
        Device::try_boot(&flash, &engine, config).expect("the device starts")
    };
    let refused = send(&mut boot(settings).apps.door(), "app", &package);
    let system = CapabilitySet::of(&[Capability::SystemSettings]);
    assert_eq!(refused, Err(Error::Package(Refused::BeyondCeiling(system))));
    send(&mut boot(both).apps.door(), "app", &package).expect("its key may grant both");
    for ceiling in [both, settings, both] {
        let device = boot(ceiling);
        let app = device.apps.runtime().app("app").expect("it is there");
        assert_eq!(app.grant.capabilities, ceiling);
    }
    let device = boot(both);
    let narrowed = document(2, &[(&key(1), "ours", 1)], settings);
    block_on(device.apps.rotate(&narrowed)).expect("the root has sealed it");
    let app = device.apps.runtime().app("app").expect("it is there");
    assert_eq!(app.grant.capabilities, settings);
}

#[test]
fn a_transfer_that_went_wrong_says_how() {
    let (flash, engine) = (Flash::formatted(), Scripted::default());
    let device = Device::try_boot(&flash, &engine, developer()).expect("the device starts");
    let package = good(&engine, &manifest("1"));
    let mut door = device.apps.door();
    let outcome = block_on(async {
        door.begin(&parcel("app", &package)).await?;
        door.write(&package[..50]).await?;
        door.finish().await
    });
    let size = package.len() as u32;
    let short = TransferError::Short { received: 50, size };
    assert_eq!(outcome.expect_err("it is short"), Error::Transfer(short));
    let renamed = send(&mut door, "other", &package);
    assert!(matches!(renamed, Err(Error::Name { .. })));
    assert!(!device.has_traces("app") && !device.has_traces("other"));
    let early = block_on(door.commit());
    assert_eq!(early, Err(Error::Transfer(TransferError::NotBegun)));
}
