//! Packages that are at hand as a whole.

use akira::abi::caps::{AppName, Capability, CapabilitySet};
use akira::engine::Scripted;
use akira::install::{Error, Offer};
use akira_pack::{SigningKey, sign_detached};
use akira_package::Error as Refused;
use embassy_futures::block_on;

use crate::device::{Device, Flash, field, good, manifest};

#[test]
fn a_manifest_beside_the_module_and_what_the_operator_said_are_kept() {
    let (flash, engine) = (Flash::formatted(), Scripted::default());
    let device = Device::boot(&flash, &engine);
    let package = good(&engine, "");
    let sidecar = br#"{"version": "3.1", "capabilities": ["timer", "ipc"]}"#;
    let mut offer = Offer::new(&package);
    offer.name = AppName::new("app");
    offer.sidecar = Some(sidecar);
    offer.grant = CapabilitySet::of(&[Capability::GpioRead]);
    offer.deny = CapabilitySet::of(&[Capability::Ipc]);
    let operations = flash.0.borrow().operations;
    block_on(device.apps.review(&offer)).expect("it may come in");
    assert_eq!(
        flash.0.borrow().operations,
        operations,
        "a review writes nothing"
    );
    block_on(device.apps.install(&offer)).expect("it is admitted");
    for device in [device, Device::boot(&flash, &engine)] {
        let app = device.apps.runtime().app("app").expect("it is installed");
        let granted = CapabilitySet::of(&[Capability::Timer, Capability::GpioRead]);
        assert_eq!((&*app.version, app.grant.capabilities), ("3.1", granted));
    }
}

#[test]
fn a_detached_signature_counts() {
    let (flash, engine) = (Flash::formatted(), Scripted::default());
    let key = SigningKey::from_seed(&[1; 32]);
    let config = field(&[(&key, "ours", 1)]);
    let device = Device::try_boot(&flash, &engine, config).expect("the device starts");
    let package = good(&engine, &manifest("1"));
    let signature = sign_detached(&package, &key).expect("it is a module");
    let mut offer = Offer::new(&package);
    let refused = block_on(device.apps.install(&offer));
    assert_eq!(refused, Err(Error::Package(Refused::NotSigned)));
    assert!(!device.has_traces("app"));
    offer.signature = Some(&signature);
    block_on(device.apps.install(&offer)).expect("it is ours");
    let app = device.apps.runtime().app("app").expect("it is installed");
    assert_eq!(app.signer.as_deref(), Some("ours"));
}

#[test]
fn an_app_of_the_firmware_is_neither_replaced_nor_removed() {
    let (flash, engine) = (Flash::formatted(), Scripted::default());
    let device = Device::boot(&flash, &engine);
    let package = good(&engine, &manifest("1"));
    let image: std::rc::Rc<[u8]> = package.clone().into();
    let trusted = akira::InstallOptions::trusted();
    device
        .apps
        .runtime()
        .install(image, &trusted)
        .expect("it is admitted");
    let refused = block_on(device.apps.install(&Offer::new(&package)));
    assert_eq!(refused, Err(Error::Firmware));
    assert_eq!(block_on(device.apps.uninstall("app")), Err(Error::Firmware));
    assert_eq!(device.version("app").as_deref(), Some("1"));
    let unknown = block_on(device.apps.uninstall("nobody"));
    assert!(matches!(unknown, Err(Error::Unknown)));
}
