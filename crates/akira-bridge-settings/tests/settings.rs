//! Settings as apps see them, in memory.

use akira_abi::Errno;
use akira_bridge_settings::{KeyValue, MAX_KEY, MAX_VALUE, MemoryKeyValue, Settings};
use embassy_futures::block_on;

type Device = Settings<MemoryKeyValue<1024>>;

fn device() -> Device {
    Settings::new(MemoryKeyValue::new())
}

fn set(device: &Device, key: &str, value: &[u8]) -> Result<(), Errno> {
    block_on(device.set(false, key.as_bytes(), value))
}

fn get(device: &Device, key: &str) -> Result<Vec<u8>, Errno> {
    let mut buf = [0xaa; MAX_VALUE + 1];
    let length = block_on(device.get(false, key.as_bytes(), &mut buf))?;
    assert_eq!(buf[length], 0, "the value ends with a NUL");
    Ok(buf[..length].to_vec())
}

#[test]
fn returns_what_was_set_last() {
    let device = device();
    assert_eq!(get(&device, "a"), Err(Errno::ENOENT));
    for value in [&b"one"[..], b"longer than one", b"", b"\xff\x01"] {
        assert_eq!(set(&device, "a", value), Ok(()));
        assert_eq!(set(&device, "b", b"other"), Ok(()));
        assert_eq!(get(&device, "a"), Ok(value.to_vec()));
        assert_eq!(get(&device, "b"), Ok(b"other".to_vec()));
    }
}

#[test]
fn deleted_key_has_no_value() {
    let device = device();
    assert_eq!(block_on(device.delete(false, b"a")), Err(Errno::ENOENT));
    set(&device, "a", b"1").expect("there is room");
    set(&device, "ab", b"2").expect("there is room");
    assert_eq!(block_on(device.delete(false, b"a")), Ok(()));
    assert_eq!(get(&device, "a"), Err(Errno::ENOENT));
    assert_eq!(get(&device, "ab"), Ok(b"2".to_vec()));
}

#[test]
fn the_firmwares_keys_take_the_capability() {
    let device = device();
    let key = b"system/wifi";
    let mut buf = [0xaa; 8];
    assert_eq!(block_on(device.set(false, key, b"x")), Err(Errno::EACCES));
    assert_eq!(
        block_on(device.get(false, key, &mut buf)),
        Err(Errno::EACCES)
    );
    assert_eq!(block_on(device.delete(false, key)), Err(Errno::EACCES));
    assert_eq!(block_on(device.set(true, key, b"x")), Ok(()));
    assert_eq!(block_on(device.get(true, key, &mut buf)), Ok(1));
    assert_eq!(block_on(device.delete(true, key)), Ok(()));
    for key in [
        "system//wifi",
        "System/wifi",
        "SYSTEM/",
        "akira/x",
        "Akira/../x",
    ] {
        assert_eq!(set(&device, key, b"x"), Err(Errno::EACCES), "{key}");
        assert_eq!(get(&device, key), Err(Errno::EACCES), "{key}");
    }
    for key in [
        "systematic",
        "system",
        "system.x/y",
        "a/system/x",
        "/system/x",
        "akira.x",
    ] {
        assert_eq!(set(&device, key, b"x"), Ok(()), "{key}");
    }
}

#[test]
fn refuses_bad_keys() {
    let device = device();
    let long = "k".repeat(MAX_KEY + 1);
    for key in ["", "a\nb", "a\x1bb", "tab\t", "k\u{7f}", "grün", &long] {
        assert_eq!(set(&device, key, b"1"), Err(Errno::EINVAL), "{key:?}");
        assert_eq!(get(&device, key), Err(Errno::EINVAL), "{key:?}");
    }
    assert_eq!(
        block_on(device.set(false, b"\xff\xfe", b"1")),
        Err(Errno::EINVAL)
    );
    assert_eq!(set(&device, &long[..MAX_KEY], b"1"), Ok(()));
}

#[test]
fn refuses_bad_values() {
    let device = device();
    assert_eq!(set(&device, "a", b"1\x002"), Err(Errno::EINVAL));
    assert_eq!(
        set(&device, "a", &[b'x'; MAX_VALUE + 1]),
        Err(Errno::EMSGSIZE)
    );
    assert_eq!(set(&device, "a", &[b'x'; MAX_VALUE]), Ok(()));
    assert_eq!(get(&device, "a"), Ok(vec![b'x'; MAX_VALUE]));
}

#[test]
fn buffer_must_hold_value_and_nul() {
    let device = device();
    set(&device, "a", b"four").expect("there is room");
    let get = |buf: &mut [u8]| block_on(device.get(false, b"a", buf));
    assert_eq!(get(&mut []), Err(Errno::EINVAL));
    assert_eq!(get(&mut [0; 4]), Err(Errno::EMSGSIZE));
    assert_eq!(get(&mut [0; 5]), Ok(4));
}

#[test]
fn error_leaves_an_empty_string() {
    let device = device();
    set(&device, "a", b"four").expect("there is room");
    for (key, errno) in [
        ("a", Errno::EMSGSIZE),
        ("none", Errno::ENOENT),
        ("", Errno::EINVAL),
        ("system/x", Errno::EACCES),
    ] {
        let mut buf = [0xaa; 3];
        assert_eq!(
            block_on(device.get(false, key.as_bytes(), &mut buf)),
            Err(errno)
        );
        assert_eq!(buf[0], 0);
    }
}

#[test]
fn memory_is_used_to_the_last_byte_and_no_further() {
    let mut store = MemoryKeyValue::<16>::new();
    assert_eq!(block_on(store.set("k", &[1; 14])), Err(Errno::ENOSPC));
    assert_eq!(block_on(store.set("k", &[1; 13])), Ok(()));
    assert_eq!(block_on(store.set("l", &[])), Err(Errno::ENOSPC));
}

#[test]
fn refused_value_leaves_the_old_one() {
    let mut store = MemoryKeyValue::<16>::new();
    block_on(store.set("k", b"old")).expect("there is room");
    assert_eq!(block_on(store.set("k", &[1; 14])), Err(Errno::ENOSPC));
    let mut buf = [0; 16];
    assert_eq!(block_on(store.get("k", &mut buf)), Ok(Some(3)));
    assert_eq!(&buf[..3], b"old");
}

#[test]
fn memory_agrees_with_a_map() {
    let mut model = std::collections::BTreeMap::new();
    let mut store = MemoryKeyValue::<256>::new();
    let mut seed = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = |below: u64| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        seed % below
    };
    for _ in 0..20_000 {
        let key = format!("key{}", next(8));
        let value = vec![next(256) as u8; next(60) as usize];
        let used = |m: &std::collections::BTreeMap<String, Vec<u8>>| -> usize {
            m.iter().map(|(k, v)| 2 + k.len() + v.len()).sum()
        };
        if next(4) == 0 {
            let removed = block_on(store.remove(&key));
            assert_eq!(removed, Ok(model.remove(&key).is_some()));
        } else {
            let mut wanted = model.clone();
            wanted.insert(key.clone(), value.clone());
            let fits = used(&wanted) <= 256;
            assert_eq!(block_on(store.set(&key, &value)).is_ok(), fits);
            model = if fits { wanted } else { model };
        }
        let mut buf = [0; 64];
        let length = block_on(store.get(&key, &mut buf)).expect("values are below 60 bytes");
        assert_eq!(length.map(|n| buf[..n].to_vec()), model.get(&key).cloned());
    }
}
