use crate::{Finding, Refusal};

/// Announcement of a transfer, which a link passes to [`Sink::begin`] before the first byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parcel<'a> {
    /// Name of the transferred object, such as the name of an app or the path of a file. A sink
    /// refuses names that it does not support.
    pub name: &'a str,
    /// Size of the transfer in bytes, including the packaging.
    pub size: u32,
    /// CRC-32 of all bytes of the transfer. Without a CRC, an interrupted transfer cannot be
    /// resumed, since later bytes cannot be matched to the bytes received before.
    pub crc32: Option<u32>,
}

/// Receives data in pieces from any link, and applies the data once all bytes have arrived.
///
/// A sink handles one transfer at a time; a device that handles several transfers at once has
/// several sinks. The device does not change before [`commit`](Self::commit).
#[expect(
    async_fn_in_trait,
    reason = "`Send` is never required: a device runs on one executor"
)]
pub trait Sink {
    /// Error with the reason why the sink refuses a transfer.
    type Error: Refusal + 'static;

    /// Begins a transfer, or resumes the interrupted transfer of the same parcel at the offset that
    /// [`progress`](Self::progress) then returns. Discards any other transfer that had begun.
    ///
    /// # Errors
    ///
    /// Returns an error if the device does not accept such a parcel, or has no room for it.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves the transfer begun or not begun.
    async fn begin(&mut self, parcel: &Parcel<'_>) -> Result<(), Self::Error>;

    /// Receives the next bytes of the transfer.
    ///
    /// # Errors
    ///
    /// Returns an error if more bytes arrive than were announced, or if `bytes` cannot be stored.
    /// None of `bytes` then counts as received.
    ///
    /// # Cancel safety
    ///
    /// After dropping the future, call [`begin`](Self::begin) again, which resumes the transfer if
    /// possible.
    async fn write(&mut self, bytes: &[u8]) -> Result<(), Self::Error>;

    /// Returns the announcement of the current transfer and the number of bytes received so far, or
    /// `None` if no transfer is under way.
    fn progress(&self) -> Option<(Parcel<'_>, u32)>;

    /// Checks that all bytes of the transfer have arrived, that they match the announcement, and
    /// that the signature is valid.
    ///
    /// # Errors
    ///
    /// Returns an error if a check fails; the transfer is then discarded.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future changes nothing.
    async fn finish(&mut self) -> Result<(), Self::Error>;

    /// Reports the effect that [`commit`](Self::commit) of a [finished](Self::finish) transfer
    /// would have on the device. Calls `tell` once for each finding, which may be never.
    ///
    /// # Errors
    ///
    /// Returns the error that [`commit`](Self::commit) would return, if it would refuse the
    /// transfer.
    fn describe(&self, tell: &mut dyn FnMut(&Finding<'_>)) -> Result<(), Self::Error> {
        let _ = tell;
        Ok(())
    }

    /// Applies a [finished](Self::finish) transfer. The transfer ends, whether the call succeeds or
    /// fails.
    ///
    /// # Errors
    ///
    /// Returns an error if the transfer is refused; the device does not change then.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves the device in its old or in its new state.
    async fn commit(&mut self) -> Result<(), Self::Error>;

    /// Discards the current transfer, if any.
    ///
    /// # Errors
    ///
    /// Returns an error if the received bytes cannot be removed.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves the transfer discarded or unchanged.
    async fn abort(&mut self) -> Result<(), Self::Error>;
}
