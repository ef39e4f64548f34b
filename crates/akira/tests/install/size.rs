//! How much RAM a transfer takes.

use akira::engine::Scripted;
use akira::{Image, Installer};

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
    send(&mut device.apps.door(), "app", &app).expect("it is let in");
    for device in [
        device,
        Device::try_boot(&flash, &engine, config()).expect("the device starts"),
    ] {
        device.apps.runtime().start("app").expect("it starts");
        match device.apps.runtime().image("app") {
            Some(Image::Static(bytes)) => assert!(bytes == app),
            other => panic!("it was copied: {other:?}"),
        }
    }
}

fn bytes<T>(value: T) -> usize {
    size_of_val(&value)
}
