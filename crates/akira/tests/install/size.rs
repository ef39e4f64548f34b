//! How much RAM a transfer takes, and what is read in place of it.

use akira::Image;
use akira::abi::caps::AppName;
use akira::engine::Scripted;
use akira::install::{Error, Offer};
use akira::manage::Sink;
use embassy_futures::block_on;

use crate::device::{Device, Flash, TestDoor, developer, good, manifest, parcel, send};

/// What a transfer may take beyond the engine, whatever the app's size.
const BUDGET: usize = 16 << 10;

#[test]
fn a_transfer_takes_less_than_16_kib_whatever_comes() {
    let device = Device::boot(&Flash::formatted(), &Scripted::default());
    let mut door = device.apps.door();
    let announced = parcel("app", b"");
    // Nothing of these grows with the app: neither a door nor its futures have anything on the heap.
    let futures = [
        bytes(door.begin(&announced)),
        bytes(door.write(b"")),
        bytes(door.finish()),
        bytes(door.commit()),
    ];
    let largest = futures.into_iter().max().expect("there are four");
    let taken = size_of::<TestDoor>() + largest;
    println!(
        "{} bytes for a door, {futures:?} for its futures",
        size_of::<TestDoor>()
    );
    assert!(taken <= BUDGET, "{taken} bytes");
}

#[test]
fn an_app_of_1_mb_runs_from_where_the_flash_is_mapped() {
    let (flash, engine) = (Flash::large(), Scripted::default());
    let config = || {
        let flash = flash.clone();
        developer().with_mapping(move |range| Some(flash.mapped(range)))
    };
    let mut app = good(&engine, &manifest("1"));
    let size = 1_u32 << 20;
    // A custom section, with its size in five bytes of LEB128.
    let length: Vec<u8> = (0..5)
        .map(|i| (size >> (7 * i)) as u8 & 0x7F | if i < 4 { 0x80 } else { 0 })
        .collect();
    app.push(0);
    app.extend(length);
    app.push(4);
    app.extend(b"data");
    app.resize(app.len() + size as usize - 5, 7);
    let device = Device::try_boot(&flash, &engine, config()).expect("the device starts");
    send(&mut device.apps.door(), "app", &app).expect("it is admitted");
    for device in [
        device,
        Device::try_boot(&flash, &engine, config()).expect("the device starts"),
    ] {
        device.apps.runtime().start("app").expect("it starts");
        match device.apps.runtime().image("app") {
            Some(image @ Image::Mapped(_)) => assert!(image.bytes() == app),
            other => panic!("it was copied: {other:?}"),
        }
    }
}

#[test]
fn no_place_is_written_that_somebody_reads() {
    let (flash, engine) = (Flash::formatted(), Scripted::default());
    let mapped = flash.clone();
    let config = developer().with_mapping(move |range| Some(mapped.mapped(range)));
    let device = Device::try_boot(&flash, &engine, config).expect("the device starts");
    let start = |name: &str| {
        let name = AppName::new(name).expect("it is a name");
        let app = block_on(block_on(device.apps.store().lock()).app(&name));
        let app = app.expect("the flash is read").expect("it is there");
        app.current.expect("it is installed").start
    };
    let app = good(&engine, &manifest("1"));
    let install = |n: usize| match n % 2 {
        0 => block_on(device.apps.install(&Offer::new(&app))).map(drop),
        _ => send(&mut device.apps.door(), "app", &app),
    };
    // Pages are taken in turn, so the same one comes again and again.
    install(0).expect("there is room");
    let place = start("app");
    let read = device.apps.runtime().image("app").expect("it is there");
    block_on(device.apps.uninstall("app")).expect("it is there");
    let (mut refused, mut again) = (0, 0);
    for n in 0..40 {
        match install(n) {
            Ok(_) => {
                assert_ne!(start("app"), place);
                block_on(device.apps.uninstall("app")).expect("it is there");
            }
            Err(error) => {
                assert_eq!(error, Error::InUse);
                assert!(!device.has_traces("app"));
                refused += 1;
            }
        }
    }
    drop(read);
    for n in 0..40 {
        install(n).expect("nobody reads it");
        again += u32::from(start("app") == place);
        block_on(device.apps.uninstall("app")).expect("it is there");
    }
    assert!(refused > 1 && again > 1, "{refused} {again}");
}

fn bytes<T>(value: T) -> usize {
    size_of_val(&value)
}
