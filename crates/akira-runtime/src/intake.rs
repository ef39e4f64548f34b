//! How apps arrive on a device: piece by piece, over any link.

mod error;
mod ram;

use crate::admission::InstallOptions;
use crate::image::Image;
use akira_abi::caps::{AppName, CapabilitySet, Quotas, Text};

pub use error::TransferError;
pub use ram::RamInstaller;

/// An app that has arrived whole and may be installed; nothing is changed yet.
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
    /// Returns how it is installed, to ask [`Runtime::inspect`](crate::Runtime::inspect) for the report.
    pub fn options(&self) -> InstallOptions<'_> {
        InstallOptions::default()
            .with_name(&self.name)
            .with_ceiling(self.ceiling)
            .with_limits(self.limits)
            .with_signer(self.signer.as_deref())
    }
}
