//! Flashes on which somebody has written what no store would, with right checksums: the device starts, nothing loops, and
//! apps that were left alone are as they were.

use std::collections::BTreeMap;
use std::time::Duration;

use akira::abi::caps::{AppName, CapabilitySet};
use akira::engine::Scripted;
use akira::install::{Config, Error};
use akira::manage::Sink;
use akira::store::{self, EntryKind};
use akira_pack::sign_module;
use akira_package::DeveloperMode;
use akira_store_testing::{Mutation, Random, mutate};
use embassy_futures::block_on;

use crate::device::{Device, Flash, PAGE, PAGES, bad, good, parcel, send, trust};
use crate::rotate::{BOTH, key};

const SECOND: Duration = Duration::from_secs(1);

/// How many mutations are tried, if not so many as the environment says.
const MUTATIONS: (&str, u64) = ("AKIRA_STORE_MUTATIONS", 200);

/// How often a run may read the flash, and how many words and pages it may write: some times what a sound flash takes.
const READS_MOST: u64 = 400_000;
const OPERATIONS_MOST: u64 = 20_000;

const APPS: [&str; 5] = ["signed", "plain", "trial", "shaky", "fresh"];

/// What an app has saved.
type Saved = (Vec<u8>, Vec<u8>, Option<Vec<u8>>);

fn config() -> Config {
    let ceiling = CapabilitySet::ALL;
    Config::default()
        .with_trust(trust(&[(&key(1), "one", 1)], BOTH))
        .with_developer_mode(DeveloperMode::On { ceiling })
}

fn named(name: &str, version: u32) -> String {
    let autostart = name == "fresh";
    format!(r#"{{"name": "{name}", "version": "{version}", "autostart": {autostart}}}"#)
}

/// A flash with signed and unsigned apps, new versions on trial, files, settings, and a transfer that was cut off.
fn populated(engine: &Scripted) -> Flash {
    let flash = Flash::formatted();
    let device = Device::try_boot(&flash, engine, config()).expect("the device starts");
    let mut door = device.apps.door();
    for name in APPS {
        let mut module = good(engine, &named(name, 1));
        if name == "signed" {
            module = sign_module(&module, &key(1)).expect("it is a module");
        }
        send(&mut door, name, &module).expect("it is admitted");
        device.apps.runtime().start(name).expect("it starts");
    }
    device.run_for(11 * SECOND);
    for name in APPS {
        device.apps.runtime().stop(name).expect("it is there");
        save(&device, name);
    }
    send(&mut door, "trial", &good(engine, &named("trial", 2))).expect("it is admitted");
    send(&mut door, "shaky", &bad(engine, &named("shaky", 2))).expect("it is admitted");
    let coming = good(engine, &named("coming", 1));
    block_on(async {
        door.begin(&parcel("coming", &coming)).await?;
        door.write(&coming[..60]).await
    })
    .expect("there is room");
    flash
}

fn save(device: &Device, name: &str) {
    block_on(async {
        let mut store = device.apps.store().lock().await;
        store.create(name, "a", EntryKind::File).await?;
        store.create(name, "d", EntryKind::Directory).await?;
        store.create(name, "d/b", EntryKind::File).await?;
        store
            .write_at(name, "a", 0, &[name.len() as u8; 500])
            .await?;
        store.append(name, "a", name.as_bytes()).await?;
        store.write_at(name, "d/b", 0, name.as_bytes()).await?;
        store.rename(name, "d/b", "d/c").await?;
        store
            .set_setting(&format!("{name}/best"), name.as_bytes())
            .await
    })
    .expect("there is room");
}

fn saved(device: &Device, name: &str) -> Saved {
    block_on(async {
        let mut store = device.apps.store().lock().await;
        let (mut a, mut c, mut best) = (vec![0; 600], vec![0; 60], [0; 255]);
        let length = store
            .read_at(name, "a", 0, &mut a)
            .await
            .unwrap_or_default();
        a.truncate(length);
        let length = store
            .read_at(name, "d/c", 0, &mut c)
            .await
            .unwrap_or_default();
        c.truncate(length);
        let setting = store.setting(&format!("{name}/best"), &mut best).await;
        let setting = setting.ok().flatten().map(|length| best[..length].to_vec());
        (a, c, setting)
    })
}

/// What is to be seen of each app: its version once the device is up, what it has saved, and whether it runs when it was
/// started.
type Seen = BTreeMap<&'static str, (Option<String>, Saved, bool)>;

/// Starts a device and its apps, as those who use it do.
fn live(flash: &Flash, engine: &Scripted) -> Result<Seen, Error> {
    let device = Device::try_boot(flash, engine, config())?;
    let before = APPS.map(|name| (name, device.version(name), saved(&device, name)));
    for name in APPS {
        let _ = device.apps.runtime().start(name);
    }
    device.run_for(12 * SECOND);
    let seen = |(name, version, saved)| (name, (version, saved, device.is_running(name)));
    Ok(before.map(seen).into())
}

/// Changes what lies on the flash in every way, whatever comes of it; no app of [`APPS`] is removed but those named.
fn change(flash: &Flash, engine: &Scripted, removed: &[&str]) {
    let Ok(device) = Device::try_boot(flash, engine, config()) else {
        return;
    };
    let new = good(engine, &named("new", 1));
    let _ = send(&mut device.apps.door(), "new", &new);
    let _ = send(
        &mut device.apps.door(),
        "coming",
        &good(engine, &named("coming", 1)),
    );
    for name in removed {
        let _ = send(
            &mut device.apps.door(),
            name,
            &good(engine, &named(name, 3)),
        );
        device.run_for(SECOND);
        block_on(async {
            let mut store = device.apps.store().lock().await;
            let _ = store.truncate(name, "a").await;
            let _ = store.append(name, "a", &[1; 300]).await;
            let _ = store.remove(name, "d/c").await;
            let _ = store.create(name, "e", EntryKind::File).await;
            let _ = store.set_setting(&format!("{name}/best"), b"new").await;
            let _ = store.list(name, "", &mut |_, _| true).await;
        });
        let _ = block_on(device.apps.reset(name));
        let _ = block_on(device.apps.uninstall(name));
    }
    let _ = block_on(device.apps.uninstall("new"));
    device.run_for(SECOND);
}

/// Checks that an app that nothing was done to is as it was, and starts.
fn assert_same(found: Result<Seen, Error>, expected: &Seen, mutation: &Mutation) {
    let found = found.unwrap_or_else(|error| panic!("{error} after {mutation:?}"));
    for name in APPS
        .iter()
        .filter(|name| !mutation.touched.contains(**name))
    {
        assert_eq!(found[name], expected[name], "{name} after {mutation:?}");
    }
}

fn try_mutation(
    seed: u64,
    sound: &Flash,
    engine: &Scripted,
    [first, second]: &[Seen; 2],
) -> (u64, u64) {
    let flash = sound.copy();
    let mut bytes = flash.0.borrow().bytes().to_vec();
    let shape = (PAGE as usize, 8, PAGES.0 as usize);
    let mut random = Random::new(seed);
    let mut mutation = mutate(&mut bytes, shape, &mut random);
    if seed.is_multiple_of(4) {
        let other = mutate(&mut bytes, shape, &mut random);
        mutation.what = format!("{}, {}", mutation.what, other.what);
        mutation.touched.extend(other.touched);
        mutation.is_structural |= other.is_structural;
    }
    mutation.what = format!("seed {seed}: {}", mutation.what);
    flash.replace(&bytes);
    flash.allow(READS_MOST, OPERATIONS_MOST, &mutation.what);
    match Device::try_boot(&flash, engine, config()) {
        Ok(_) => {}
        Err(Error::Store(error)) if mutation.is_structural => {
            assert!(
                !matches!(error, store::Error::Flash(_)),
                "{mutation:?}: {error}"
            );
            assert_eq!(
                flash.0.borrow().bytes(),
                bytes,
                "a refused flash is left as it is"
            );
            return (0, 0);
        }
        Err(error) => panic!("{error} after {mutation:?}"),
    }
    assert_same(live(&flash, engine), first, &mutation);
    let touched: Vec<&str> = mutation.touched.iter().map(String::as_str).collect();
    let touched: Vec<&str> = touched
        .into_iter()
        .filter(|name| AppName::new(name).is_some())
        .collect();
    change(&flash, engine, &touched);
    assert_same(live(&flash, engine), second, &mutation);
    flash.spent()
}

#[test]
fn a_flash_that_somebody_has_written_neither_loops_nor_panics_nor_loses_an_app_that_was_left_alone()
{
    let engine = Scripted::default();
    let sound = populated(&engine);
    let asked = std::env::var(MUTATIONS.0).ok();
    let mutations = asked.map_or(MUTATIONS.1, |asked| asked.parse().expect("it is a number"));
    let unchanged = sound.copy();
    let expected = [(); 2].map(|()| live(&unchanged, &engine).expect("it is sound"));
    let spent = (0..mutations).map(|seed| try_mutation(seed, &sound, &engine, &expected));
    let (reads, operations, refused) = spent.fold((0, 0, 0), |most, spent| {
        let refused = most.2 + u64::from(spent == (0, 0));
        (spent.0.max(most.0), spent.1.max(most.1), refused)
    });
    println!(
        "{mutations} mutations, {refused} refused; at most {reads} reads, {operations} words and pages written"
    );
}

#[test]
fn an_app_whose_record_has_the_name_of_another_is_left_out_once() {
    let engine = Scripted::default();
    let flash = Flash::formatted();
    let device = Device::try_boot(&flash, &engine, config()).expect("the device starts");
    for name in ["plain", "trial"] {
        let module = good(&engine, &named(name, 1));
        send(&mut device.apps.door(), name, &module).expect("it is admitted");
    }
    flash.rename_record("trial", "shaky");
    let device = Device::try_boot(&flash, &engine, config()).expect("the device starts");
    device.run_for(20 * SECOND);
    assert!(device.version("plain").is_some());
    assert!(device.version("trial").is_none() && device.version("shaky").is_none());
    let events = device.events();
    let said = "shaky left out: it was announced as shaky, but its manifest calls it trial";
    assert!(
        events.len() == 1 && events[0].starts_with(said),
        "{events:?}"
    );
    block_on(device.apps.uninstall("shaky")).expect("it is on the flash");
    assert!(!device.has_traces("shaky"));
}
