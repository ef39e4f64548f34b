use crate::Capability as C;
use crate::{Capability, CapabilitySet};

/// Maximum length of a capability's name, in bytes.
pub const MAX_NAME: usize = 63;

/// A capability that a board's vendor defines: a name such as `acme.valve` and a bit from 48 to 63.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VendorCapability {
    name: &'static str,
    bit: u8,
    privileged: bool,
}

impl VendorCapability {
    /// Maximum number of capabilities that vendors can register.
    pub const COUNT: usize = 16;

    /// Creates a capability. Returns `None` unless the bit is 48-63 and the name contains a `.`, no
    /// `*` and at most [`MAX_NAME`] bytes.
    ///
    /// ```
    /// use akira_caps::VendorCapability;
    /// const VALVE: VendorCapability = VendorCapability::new("acme.valve", 48, true).expect("a valid name and bit");
    /// assert_eq!(VALVE.name(), "acme.valve");
    /// ```
    pub const fn new(name: &'static str, bit: u8, privileged: bool) -> Option<Self> {
        if bit < 48 || bit > 63 || name.len() > MAX_NAME || !is_vendor_name(name.as_bytes()) {
            return None;
        }
        Some(Self {
            name,
            bit,
            privileged,
        })
    }

    /// Returns the name by which manifests request the capability.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Returns the index of the capability's bit among the bits of vendors.
    pub(crate) const fn index(&self) -> usize {
        self.bit as usize - 48
    }

    /// Returns the number of the capability's bit in a [`CapabilitySet`].
    pub const fn bit(&self) -> u8 {
        self.bit
    }

    /// Returns whether the capability is privileged: apps of unknown origin do not get a privileged
    /// capability.
    pub const fn is_privileged(&self) -> bool {
        self.privileged
    }

    /// Returns the set that contains only this capability.
    pub const fn set(&self) -> CapabilitySet {
        CapabilitySet::from_bits(1 << self.bit)
    }
}

const fn is_vendor_name(name: &[u8]) -> bool {
    let mut has_dot = false;
    let mut i = 0;
    while i < name.len() {
        if name[i] == b'*' {
            return false;
        }
        has_dot |= name[i] == b'.';
        i += 1;
    }
    has_dot
}

/// AkiraOS's aliases and wildcards for the registered capabilities.
const ALIASES: &[(&str, &[Capability])] = &[
    ("display.read", &[C::DisplayWrite]),
    ("display.*", &[C::DisplayWrite]),
    ("bt.shell", &[C::Ble]),
    ("bt.*", &[C::Ble, C::Hid, C::BleScan, C::BleSpam]),
    ("memory.alloc", &[C::Memory]),
    ("settings.read", &[C::Settings]),
    ("settings.write", &[C::Settings]),
    ("network.connect", &[C::NetworkUse]),
    ("network.*", &[C::NetworkUse]),
    ("input.*", &[C::InputRead, C::InputWrite]),
    ("hw.*", &[C::Timer, C::Uart, C::I2c, C::Pwm]),
    ("sensor.*", &[C::SensorRead]),
    ("rf.*", &[C::RfTransceive]),
    ("storage.*", &[C::StorageRead, C::StorageWrite]),
    ("gpio.*", &[C::GpioRead, C::GpioWrite]),
    ("power.*", &[C::PowerRead, C::PowerControl]),
    ("fs.*", &[C::FsRead, C::FsWrite]),
    ("rtc.*", &[C::RtcRead, C::RtcWrite]),
    ("matter.*", &[C::Matter]),
    ("mqtt.*", &[C::Mqtt]),
    ("mesh.*", &[C::Mesh]),
    ("sync.*", &[C::Sync]),
];

/// Returns the capabilities that a string in a manifest's `capabilities` matches; `None` if the
/// string is unknown.
///
/// The order of precedence is: a name of AkiraOS; an alias or wildcard of AkiraOS; `*`, which
/// matches all registered capabilities except `system`; a vendor's name; and `<ns>.*`, which
/// matches all capabilities that vendors registered under `<ns>.`. An app must request `system` by
/// its name, because AkiraOS does not have it. A vendor's name never widens a wildcard of AkiraOS.
pub fn resolve(name: &str, vendors: &[VendorCapability]) -> Option<CapabilitySet> {
    if let Some(capability) = Capability::from_name(name) {
        return Some(capability.into());
    }
    if let Some((_, set)) = ALIASES.iter().find(|(alias, _)| *alias == name) {
        return Some(CapabilitySet::of(set));
    }
    if name == "*" {
        return Some(
            CapabilitySet::ALL
                .without(C::SystemSettings)
                .union(union_of(vendors.iter())),
        );
    }
    let found = match name
        .strip_suffix('*')
        .filter(|ns| ns.len() > 1 && ns.ends_with('.'))
    {
        Some(ns) => union_of(vendors.iter().filter(|v| v.name.starts_with(ns))),
        None => union_of(vendors.iter().filter(|v| v.name == name)),
    };
    (!found.is_empty()).then_some(found)
}

/// Returns the capabilities that an operator denies with a string: those that it
/// [matches](resolve). `*` denies all capabilities, including `system`. Returns `None` if the
/// string is unknown.
pub fn resolve_refusal(name: &str, vendors: &[VendorCapability]) -> Option<CapabilitySet> {
    match name {
        "*" => Some(CapabilitySet::from_bits(u64::MAX)),
        name => resolve(name, vendors),
    }
}

fn union_of<'a>(vendors: impl Iterator<Item = &'a VendorCapability>) -> CapabilitySet {
    vendors.fold(CapabilitySet::EMPTY, |all, v| all.union(v.set()))
}

/// Returns the name of the capability with this bit number; `None` if it is not registered.
pub fn name_of(bit: u8, vendors: &[VendorCapability]) -> Option<&'static str> {
    let vendor = || vendors.iter().find(|v| v.bit == bit).map(|v| v.name);
    Capability::from_bit(bit)
        .map(Capability::name)
        .or_else(vendor)
}

/// Returns all registered capabilities that are not privileged, which is the maximum for an app of
/// unknown origin.
pub fn unprivileged(vendors: &[VendorCapability]) -> CapabilitySet {
    let theirs = union_of(vendors.iter().filter(|v| !v.privileged));
    CapabilitySet::ALL
        .difference(CapabilitySet::PRIVILEGED)
        .union(theirs)
}
