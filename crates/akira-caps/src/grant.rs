use crate::{Capability, CapabilitySet, Quotas, Scopes};

/// Rights that policy gives to an app. The runtime checks calls against it, the bridges check resources.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Grant {
    /// Permitted kinds of operations.
    pub capabilities: CapabilitySet,
    /// Resources that the capabilities reach.
    pub scopes: Scopes,
    /// Limits on shared resources.
    pub quotas: Quotas,
}

impl Grant {
    /// Makes a grant of these capabilities, with no scope and the board's quotas.
    pub fn of(capabilities: CapabilitySet) -> Self {
        Self {
            capabilities,
            ..Self::default()
        }
    }

    /// Returns whether the app holds `capability`.
    pub fn allows(&self, capability: Capability) -> bool {
        self.capabilities.contains(capability)
    }
}
