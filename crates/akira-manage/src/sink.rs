use crate::{Finding, Refusal};

/// Something that is announced: what a sender says before the first byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parcel<'a> {
    /// What it is called: the name of an app, the path of a file. A sink refuses what is no such name.
    pub name: &'a str,
    /// Its bytes, with all that is packed around it.
    pub size: u32,
    /// The CRC-32 of these bytes. Without one, nobody can tell whether what arrives later belongs to what arrived before,
    /// so an interrupted transfer cannot be resumed.
    pub crc32: Option<u32>,
}

/// Takes bytes piece by piece, whatever link they arrive on, and puts them to use once all of them are there.
///
/// One value is one transfer at a time; a device that takes several at once has several. Nothing of the device changes
/// before [`commit`](Self::commit).
#[expect(
    async_fn_in_trait,
    reason = "`Send` is never required: a device runs on one executor"
)]
pub trait Sink {
    /// Why something is not taken.
    type Error: Refusal + 'static;

    /// Begins a transfer, or resumes the same one at the offset that [`progress`](Self::progress) then returns. Another
    /// that had begun is forgotten.
    ///
    /// # Errors
    ///
    /// If the device takes nothing like it, or has no room.
    ///
    /// # Cancel safety
    ///
    /// A drop leaves it begun or not.
    async fn begin(&mut self, parcel: &Parcel<'_>) -> Result<(), Self::Error>;

    /// Takes the next bytes.
    ///
    /// # Errors
    ///
    /// If there are more than announced, or they cannot be kept; none of them then counts.
    ///
    /// # Cancel safety
    ///
    /// A drop leaves the transfer to be begun again, which resumes it if it can be.
    async fn write(&mut self, bytes: &[u8]) -> Result<(), Self::Error>;

    /// Returns what is arriving, and how many bytes of it are here.
    fn progress(&self) -> Option<(Parcel<'_>, u32)>;

    /// Checks that all of it is here, that it is what was announced, and that its signature holds.
    ///
    /// # Errors
    ///
    /// If it is not; the transfer is then forgotten.
    ///
    /// # Cancel safety
    ///
    /// A drop changes nothing.
    async fn finish(&mut self) -> Result<(), Self::Error>;

    /// Says what a [finished](Self::finish) transfer would do to the device, a line at a time. There may be nothing to say.
    ///
    /// # Errors
    ///
    /// If it would be refused; why is then what [`commit`](Self::commit) would return.
    fn describe(&self, tell: &mut dyn FnMut(&Finding<'_>)) -> Result<(), Self::Error> {
        let _ = tell;
        Ok(())
    }

    /// Puts a [finished](Self::finish) transfer to use. The transfer is over, whatever becomes of it.
    ///
    /// # Errors
    ///
    /// If it is refused; everything is then as before.
    ///
    /// # Cancel safety
    ///
    /// A drop leaves the old state or the new one.
    async fn commit(&mut self) -> Result<(), Self::Error>;

    /// Forgets the transfer, if there is one.
    ///
    /// # Errors
    ///
    /// If what has arrived cannot be removed.
    ///
    /// # Cancel safety
    ///
    /// A drop leaves it forgotten or not.
    async fn abort(&mut self) -> Result<(), Self::Error>;
}
