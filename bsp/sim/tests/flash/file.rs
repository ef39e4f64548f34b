//! Flash in a file.

use std::path::Path;
use std::process::Command;

use akira::store::{Area, Error, FORMAT};
use akira_sim::flash::{FLASH_BYTES, Flash, OpenError};
use akira_sim::keep;
use embassy_futures::block_on;
use embedded_storage_async::nor_flash::NorFlash;

use super::Desk;

/// Key of the setting that the tests write.
const KEY: &str = "colour";

fn set(file: &Path, value: &[u8]) {
    let kept = block_on(keep::open(Some(file))).expect("the flash can be used");
    let mut store = block_on(kept.lock());
    block_on(store.set_setting(KEY, value)).expect("there is room");
}

fn setting(file: &Path) -> Result<Vec<u8>, OpenError> {
    let kept = block_on(keep::open(Some(file)))?;
    let mut value = [0; 32];
    let length = block_on(async { kept.lock().await.setting(KEY, &mut value).await })?;
    Ok(value[..length.expect("it was set")].to_vec())
}

fn refusal(file: &Path) -> OpenError {
    block_on(keep::open(Some(file))).expect_err("it is no flash that can be used")
}

#[test]
fn what_was_written_is_there_when_it_is_opened_again() {
    let desk = Desk::new();
    let file = desk.path("flash");
    for value in [b"red", b"sky"] {
        set(&file, value);
        assert_eq!(setting(&file).expect("it is there"), value);
    }
    assert_eq!(desk.read("flash").len(), FLASH_BYTES as usize);
}

#[test]
fn two_consoles_do_not_share_a_flash() {
    let desk = Desk::new();
    let file = desk.path("flash");
    let first = block_on(keep::open(Some(&file))).expect("it is made");
    assert!(matches!(refusal(&file), OpenError::InUse));
    assert!(matches!(Flash::copy_of(&file), Err(OpenError::InUse)));
    drop(first);
    block_on(keep::open(Some(&file))).expect("nobody has it any more");
}

#[test]
fn a_file_that_is_something_else_is_refused_and_stays_as_it_is() {
    let desk = Desk::new();
    let mut large = vec![0xFF; FLASH_BYTES as usize + 1];
    large[0] = 0;
    let mut other = vec![0xFF; FLASH_BYTES as usize];
    other[5_000_000] = 0;
    for (name, bytes) in [
        ("letter", b"dear reader".to_vec()),
        ("large", large),
        ("other", other),
    ] {
        let file = desk.put(name, &bytes);
        match refusal(&file) {
            OpenError::Foreign { bytes: shown } => assert_eq!(shown, bytes.len() as u64),
            OpenError::Store(Error::Unformatted) => assert_eq!(name, "other"),
            error => panic!("{name}: {error}"),
        }
        assert!(desk.read(name) == bytes, "{name} has changed");
    }
}

#[test]
fn what_is_no_file_or_lies_nowhere_is_refused() {
    let desk = Desk::new();
    std::fs::create_dir(desk.path("folder")).expect("there is room for a folder");
    let nowhere = refusal(&desk.path("nowhere/flash"));
    assert!(matches!(nowhere, OpenError::Host(_)), "{nowhere}");
    let mut others = vec![desk.path("folder")];
    if cfg!(unix) {
        // Nobody writes to the pipe: whoever opens it waits for ever.
        let pipe = desk.path("pipe");
        let made = Command::new("mkfifo").arg(&pipe).status();
        assert!(made.is_ok_and(|status| status.success()));
        others.extend(["/dev/null".into(), pipe]);
    }
    for other in others {
        let refused = refusal(&other);
        assert!(
            matches!(refused, OpenError::NotAFile),
            "{other:?}: {refused}"
        );
        let refused = Flash::copy_of(&other);
        assert!(matches!(refused, Err(OpenError::NotAFile)), "{other:?}");
    }
    let gone = Flash::copy_of(&desk.path("gone"));
    assert!(matches!(gone, Err(OpenError::Host(_))));
    assert!(!desk.path("gone").exists());
}

#[test]
fn a_flash_whose_making_was_cut_off_is_made_to_its_end() {
    let desk = Desk::new();
    for bytes in [0, 1, 4_096, 5_000_000, FLASH_BYTES as usize] {
        let file = desk.put("flash", vec![0xFF; bytes]);
        set(&file, b"red");
        assert_eq!(setting(&file).expect("it is there"), b"red", "{bytes}");
    }
}

#[test]
fn a_flash_of_a_newer_format_is_refused_and_stays_as_it_is() {
    let desk = Desk::new();
    let file = desk.path("flash");
    set(&file, b"red");
    let mut bytes = desk.read("flash");
    bytes[4] = FORMAT + 1;
    let crc = crc(&bytes[..20]);
    bytes[20..24].copy_from_slice(&crc.to_le_bytes());
    desk.put("flash", &bytes);
    let error = Error::Format {
        found: FORMAT + 1,
        known: FORMAT,
    };
    assert!(matches!(refusal(&file), OpenError::Store(found) if found == error));
    assert!(desk.read("flash") == bytes, "it has changed");
}

/// Returns the checksum of a page's header: the CRC-32 of zlib.
fn crc(bytes: &[u8]) -> u32 {
    let mut crc = akira::manage::Crc32::new();
    crc.update(bytes);
    crc.value()
}

#[test]
fn a_damaged_flash_is_refused_and_stays_as_it_is() {
    let desk = Desk::new();
    let file = desk.path("flash");
    let kept = block_on(keep::open(Some(&file))).expect("it is made");
    for value in 0..2_000_u32 {
        let mut store = block_on(kept.lock());
        block_on(store.set_setting(KEY, &value.to_le_bytes())).expect("there is room");
    }
    drop(kept);
    let mut bytes = desk.read("flash");
    // Destroy the header of the second page, which is in use.
    bytes[4_096..4_120].fill(0);
    desk.put("flash", &bytes);
    let error = refusal(&file);
    let is_damage = matches!(error, OpenError::Store(Error::Corrupt(Area::Pages)));
    assert!(is_damage, "{error}");
    assert!(desk.read("flash") == bytes, "it has changed");
}

#[test]
fn a_copy_shows_what_the_file_does_and_never_writes_to_it() {
    let desk = Desk::new();
    let file = desk.path("flash");
    set(&file, b"red");
    let before = desk.read("flash");
    let copy = Flash::copy_of(&file).expect("it can be read");
    let kept = block_on(keep::mount(copy)).expect("it is a flash");
    let mut store = block_on(kept.lock());
    block_on(store.set_setting(KEY, b"sky")).expect("there is room");
    drop(store);
    assert_eq!(setting(&file).expect("it is there"), b"red");
    assert!(desk.read("flash") == before, "it has changed");
}

#[test]
fn a_copy_of_a_flash_whose_making_was_cut_off_is_erased_and_leaves_the_file_as_it_is() {
    let desk = Desk::new();
    for bytes in [0, 1, 4_096] {
        desk.put("flash", vec![0xFF; bytes]);
        let mut copy = Flash::copy_of(&desk.path("flash")).expect("it can be read");
        assert!(copy.is_erased().expect("it is in memory"));
        assert_eq!(desk.read("flash").len(), bytes);
    }
}

#[test]
fn a_host_that_fails_is_an_error_of_the_flash() {
    let desk = Desk::new();
    let file = desk.path("flash");
    let mut flash = Flash::open(&file).expect("it is made");
    let shortened = std::fs::File::options().write(true).open(&file);
    let shortened = shortened.and_then(|file| file.set_len(4_096));
    shortened.expect("nothing but consoles minds the lock");
    assert!(block_on(flash.write(8_192, &[0; 4])).is_err());
    assert!(block_on(flash.erase(8_192, 12_288)).is_err());
    block_on(flash.write(0, &[0; 4])).expect("that part is there");
}
