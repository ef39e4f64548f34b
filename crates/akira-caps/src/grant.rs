use crate::{Capability, CapabilitySet, Quotas, Scopes};

/// Rights of an installed app: its capabilities, its scopes and its quotas, as the
/// [`Policy`](crate::Policy) decided. The runtime checks capabilities and quotas at each native
/// call; the bridges check scopes when the app opens a resource.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Grant {
    /// Capabilities of the app: the kinds of operations that it may perform.
    pub capabilities: CapabilitySet,
    /// Scopes of the app: the pins, buses, channels and hosts that it may use.
    pub scopes: Scopes,
    /// Quotas of the app: limits on shared resources such as memory and flash.
    pub quotas: Quotas,
}

impl Grant {
    /// Creates a grant of these capabilities, without limits on scopes and with the board's default
    /// quotas.
    pub fn of(capabilities: CapabilitySet) -> Self {
        Self {
            capabilities,
            ..Self::default()
        }
    }

    /// Returns whether the grant includes `capability`.
    pub fn allows(&self, capability: Capability) -> bool {
        self.capabilities.contains(capability)
    }
}
