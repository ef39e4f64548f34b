//! Apps that are called like the firmware.

use std::rc::Rc;

use akira::abi::caps::AppName;
use akira::engine::Scripted;
use akira::install::{Error, Offer};
use akira::store::{Details, NewImage};
use akira::{InstallError, InstallOptions};
use embassy_futures::block_on;

use crate::device::{Device, Flash, good};

/// Puts an app on a flash as a firmware did that did not reserve its name.
fn put(flash: &Flash, engine: &Scripted, name: &str, image: &[u8]) {
    let device = Device::boot(flash, engine);
    let mut store = block_on(device.apps.store().lock());
    let name = AppName::installed(name).expect("it was a name");
    let image_of = NewImage {
        name,
        size: image.len() as u32,
        sha256: None,
    };
    let mut writer = block_on(store.begin(&image_of)).expect("there is room");
    block_on(store.write(&mut writer, image)).expect("it is announced");
    block_on(store.commit(writer, &Details::default())).expect("it is whole");
    block_on(store.set_setting(&format!("{name}/net"), b"home")).expect("there is room");
}

fn setting(device: &Device, key: &str) -> Option<usize> {
    let mut store = block_on(device.apps.store().lock());
    block_on(store.setting(key, &mut [0; 255])).expect("it is read")
}

#[test]
fn an_app_from_before_is_left_out_and_removed_without_the_firmwares_settings() {
    let engine = Scripted::default();
    for name in ["system", "akira", "System"] {
        for manifest in ["{}".to_owned(), format!(r#"{{"name": "{name}"}}"#)] {
            let flash = Flash::formatted();
            put(&flash, &engine, name, &good(&engine, &manifest));
            let device = Device::boot(&flash, &engine);
            assert!(device.apps.runtime().app(name).is_none());
            let events = device.events();
            assert!(
                events[0].starts_with(&format!("{name} left out: "))
                    && events[0].contains("reserved"),
                "{events:?}"
            );
            assert!(block_on(device.apps.standing(name)).is_ok());
            block_on(device.apps.uninstall(name)).expect("it can be removed");
            for device in [device, Device::boot(&flash, &engine)] {
                assert_eq!(setting(&device, &format!("{name}/net")), Some(4));
                assert!(device.events().is_empty());
                assert!(block_on(device.apps.uninstall(name)).is_err());
            }
        }
    }
}

#[test]
fn an_app_with_such_a_name_does_not_come_in_by_any_way() {
    let (flash, engine) = (Flash::formatted(), Scripted::default());
    let device = Device::boot(&flash, &engine);
    let named = good(&engine, r#"{"name": "system"}"#);
    let nameless = good(&engine, "{}");
    for package in [&named, &nameless] {
        let offer = Offer::new(package);
        let refused = block_on(device.apps.install(&offer)).expect_err("it has no usable name");
        assert!(matches!(
            refused,
            Error::Install(InstallError::Name | InstallError::Manifest(_))
        ));
        let options = InstallOptions::trusted().with_name("akira.x");
        let refused = device
            .apps
            .runtime()
            .install(Rc::from(package.as_slice()), &options);
        let refused = refused.expect_err("not as the firmware's own either");
        assert!(
            refused
                .to_string()
                .contains("reserved \"system\" or \"akira\"")
        );
    }
    assert!(device.apps.runtime().apps().is_empty());
}
