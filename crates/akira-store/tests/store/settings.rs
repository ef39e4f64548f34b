//! Settings: values under keys.

use akira_store::{Error, MAX_KEY, MAX_VALUE};
use embassy_futures::block_on;

use akira_store_testing::Flash;
use akira_store_testing::{formatted, mount};

fn flash() -> Flash<4096, 4> {
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
