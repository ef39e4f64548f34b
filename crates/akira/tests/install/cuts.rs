//! The power fails in every operation of the flash: the device starts again with the old or the new state.

use std::time::Duration;

use akira::engine::Scripted;
use embassy_futures::block_on;

use crate::device::{Device, Flash, bad, good, manifest, send};

const SECOND: Duration = Duration::from_secs(1);

/// What a user sees of the app: its version, and what it has saved.
type Seen = (Option<String>, bool);

fn seen(flash: &Flash, engine: &Scripted) -> Seen {
    let device = Device::boot(flash, engine);
    let mut value = [0; 8];
    let mut store = block_on(device.apps.store().lock());
    let saved = block_on(store.setting("app/best", &mut value)).expect("the flash is read");
    let events = device.events();
    assert!(
        events
            .iter()
            .all(|event| event.starts_with("app rolled back: ")),
        "{events:?}"
    );
    (device.version("app"), saved.is_some())
}

/// Cuts the power in every operation of what `act` does, and holds what is left against the states before and after.
/// Returns how many cuts there were.
fn cut_everywhere(flash: &Flash, engine: &Scripted, act: impl Fn(&Device)) -> u64 {
    let old = seen(&flash.copy(), engine);
    let whole = flash.copy();
    act(&Device::boot(&whole, engine));
    let new = seen(&whole, engine);
    for n in 0.. {
        for seed in 1..=3 {
            let cut = flash.copy();
            let device = Device::boot(&cut, engine);
            cut.0.borrow_mut().cut_after(n, seed);
            act(&device);
            drop(device);
            if !cut.0.borrow_mut().power_up() {
                assert!(n > 0, "something is written");
                assert_eq!(seen(&cut, engine), new);
                return n * 3;
            }
            let left = seen(&cut, engine);
            assert!(
                left == old || left == new,
                "{left:?} after a cut in operation {n}"
            );
            works_on(&cut, engine);
        }
    }
    unreachable!("the loop ends when nothing was cut")
}

/// Makes sure that the device takes apps after a cut.
fn works_on(flash: &Flash, engine: &Scripted) {
    let device = Device::boot(flash, engine);
    let next = good(engine, &manifest("9"));
    send(&mut device.apps.door(), "app", &next).expect("there is room after a cut");
    assert_eq!(seen(flash, engine).0.as_deref(), Some("9"));
}

fn installed(engine: &Scripted) -> Flash {
    let flash = Flash::formatted();
    let device = Device::boot(&flash, engine);
    send(
        &mut device.apps.door(),
        "app",
        &good(engine, &manifest("1")),
    )
    .expect("it is admitted");
    let mut store = block_on(device.apps.store().lock());
    block_on(store.set_setting("app/best", b"42")).expect("there is room");
    drop(store);
    flash
}

#[test]
fn in_an_install() {
    let engine = Scripted::default();
    let app = good(&engine, &manifest("1"));
    let cuts = cut_everywhere(&Flash::formatted(), &engine, |device| {
        let _ = send(&mut device.apps.door(), "app", &app);
    });
    println!("{cuts} cuts in an install");
}

#[test]
fn in_an_update() {
    let engine = Scripted::default();
    let app = good(&engine, &manifest("2"));
    let cuts = cut_everywhere(&installed(&engine), &engine, |device| {
        let _ = send(&mut device.apps.door(), "app", &app);
    });
    println!("{cuts} cuts in an update");
}

#[test]
fn in_an_uninstall() {
    let engine = Scripted::default();
    let cuts = cut_everywhere(&installed(&engine), &engine, |device| {
        let _ = block_on(device.apps.uninstall("app"));
    });
    println!("{cuts} cuts in an uninstall");
}

#[test]
fn in_a_trial_that_ends_with_a_roll_back() {
    let engine = Scripted::default();
    let flash = installed(&engine);
    let device = Device::boot(&flash, &engine);
    device.apps.runtime().start("app").expect("it starts");
    device.run_for(11 * SECOND);
    let new = bad(&engine, &manifest("2"));
    send(&mut device.apps.door(), "app", &new).expect("it is admitted");
    let cuts = cut_everywhere(&flash, &engine, |device| {
        let _ = device.apps.runtime().start("app");
        device.run_for(SECOND);
    });
    println!("{cuts} cuts in a trial");
}
