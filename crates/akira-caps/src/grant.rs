use crate::{Capability, CapabilitySet, Quotas, Scopes};

/// What policy gave to an app: the runtime checks calls against it, bridges check resources.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Grant {
    /// What kinds of things it may do.
    pub capabilities: CapabilitySet,
    /// With which resources.
    pub scopes: Scopes,
    /// How much of the shared ones.
    pub quotas: Quotas,
}

impl Grant {
    /// Makes the grant of these capabilities, with no scope and the board's quotas.
    pub fn of(capabilities: CapabilitySet) -> Self {
        Self {
            capabilities,
            ..Self::default()
        }
    }

    /// Says whether the app holds `capability`.
    pub fn allows(&self, capability: Capability) -> bool {
        self.capabilities.contains(capability)
    }
}
