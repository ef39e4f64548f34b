//! Test of the flash driver. Prints a line with the result of each step to the serial port, and
//! then waits.
//!
//! A second start on the same flash finds the pattern that the first one left.

#![no_std]
#![no_main]

use akira_qemu_virt_rv32::{FLASH_BYTES, Flash, FlashError, say};
use embassy_futures::block_on;
use embedded_storage_async::nor_flash::{NorFlash, ReadNorFlash};
use riscv_rt::entry;

/// Size of a sector: the test uses the last two.
const SECTOR: u32 = Flash::ERASE_SIZE as u32;
const FROM: u32 = FLASH_BYTES - 2 * SECTOR;

/// Offset of the pattern, which is longer than a program unit and crosses the border of the two sectors.
const AT: u32 = FROM + SECTOR - 1_500;
const LENGTH: usize = 3_000;

#[entry]
fn main() -> ! {
    say(format_args!("flash check"));
    match block_on(check()) {
        Ok(()) => say(format_args!("ok")),
        Err(error) => say(format_args!("error: {error}")),
    }
    loop {
        riscv::asm::wfi();
    }
}

async fn check() -> Result<(), FlashError> {
    let mut flash = Flash::find()?;
    say(format_args!("found: {}", found(&mut flash).await?));
    flash.erase(FROM, FLASH_BYTES).await?;
    say(format_args!("erased: {}", found(&mut flash).await?));
    flash.write(AT, &pattern()).await?;
    say(format_args!("written: {}", found(&mut flash).await?));
    let refused = [
        flash.write(AT, &[0; 4]).await,
        flash.write(AT + 2, &[0; 4]).await,
        flash.write(FLASH_BYTES, &[0; 4]).await,
        flash.write(FLASH_BYTES - 4, &[0; 8]).await,
        flash.erase(FROM + 4, FLASH_BYTES).await,
        flash.erase(FLASH_BYTES, FROM).await,
        flash.read(FLASH_BYTES, &mut [0]).await,
    ];
    for refused in refused {
        match refused {
            Ok(()) => say(format_args!("not refused")),
            Err(error) => say(format_args!("refused: {error}")),
        }
    }
    say(format_args!("left: {}", found(&mut flash).await?));
    Ok(())
}

/// Returns a description of the contents of the last two sectors.
async fn found(flash: &mut Flash) -> Result<&'static str, FlashError> {
    let mut bytes = [0; LENGTH];
    flash.read(AT, &mut bytes).await?;
    let has_pattern = bytes == pattern();
    let rest_is_blank = is_blank(flash, FROM, AT).await?
        && is_blank(flash, AT + LENGTH as u32, FLASH_BYTES).await?;
    Ok(match (has_pattern, rest_is_blank) {
        (true, true) => "the pattern",
        (false, true) if bytes == [0xff; LENGTH] => "nothing",
        _ => "something else",
    })
}

async fn is_blank(flash: &mut Flash, from: u32, to: u32) -> Result<bool, FlashError> {
    let mut piece = [0; 500];
    for at in (from..to).step_by(piece.len()) {
        let piece = &mut piece[..500.min((to - at) as usize)];
        flash.read(at, piece).await?;
        if piece.iter().any(|byte| *byte != 0xff) {
            return Ok(false);
        }
    }
    Ok(true)
}

fn pattern() -> [u8; LENGTH] {
    core::array::from_fn(|at| (at * 7 + (at >> 8)) as u8)
}
