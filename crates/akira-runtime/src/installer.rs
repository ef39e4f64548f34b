//! How apps come to a device that keeps them: piece by piece, over any link.

mod crc;
mod error;
mod ram;

use crate::admission::InstallOptions;
use crate::board::Board;
use crate::engine::Engine;
use crate::image::Image;
use crate::runtime::Runtime;
use akira_abi::caps::{AppName, CapabilitySet, Quotas, Text};
use alloc::rc::Rc;
use core::fmt;

pub use crc::Crc32;
pub use error::TransferError;
pub use ram::RamInstaller;

/// An app that is announced: what a sender says before the first byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parcel {
    /// The app's name, if its manifest has none.
    pub name: AppName,
    /// Its bytes, with all that is packed around it.
    pub size: u32,
    /// The CRC-32 of these bytes. Without one, nobody can tell whether what comes later belongs to what came before, so
    /// the transfer does not go on once it was interrupted.
    pub crc32: Option<u32>,
}

/// An app that has come whole and may be let in; nothing is changed yet.
#[derive(Clone, Debug)]
pub struct Arrival {
    /// The name that it was announced with.
    pub name: AppName,
    /// The module, without what was packed around it.
    pub image: Image,
    /// The name of the key that signed it.
    pub signer: Option<Text<31>>,
    /// The most that it may have: what the signer's key may grant, or what unsigned apps get here.
    pub ceiling: CapabilitySet,
    /// The most that it may be given of each quota; zero is no limit.
    pub limits: Quotas,
}

impl Arrival {
    /// Returns how it is let in, to ask [`Runtime::inspect`] for the report.
    pub fn options(&self) -> InstallOptions<'_> {
        InstallOptions::default()
            .with_name(&self.name)
            .with_ceiling(self.ceiling)
            .with_limits(self.limits)
            .with_signer(self.signer.as_deref())
    }
}

/// Takes in apps piece by piece, keeps them, and removes them.
///
/// One value is one transfer at a time; a device that takes several at once has several. [`RamInstaller`] keeps apps until
/// the device restarts, the facade's `install::Door` on flash.
#[expect(
    async_fn_in_trait,
    reason = "`Send` is never required: a device runs on one executor"
)]
pub trait Installer {
    /// The board that apps run on.
    type Board: Board;
    /// What runs them.
    type Engine: Engine;
    /// Why something was not done, in words for people.
    type Error: fmt::Display;

    /// Returns the app manager.
    fn runtime(&self) -> &Runtime<Self::Board, Self::Engine>;

    /// Begins to take in an app, or goes on with the same one where [`progress`](Self::progress) then says. Another that
    /// had begun is forgotten.
    ///
    /// # Errors
    ///
    /// If the device takes no such app, or has no room.
    ///
    /// # Cancel safety
    ///
    /// A drop leaves it begun or not.
    async fn begin(&mut self, parcel: &Parcel) -> Result<(), Self::Error>;

    /// Takes the next bytes.
    ///
    /// # Errors
    ///
    /// If there are more than announced, or they cannot be kept; none of them then counts.
    ///
    /// # Cancel safety
    ///
    /// A drop leaves the transfer to be begun again, which goes on where it can.
    async fn write(&mut self, bytes: &[u8]) -> Result<(), Self::Error>;

    /// Returns what is coming, and how many bytes of it have come.
    fn progress(&self) -> Option<(Parcel, u32)>;

    /// Checks what has come: all of it is there, it is what was announced, and its signature holds.
    ///
    /// # Errors
    ///
    /// If it is not; the transfer is then forgotten.
    ///
    /// # Cancel safety
    ///
    /// A drop changes nothing.
    async fn finish(&mut self) -> Result<Arrival, Self::Error>;

    /// Lets the app in that was [finished](Self::finish), and returns its name: the old version of it runs until then,
    /// the new one after that. The transfer is over, whatever becomes of the app.
    ///
    /// # Errors
    ///
    /// If it is not let in; everything is then as before.
    ///
    /// # Cancel safety
    ///
    /// A drop leaves the old version or the new one.
    async fn commit(&mut self) -> Result<Rc<str>, Self::Error>;

    /// Forgets the transfer, if there is one.
    ///
    /// # Errors
    ///
    /// If what has come cannot be removed.
    ///
    /// # Cancel safety
    ///
    /// A drop leaves it forgotten or not.
    async fn abort(&mut self) -> Result<(), Self::Error>;

    /// Stops and forgets an app, its files and its settings.
    ///
    /// # Errors
    ///
    /// If there is no such app, or it cannot be removed.
    ///
    /// # Cancel safety
    ///
    /// A drop leaves the app, stopped perhaps, or nothing of it.
    async fn uninstall(&mut self, name: &str) -> Result<(), Self::Error>;

    /// Sets whether an app starts with the device.
    ///
    /// # Errors
    ///
    /// If there is no such app, or it cannot be noted.
    ///
    /// # Cancel safety
    ///
    /// A drop leaves it set or not.
    async fn set_autostart(&mut self, name: &str, autostart: bool) -> Result<(), Self::Error>;
}
