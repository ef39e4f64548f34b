use embedded_storage_async::nor_flash::{
    ErrorType, NorFlash, NorFlashError, NorFlashErrorKind, ReadNorFlash,
};

/// Two flashes combined into one, such as an internal and an external flash. The addresses of the
/// second flash follow those of the first.
///
/// The page size is the larger of both page sizes, and the word size the larger of both word sizes.
/// No image may cross the border between the flashes: give each flash its own image range.
#[derive(Debug)]
pub struct Joined<A, B> {
    first: A,
    second: B,
}

/// Error of one of the two flash drivers of a [`Joined`], reduced to its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JoinedError(NorFlashErrorKind);

impl<A: NorFlash, B: NorFlash> Joined<A, B> {
    /// Combines two flash drivers.
    ///
    /// The second flash begins at the address of the first flash's capacity. This capacity must be
    /// a multiple of the larger page size, otherwise no layout fits.
    pub const fn new(first: A, second: B) -> Self {
        Self { first, second }
    }

    /// Returns both flash drivers.
    pub fn release(self) -> (A, B) {
        (self.first, self.second)
    }

    /// Returns the number of those bytes that lie in the first flash, of `length` bytes starting at
    /// `offset`.
    fn split(&self, offset: u32, length: usize) -> Result<usize, JoinedError> {
        let end = (offset as usize).checked_add(length);
        if end.is_none_or(|end| end > self.capacity()) {
            return Err(JoinedError(NorFlashErrorKind::OutOfBounds));
        }
        Ok(self
            .first
            .capacity()
            .saturating_sub(offset as usize)
            .min(length))
    }

    /// Converts an address to an address within the second flash.
    fn in_second(&self, offset: u32) -> u32 {
        // `split` checked the address; an address in the first saturates to the second's start.
        offset.saturating_sub(self.first.capacity() as u32)
    }
}

impl<A, B> ErrorType for Joined<A, B> {
    type Error = JoinedError;
}

impl NorFlashError for JoinedError {
    fn kind(&self) -> NorFlashErrorKind {
        self.0
    }
}

impl JoinedError {
    fn of(error: impl NorFlashError) -> Self {
        Self(error.kind())
    }
}

impl<A: NorFlash, B: NorFlash> ReadNorFlash for Joined<A, B> {
    const READ_SIZE: usize = longer(A::READ_SIZE, B::READ_SIZE);

    async fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), JoinedError> {
        let border = self.split(offset, bytes.len())?;
        let second = self.in_second(offset);
        let (low, high) = bytes.split_at_mut(border);
        if !low.is_empty() {
            let read = self.first.read(offset, low).await;
            read.map_err(JoinedError::of)?;
        }
        if !high.is_empty() {
            let read = self.second.read(second, high).await;
            read.map_err(JoinedError::of)?;
        }
        Ok(())
    }

    fn capacity(&self) -> usize {
        self.first.capacity().saturating_add(self.second.capacity())
    }
}

impl<A: NorFlash, B: NorFlash> NorFlash for Joined<A, B> {
    const WRITE_SIZE: usize = longer(A::WRITE_SIZE, B::WRITE_SIZE);
    const ERASE_SIZE: usize = longer(A::ERASE_SIZE, B::ERASE_SIZE);

    async fn erase(&mut self, from: u32, to: u32) -> Result<(), JoinedError> {
        let length = to.checked_sub(from);
        let length = length.ok_or(JoinedError(NorFlashErrorKind::OutOfBounds))?;
        let border = from + self.split(from, length as usize)? as u32;
        if from < border {
            let erased = self.first.erase(from, border).await;
            erased.map_err(JoinedError::of)?;
        }
        if border < to {
            let (from, to) = (self.in_second(border), self.in_second(to));
            let erased = self.second.erase(from, to).await;
            erased.map_err(JoinedError::of)?;
        }
        Ok(())
    }

    async fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), JoinedError> {
        let border = self.split(offset, bytes.len())?;
        let second = self.in_second(offset);
        let (low, high) = bytes.split_at(border);
        if !low.is_empty() {
            let written = self.first.write(offset, low).await;
            written.map_err(JoinedError::of)?;
        }
        if !high.is_empty() {
            let written = self.second.write(second, high).await;
            written.map_err(JoinedError::of)?;
        }
        Ok(())
    }
}

/// Returns the larger of two powers of two, which is a multiple of both.
const fn longer(a: usize, b: usize) -> usize {
    if a > b { a } else { b }
}
