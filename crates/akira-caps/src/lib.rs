#![no_std]
#![forbid(unsafe_code)]
#![doc = include_str!("../README.md")]

mod capability;
mod error;
mod grant;
mod harmless;
mod host;
mod json;
mod list;
mod manifest;
mod name;
mod namespace;
mod policy;
mod quotas;
mod registry;
mod scopes;
mod set;
mod text;
mod version;

pub use capability::Capability;
pub use error::{ErrorKind, ManifestError};
pub use grant::Grant;
pub use harmless::{Harmless, is_harmless};
pub use host::HostScope;
pub use json::JsonText;
pub use list::{Full, List};
pub use manifest::{
    Capabilities, CapabilityNames, Manifest, Restart, VendorLimits, Warning, Warnings,
};
pub use name::AppName;
pub use namespace::{is_firmware_setting, is_firmware_topic, is_reserved_app};
pub use policy::{Answer, Decision, Policy, Reason, Refusal, Report, Verdict};
pub use quotas::Quotas;
pub use registry::{MAX_NAME, VendorCapability, name_of, resolve, resolve_refusal, unprivileged};
pub use scopes::{ChannelScope, I2cScope, PinScope, Scopes, SpiScope};
pub use set::CapabilitySet;
pub use text::Text;
pub use version::{AbiVersion, Firmware, Incompatible, NewerMinor, Version};
