use crate::abi::caps::CapabilitySet;
use akira_package::{DeveloperMode, TrustStore};
use alloc::rc::Rc;
use core::fmt;
use core::ops::Range;
use core::time::Duration;

/// Returns the bytes of a range of the flash where they are mapped into memory.
///
/// They must stay as they are until the library writes there; it does so only when no [`Image`](crate::Image) of them is left.
pub type Mapping = Rc<dyn Fn(Range<u32>) -> Option<&'static [u8]>>;

/// How a device lets apps in.
#[derive(Clone)]
#[non_exhaustive]
pub struct Config {
    /// The keys whose apps it takes, until [`Library::rotate`](super::Library::rotate) names others.
    pub trust: &'static TrustStore,
    /// Whether it takes apps that nobody has signed. A device that does shows it to its user.
    pub developer: DeveloperMode,
    /// Where its flash is mapped; without that, images are copied into RAM.
    pub mapping: Option<Mapping>,
    /// The most transfers at once.
    pub transfers_max: usize,
    /// After a run of this length a new version is confirmed.
    pub healthy_after: Duration,
    /// After how many failed starts a new version is rolled back; at least 1.
    pub trials_max: u16,
}

impl Default for Config {
    /// Trusts nobody; two transfers at once; a new version has three starts to run for 10 s.
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
    /// Returns that of a developer's device, which takes those apps, too, that nobody has signed, and grants them all that
    /// its policy allows.
    pub fn developer() -> Self {
        let ceiling = CapabilitySet::from_bits(u64::MAX);
        Self::default().with_developer_mode(DeveloperMode::On { ceiling })
    }

    /// Takes the apps that these keys have signed.
    pub fn with_trust(mut self, trust: &'static TrustStore) -> Self {
        self.trust = trust;
        self
    }

    /// Takes, or not, apps that nobody has signed.
    pub fn with_developer_mode(mut self, developer: DeveloperMode) -> Self {
        self.developer = developer;
        self
    }

    /// Runs apps from where the flash is mapped, instead of copying them into RAM.
    pub fn with_mapping(
        mut self,
        mapping: impl Fn(Range<u32>) -> Option<&'static [u8]> + 'static,
    ) -> Self {
        self.mapping = Some(Rc::new(mapping));
        self
    }

    /// Says when a new version is confirmed, and after how many failed starts it is rolled back.
    pub fn with_trial(mut self, healthy_after: Duration, trials_max: u16) -> Self {
        self.healthy_after = healthy_after;
        self.trials_max = trials_max.max(1);
        self
    }

    /// Says whether apps that nobody has signed are taken.
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
