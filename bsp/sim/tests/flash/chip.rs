//! Compares the simulated flash with the chip model that the store is tested with.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use akira_sim::flash::{FLASH_BYTES, Flash, FlashError};
use akira_store_testing::{Choices, Flash as Chip, Random};
use embassy_futures::block_on;
use embedded_storage_async::nor_flash::{NorFlash, NorFlashError, NorFlashErrorKind, ReadNorFlash};

use super::Desk;

const SECTOR: u32 = Flash::ERASE_SIZE as u32;
const WORD: u32 = Flash::WRITE_SIZE as u32;

/// Chip model with the same unit sizes.
type SmallChip = Chip<{ Flash::ERASE_SIZE }, { Flash::WRITE_SIZE }, { Flash::READ_SIZE }>;

/// Sectors that the tests use, at the end of the flash.
const SECTORS: u32 = 4;
const START: u32 = FLASH_BYTES - SECTORS * SECTOR;

fn read(flash: &mut impl ReadNorFlash, at: u32, length: u32) -> Vec<u8> {
    let mut bytes = vec![0; length as usize];
    block_on(flash.read(at, &mut bytes)).expect("it lies on the flash");
    bytes
}

/// Executes the same random operations on a flash and on the chip model, and compares the contents.
fn does_as_a_chip(flash: &mut Flash) {
    let mut chip = SmallChip::new(SECTORS as usize);
    let mut random = Random::new(7);
    let mut below = |bound: u32| random.below(bound as usize) as u32;
    for _ in 0..300 {
        let sector = below(SECTORS) * SECTOR;
        let at = below(SECTORS * SECTOR / WORD) * WORD;
        let length = (WORD * (1 + below(2_000))).min(SECTORS * SECTOR - at);
        if below(3) == 0 {
            block_on(flash.erase(START + sector, START + sector + SECTOR)).expect("it is a sector");
            block_on(chip.erase(sector, sector + SECTOR)).expect("it is a sector");
        } else if read(&mut chip, at, length).iter().all(|byte| *byte == 0xFF) {
            // No byte is 0xFF: the chip model counts a word of ones as programmed, and the flash
            // does not.
            let bytes: Vec<u8> = (0..length).map(|_| below(255) as u8).collect();
            block_on(flash.write(START + at, &bytes)).expect("it is erased");
            block_on(chip.write(at, &bytes)).expect("it is erased");
        } else {
            let refused = block_on(flash.write(START + at, &vec![0; length as usize]));
            assert!(matches!(refused, Err(FlashError::NotErased { .. })));
        }
        let (shown, expected) = (
            read(flash, START, SECTORS * SECTOR),
            read(&mut chip, 0, SECTORS * SECTOR),
        );
        assert!(shown == expected, "it does not show what a chip does");
    }
}

#[test]
fn in_memory_and_in_a_file_it_does_as_a_chip() {
    does_as_a_chip(&mut Flash::in_memory());
    let desk = Desk::new();
    does_as_a_chip(&mut Flash::open(&desk.path("flash")).expect("it is made"));
}

#[test]
fn what_no_chip_does_is_refused() {
    let mut flash = Flash::in_memory();
    let kind = |done: Result<(), FlashError>| done.expect_err("it is refused").kind();
    let out = NorFlashErrorKind::OutOfBounds;
    let uneven = NorFlashErrorKind::NotAligned;
    for (at, length, expected) in [
        (FLASH_BYTES - WORD, 2 * WORD, out),
        (FLASH_BYTES, WORD, out),
        (u32::MAX - WORD + 1, WORD, out),
        (2, WORD, uneven),
        (0, WORD + 1, uneven),
    ] {
        let mut bytes = vec![0; length as usize];
        assert_eq!(kind(block_on(flash.read(at, &mut bytes))), expected, "{at}");
        assert_eq!(kind(block_on(flash.write(at, &bytes))), expected, "{at}");
    }
    for (from, to, expected) in [
        (0, FLASH_BYTES + SECTOR, out),
        (SECTOR, 0, out),
        (WORD, SECTOR, uneven),
        (0, SECTOR + WORD, uneven),
    ] {
        assert_eq!(kind(block_on(flash.erase(from, to))), expected, "{from}");
    }
    assert!(flash.is_erased().expect("memory does not fail"));
}

#[test]
fn others_run_after_each_sector() {
    let mut flash = Flash::in_memory();
    assert_eq!(turns(flash.erase(0, 3 * SECTOR)), 3);
    assert_eq!(
        turns(flash.write(SECTOR - WORD, &[0; 2 * WORD as usize])),
        2
    );
}

/// Counts how often a call yields before it completes.
fn turns(call: impl Future<Output = Result<(), FlashError>>) -> u32 {
    let mut call = pin!(call);
    let mut cx = Context::from_waker(Waker::noop());
    let mut turns = 0;
    loop {
        match call.as_mut().poll(&mut cx) {
            Poll::Ready(done) => break done.expect("it lies on the flash"),
            Poll::Pending => turns += 1,
        }
    }
    turns
}
