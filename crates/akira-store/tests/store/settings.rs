//! Settings: values under keys.

use akira_caps::AppName;
use akira_store::{Details, Error, MAX_KEY, MAX_VALUE, NewImage};
use embassy_futures::block_on;

use akira_store_testing::Flash;
use akira_store_testing::{formatted, mount};

fn flash() -> Flash<4096, 4, 4> {
    formatted()
}

#[test]
fn a_setting_survives_a_restart() {
    let mut flash = flash();
    block_on(mount(&mut flash).set_setting("lang", b"de")).expect("there is room");
    let mut value = [0; MAX_VALUE];
    let length = block_on(mount(&mut flash).setting("lang", &mut value));
    assert_eq!((length, &value[..2]), (Ok(Some(2)), &b"de"[..]));
}

#[test]
fn keys_and_values_have_their_longest() {
    let mut flash = flash();
    let mut store = mount(&mut flash);
    let key = "k".repeat(MAX_KEY);
    let mut set = |key: &str, value: &[u8]| block_on(store.set_setting(key, value));
    assert_eq!(set(&key, &[7; MAX_VALUE]), Ok(()));
    assert_eq!(set(&key, &[7; MAX_VALUE + 1]), Err(Error::Invalid));
    assert_eq!(set(&format!("{key}k"), b""), Err(Error::Invalid));
    assert_eq!(set("", b""), Err(Error::Invalid));
}

#[test]
fn a_value_that_does_not_fit_the_buffer_is_not_cut() {
    let mut flash = flash();
    let mut store = mount(&mut flash);
    block_on(store.set_setting("lang", b"english")).expect("there is room");
    let read = block_on(store.setting("lang", &mut [0; 6]));
    assert_eq!(read, Err(Error::Invalid));
}

#[test]
fn removing_what_is_not_there_writes_nothing() {
    let mut flash = flash();
    let before = flash.operations;
    assert_eq!(
        block_on(mount(&mut flash).remove_setting("lang")),
        Ok(false)
    );
    assert_eq!(flash.operations, before);
}

#[test]
fn the_firmwares_settings_stay_when_an_app_of_its_name_is_removed() {
    for (name, key) in [
        ("system", "system/net"),
        ("akira", "akira/x"),
        ("System", "System/net"),
    ] {
        let mut flash = flash();
        let mut store = mount(&mut flash);
        let name = AppName::installed(name).expect("it was a name");
        let image = NewImage {
            name,
            size: 1,
            sha256: None,
        };
        let mut writer = block_on(store.begin(&image)).expect("there is room");
        block_on(store.write(&mut writer, b"x")).expect("it is announced");
        block_on(store.commit(writer, &Details::default())).expect("it is whole");
        block_on(store.set_setting(key, b"home")).expect("there is room");
        block_on(store.uninstall(&name)).expect("it is installed");
        for _ in 0..2 {
            let mut store = mount(&mut flash);
            assert_eq!(block_on(store.app(&name)), Ok(None));
            assert_eq!(block_on(store.setting(key, &mut [0; 4])), Ok(Some(4)));
        }
    }
}

#[test]
fn the_settings_below_an_apps_name_go_with_it() {
    let mut flash = flash();
    let mut store = mount(&mut flash);
    let name = AppName::new("snake").expect("it is a name");
    let image = NewImage {
        name,
        size: 5,
        sha256: None,
    };
    let mut writer = block_on(store.begin(&image)).expect("there is room");
    block_on(store.write(&mut writer, b"hello")).expect("it is announced");
    assert!(block_on(store.seal(&mut writer)).is_ok());
    assert_eq!((writer.position(), writer.size()), (5, 5));
    let mut read = [0; 8];
    assert_eq!(block_on(store.read_back(&writer, 1, &mut read)), Ok(4));
    assert_eq!(&read[..4], b"ello");
    block_on(store.set_autostart(&name, true)).expect("it is there");
    block_on(store.commit(writer, &Details::default())).expect("it is whole");
    for key in ["snake/best", "snake", "snakes/best", "best"] {
        block_on(store.set_setting(key, b"9")).expect("there is room");
    }
    let app = block_on(store.app(&name)).expect("it is read");
    assert!(app.expect("it is installed").autostart);
    block_on(store.uninstall(&name)).expect("it is installed");
    block_on(store.set_setting("snake/next", b"1")).expect("there is room");
    drop(store);
    let mut store = mount(&mut flash);
    let mut has = |key: &str| {
        let mut value = [0; MAX_VALUE];
        block_on(store.setting(key, &mut value))
            .expect("it is read")
            .is_some()
    };
    assert!(!has("snake/best"));
    for key in ["snake", "snakes/best", "best", "snake/next"] {
        assert!(has(key), "{key}");
    }
}
