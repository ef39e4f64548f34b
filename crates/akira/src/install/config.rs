use crate::abi::caps::CapabilitySet;
use akira_package::{DeveloperMode, TrustStore};
use alloc::rc::Rc;
use core::fmt;
use core::ops::Range;
use core::time::Duration;

/// Function that returns the memory-mapped bytes of a range of the flash; `None` if the range is
/// not mapped.
///
/// The bytes must stay unchanged until the library writes to that range. The library writes only
/// after the last [`Image`](crate::Image) of the range was dropped.
pub type Mapping = Rc<dyn Fn(Range<u32>) -> Option<&'static [u8]>>;

/// Configuration of a [`Library`](super::Library): trusted keys, policy for unsigned apps, and
/// limits for transfers and for the trial of new versions.
#[derive(Clone)]
#[non_exhaustive]
pub struct Config {
    /// Keys whose apps the device accepts, until [`Library::rotate`](super::Library::rotate)
    /// replaces them.
    pub trust: &'static TrustStore,
    /// Whether the device accepts unsigned apps. A device that accepts them must show this to its
    /// user.
    pub developer: DeveloperMode,
    /// Memory mapping of the flash. With `None`, each image is copied into RAM.
    pub mapping: Option<Mapping>,
    /// Maximum number of simultaneous transfers.
    pub transfers_max: usize,
    /// Time for which a new version must run before it is confirmed and its previous version is
    /// removed.
    pub healthy_after: Duration,
    /// Number of failed starts after which a new version is rolled back; at least 1.
    pub trials_max: u16,
}

impl Default for Config {
    /// Returns a configuration that trusts no key, allows two simultaneous transfers, and gives a
    /// new version three starts to run for 10 s.
    fn default() -> Self {
        Self {
            trust: &TrustStore::NOBODY,
            developer: DeveloperMode::Off,
            mapping: None,
            transfers_max: 2,
            healthy_after: Duration::from_secs(10),
            trials_max: 3,
        }
    }
}

impl Config {
    /// Returns a configuration for development: it also accepts unsigned apps, with every
    /// capability that the device's policy allows.
    pub fn developer() -> Self {
        let ceiling = CapabilitySet::from_bits(u64::MAX);
        Self::default().with_developer_mode(DeveloperMode::On { ceiling })
    }

    /// Sets the keys whose apps the device accepts.
    pub fn with_trust(mut self, trust: &'static TrustStore) -> Self {
        self.trust = trust;
        self
    }

    /// Sets whether the device accepts unsigned apps.
    pub fn with_developer_mode(mut self, developer: DeveloperMode) -> Self {
        self.developer = developer;
        self
    }

    /// Sets the memory mapping of the flash, so that apps run in place instead of being copied into
    /// RAM.
    pub fn with_mapping(
        mut self,
        mapping: impl Fn(Range<u32>) -> Option<&'static [u8]> + 'static,
    ) -> Self {
        self.mapping = Some(Rc::new(mapping));
        self
    }

    /// Sets the time for which a new version must run before it is confirmed, and the number of
    /// failed starts (at least 1) after which it is rolled back.
    pub fn with_trial(mut self, healthy_after: Duration, trials_max: u16) -> Self {
        self.healthy_after = healthy_after;
        self.trials_max = trials_max.max(1);
        self
    }

    /// Returns whether the device accepts unsigned apps.
    pub fn is_developer(&self) -> bool {
        self.developer != DeveloperMode::Off
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("developer", &self.developer)
            .field("mapped", &self.mapping.is_some())
            .field("transfers_max", &self.transfers_max)
            .field("healthy_after", &self.healthy_after)
            .field("trials_max", &self.trials_max)
            .finish_non_exhaustive()
    }
}
