use std::fs;

use akira_abi::Errno;
use akira_bridge_settings::{KeyValue, Settings};
use akira_sim::state::State;
use tempfile::TempDir;

use super::{folder, open, refusal, write};

async fn get(state: &mut State, key: &str) -> Option<Vec<u8>> {
    let mut value = [0; 255];
    let length = state.settings.get(key, &mut value).await;
    let length = length.expect("every value fits");
    length.map(|length| value[..length].to_vec())
}

fn file(dir: &TempDir) -> std::path::PathBuf {
    dir.path().join("settings.json")
}

#[tokio::test]
async fn values_survive_a_restart() {
    let dir = folder();
    let mut state = open(&dir);
    let values: [(&str, &[u8]); 4] = [
        ("name", b"Akira"),
        ("empty", b""),
        ("raw", &[0xff, 0x01, 0xfe]),
        ("odd \"key\"", "\n\u{1}ü".as_bytes()),
    ];
    for (key, value) in values {
        state.settings.set(key, value).await.expect("there is room");
    }
    drop(state);
    let mut state = open(&dir);
    for (key, value) in values {
        assert_eq!(get(&mut state, key).await.as_deref(), Some(value), "{key}");
    }
}

#[tokio::test]
async fn removed_and_replaced_values_do_not_come_back() {
    let dir = folder();
    let mut state = open(&dir);
    for (key, value) in [("a", "1"), ("a", "2"), ("b", "3")] {
        let set = state.settings.set(key, value.as_bytes()).await;
        set.expect("there is room");
    }
    assert_eq!(state.settings.remove("b").await, Ok(true));
    assert_eq!(state.settings.remove("b").await, Ok(false));
    drop(state);
    let mut state = open(&dir);
    assert_eq!(get(&mut state, "a").await, Some(b"2".to_vec()));
    assert_eq!(get(&mut state, "b").await, None);
}

#[tokio::test]
async fn a_short_buffer_is_emsgsize() {
    let mut state = State::open(None).expect("memory needs no folder");
    let set = state.settings.set("key", b"value").await;
    set.expect("there is room");
    let got = state.settings.get("key", &mut [0; 4]).await;
    assert_eq!(got, Err(Errno::EMSGSIZE));
}

#[tokio::test]
async fn a_full_store_keeps_the_old_values_and_opens_again() {
    let dir = folder();
    let mut state = open(&dir);
    // Control characters take the most room in JSON.
    let value = [1; 255];
    let mut kept = 0;
    while state.settings.set(&format!("{kept}"), &value).await.is_ok() {
        kept += 1;
    }
    assert_eq!(kept, 16_384 / 259);
    let set = state.settings.set("new", &value).await;
    assert_eq!(set, Err(Errno::ENOSPC));
    drop(state);
    let mut state = open(&dir);
    assert_eq!(get(&mut state, "0").await, Some(value.to_vec()));
    assert_eq!(get(&mut state, "new").await, None);
}

#[tokio::test]
async fn many_small_values_can_be_read_again() {
    let dir = folder();
    let longest = (0..=u8::MAX).map(|b| vec![b | 0x80; 255]);
    let mut state = open(&dir);
    for (key, value) in longest.enumerate() {
        if state.settings.set(&key.to_string(), &value).await.is_err() {
            break;
        }
    }
    drop(state);
    assert_eq!(get(&mut open(&dir), "7").await, Some(vec![0x87; 255]));
}

#[test]
fn damaged_settings_name_the_file_and_the_remedy() {
    let long = format!("{{\"key\": \"{}\"}}", "x".repeat(256));
    let many: Vec<_> = (0..100)
        .map(|i| format!("\"{i}\": \"{}\"", "x".repeat(255)))
        .collect();
    let many = format!("{{{}}}", many.join(","));
    let huge = " ".repeat(300_000);
    let bad = [
        "",
        "{\"a\":",
        "[]",
        "{\"a\": 1}",
        "{\"\": \"\"}",
        "{\"ü\": \"\"}",
        &long,
        &many,
        &huge,
    ];
    for json in bad {
        let dir = folder();
        write(file(&dir), json);
        let refusal = refusal(&dir);
        assert!(refusal.contains("settings.json"), "{refusal}");
        assert!(
            refusal.contains("remove it") || refusal.contains("move it away"),
            "{refusal}"
        );
        let left = fs::read(file(&dir)).expect("it is still there");
        assert_eq!(left, json.as_bytes());
    }
}

#[tokio::test]
async fn a_write_killed_before_its_rename_leaves_the_old_value() {
    let dir = folder();
    let mut state = open(&dir);
    let set = state.settings.set("key", b"old").await;
    set.expect("there is room");
    drop(state);
    write(dir.path().join("new/1"), "{\"key\": \"ne");
    assert_eq!(get(&mut open(&dir), "key").await, Some(b"old".to_vec()));
}

#[tokio::test]
async fn a_write_that_fails_changes_nothing() {
    let dir = folder();
    let mut state = open(&dir);
    let set = state.settings.set("key", b"old").await;
    set.expect("there is room");
    fs::remove_dir(dir.path().join("new")).expect("it is empty");
    let set = state.settings.set("key", b"new").await;
    assert!(set.is_err());
    assert_eq!(get(&mut state, "key").await, Some(b"old".to_vec()));
}

#[tokio::test]
async fn serves_the_bridge() {
    let dir = folder();
    let settings = Settings::new(open(&dir).settings);
    let mut buf = [0xff; 8];
    assert_eq!(settings.set(false, b"wifi", b"home").await, Ok(()));
    assert_eq!(settings.get(false, b"wifi", &mut buf).await, Ok(4));
    assert_eq!(&buf[..5], b"home\0");
    assert_eq!(settings.delete(false, b"wifi").await, Ok(()));
    let gone = settings.get(false, b"wifi", &mut buf).await;
    assert_eq!(gone, Err(Errno::ENOENT));
}
