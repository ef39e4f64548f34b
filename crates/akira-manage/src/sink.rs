use crate::{Finding, Refusal};

/// Announcement of a transfer, sent before the first byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parcel<'a> {
    /// Name of the parcel: the name of an app, the path of a file. A sink refuses any other name.
    pub name: &'a str,
    /// Size in bytes, including the packaging.
    pub size: u32,
    /// CRC-32 of these bytes. Without it an interrupted transfer cannot be resumed, since later bytes cannot be matched
    /// to those received before.
    pub crc32: Option<u32>,
}

/// Receives bytes in pieces from any link, and applies them once all have arrived.
///
/// One value handles one transfer at a time; a device that handles several at once has several sinks. The device does
/// not change before [`commit`](Self::commit).
#[expect(
    async_fn_in_trait,
    reason = "`Send` is never required: a device runs on one executor"
)]
pub trait Sink {
    /// Reason why the sink refuses a transfer.
    type Error: Refusal + 'static;

    /// Begins a transfer, or resumes the same one at the offset that [`progress`](Self::progress) then returns.
    /// Discards any other transfer that had begun.
    ///
    /// # Errors
    ///
    /// If the device does not accept such a parcel, or has no room.
    ///
    /// # Cancel safety
    ///
    /// After a drop, the transfer may or may not have begun.
    async fn begin(&mut self, parcel: &Parcel<'_>) -> Result<(), Self::Error>;

    /// Receives the next bytes.
    ///
    /// # Errors
    ///
    /// If there are more bytes than announced, or they cannot be stored; none of them counts in that case.
    ///
    /// # Cancel safety
    ///
    /// After a drop, call [`begin`](Self::begin) again: it resumes the transfer if possible.
    async fn write(&mut self, bytes: &[u8]) -> Result<(), Self::Error>;

    /// Returns the parcel that is arriving, and the number of bytes received.
    fn progress(&self) -> Option<(Parcel<'_>, u32)>;

    /// Checks that all bytes have arrived, that they match the announcement, and that the signature is valid.
    ///
    /// # Errors
    ///
    /// If a check fails; the transfer is discarded in that case.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future changes nothing.
    async fn finish(&mut self) -> Result<(), Self::Error>;

    /// Reports the effect that committing a [finished](Self::finish) transfer would have on the device. Calls `tell`
    /// for each line; there may be none.
    ///
    /// # Errors
    ///
    /// If it would be refused; the error is the one that [`commit`](Self::commit) would return.
    fn describe(&self, tell: &mut dyn FnMut(&Finding<'_>)) -> Result<(), Self::Error> {
        let _ = tell;
        Ok(())
    }

    /// Applies a [finished](Self::finish) transfer. The transfer is over in every case.
    ///
    /// # Errors
    ///
    /// If it is refused; the device does not change in that case.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves either the old state or the new one.
    async fn commit(&mut self) -> Result<(), Self::Error>;

    /// Discards the transfer, if one has begun.
    ///
    /// # Errors
    ///
    /// If the received bytes cannot be removed.
    ///
    /// # Cancel safety
    ///
    /// After a drop, the transfer may or may not be discarded.
    async fn abort(&mut self) -> Result<(), Self::Error>;
}
