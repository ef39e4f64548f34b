//! Transfer of apps to a device: in pieces, over any link.

mod error;
mod ram;

use crate::admission::InstallOptions;
use crate::image::Image;
use akira_abi::caps::{AppName, CapabilitySet, Quotas, Text};

pub use error::TransferError;
pub use ram::RamInstaller;

/// An app that has arrived completely and can be installed; nothing has changed yet.
#[derive(Clone, Debug)]
pub struct Arrival {
    /// Name from the announcement of the transfer.
    pub name: AppName,
    /// The module, without its package.
    pub image: Image,
    /// Name of the key that signed the app.
    pub signer: Option<Text<31>>,
    /// Maximum capabilities: those that the signer's key may grant, or those that this device grants to unsigned apps.
    pub ceiling: CapabilitySet,
    /// Maximum of each quota; zero is no limit.
    pub limits: Quotas,
}

impl Arrival {
    /// Returns the install options, for instance for the report of [`Runtime::inspect`](crate::Runtime::inspect).
    pub fn options(&self) -> InstallOptions<'_> {
        InstallOptions::default()
            .with_name(&self.name)
            .with_ceiling(self.ceiling)
            .with_limits(self.limits)
            .with_signer(self.signer.as_deref())
    }
}
