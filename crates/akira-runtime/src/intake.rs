//! Transfer of apps to a device, in pieces and over any link.

mod error;
mod ram;

use crate::admission::InstallOptions;
use crate::image::Image;
use akira_abi::caps::{AppName, CapabilitySet, Quotas, Text};

pub use error::TransferError;
pub use ram::RamInstaller;

/// An app that was received completely and verified, but is not installed yet. An installer creates
/// it when a transfer is finished.
#[derive(Clone, Debug)]
pub struct Arrival {
    /// Name of the app, as announced at the start of the transfer.
    pub name: AppName,
    /// WebAssembly module of the app, without the package around it.
    pub image: Image,
    /// Name of the key that signed the app; `None` if the app is unsigned.
    pub signer: Option<Text<31>>,
    /// Maximum capabilities of the app: those that the signer's key may grant, or those that this
    /// device grants to unsigned apps.
    pub ceiling: CapabilitySet,
    /// Maximum of each quota of the app; zero means no limit.
    pub limits: Quotas,
}

impl Arrival {
    /// Returns the options with which [`Runtime::inspect`](crate::Runtime::inspect) or
    /// [`Runtime::install`](crate::Runtime::install) checks this app.
    pub fn options(&self) -> InstallOptions<'_> {
        InstallOptions::default()
            .with_name(&self.name)
            .with_ceiling(self.ceiling)
            .with_limits(self.limits)
            .with_signer(self.signer.as_deref())
    }
}
