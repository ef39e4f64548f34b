//! Reads of any length and alignment, regardless of the flash's word size.

use embedded_storage_async::nor_flash::NorFlash;

use crate::crc::Crc;
use crate::{Error, layout::MAX_WORD};

/// Bytes read at once for a digest or a comparison.
const PIECE: usize = 64;

/// Reads the bytes from `address` on, regardless of the flash's alignment.
pub(crate) async fn read<F: NorFlash>(
    flash: &mut F,
    address: u32,
    buf: &mut [u8],
) -> Result<(), Error> {
    let mut done = 0;
    while let Some(rest) = buf.get_mut(done..).filter(|rest| !rest.is_empty()) {
        let at = address + done as u32;
        done += read_some(flash, at, rest).await?;
    }
    Ok(())
}

/// Reads at least one byte: aligned bytes directly, others through a word buffer.
async fn read_some<F: NorFlash>(
    flash: &mut F,
    address: u32,
    buf: &mut [u8],
) -> Result<usize, Error> {
    let inside = address as usize % F::READ_SIZE;
    let whole = buf.len() - buf.len() % F::READ_SIZE;
    if let (0, Some(aligned @ [_, ..])) = (inside, buf.get_mut(..whole)) {
        flash.read(address, aligned).await.map_err(Error::flash)?;
        return Ok(whole);
    }
    let mut word = [0; MAX_WORD];
    let word = word.get_mut(..F::READ_SIZE).ok_or(Error::Invalid)?;
    flash
        .read(address - inside as u32, word)
        .await
        .map_err(Error::flash)?;
    let bytes = word.get(inside..).unwrap_or_default();
    Ok(copy(bytes, buf))
}

/// Copies bytes up to the end of the shorter slice. Returns the number of bytes copied.
pub(crate) fn copy(from: &[u8], to: &mut [u8]) -> usize {
    let copied = from.iter().zip(to.iter_mut()).map(|(from, to)| *to = *from);
    copied.count()
}

/// Calls `each` with the bytes of a range, in pieces, until `each` returns `false`.
pub(crate) async fn each_piece<F: NorFlash>(
    flash: &mut F,
    mut address: u32,
    end: u32,
    each: &mut impl FnMut(&[u8]) -> bool,
) -> Result<(), Error> {
    let mut piece = [0; PIECE];
    while address < end {
        let length = PIECE.min((end - address) as usize);
        let piece = piece.get_mut(..length).ok_or(Error::Invalid)?;
        read(flash, address, piece).await?;
        if !each(piece) {
            break;
        }
        address += length as u32;
    }
    Ok(())
}

/// Returns whether a range reads as erased.
pub(crate) async fn is_blank<F: NorFlash>(
    flash: &mut F,
    address: u32,
    end: u32,
) -> Result<bool, Error> {
    let mut blank = true;
    let mut look = |piece: &[u8]| {
        blank = piece.iter().all(|byte| *byte == 0xFF);
        blank
    };
    each_piece(flash, address, end, &mut look).await?;
    Ok(blank)
}

/// Returns whether the flash holds `bytes` at `address`.
pub(crate) async fn is<F: NorFlash>(
    flash: &mut F,
    address: u32,
    bytes: &[u8],
) -> Result<bool, Error> {
    let mut rest = bytes;
    let mut compare = |piece: &[u8]| match rest.split_at_checked(piece.len()) {
        Some((expected, left)) if expected == piece => {
            rest = left;
            true
        }
        _ => false,
    };
    each_piece(flash, address, address + bytes.len() as u32, &mut compare).await?;
    Ok(rest.is_empty())
}

/// Adds the bytes of a range to a CRC.
pub(crate) async fn digest<F: NorFlash>(
    flash: &mut F,
    address: u32,
    end: u32,
    mut crc: Crc,
) -> Result<Crc, Error> {
    let mut add = |piece: &[u8]| {
        crc = crc.add(piece);
        true
    };
    each_piece(flash, address, end, &mut add).await?;
    Ok(crc)
}
