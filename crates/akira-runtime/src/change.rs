//! Differences between an installed app and an update of it.

use crate::admission::Admission;
use crate::entry::AppInfo;
use akira_abi::caps::{CapabilitySet, Grant, Text, VendorCapability, name_of};
use alloc::rc::Rc;
use core::fmt;

/// Comparison of an app with its installed version, for the operator who decides on an update.
#[derive(Clone, Debug)]
pub struct Change<'a> {
    before: Facts,
    after: Facts,
    vendors: &'a [VendorCapability],
}

/// Compared properties of a version.
#[derive(Clone, Debug)]
struct Facts {
    version: Text<15>,
    signer: Option<Rc<str>>,
    grant: Rc<Grant>,
    memory: u64,
}

/// Difference made by an update. Its [`Display`](fmt::Display) is a line for people.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Difference {
    /// The version string. Manifests set it freely, so it need not increase.
    Version {
        /// Value of the installed app.
        from: Text<15>,
        /// Value of the new app.
        to: Text<15>,
    },
    /// The signing key; `None` is unsigned.
    Signer {
        /// Value of the installed app.
        from: Option<Rc<str>>,
        /// Value of the new app.
        to: Option<Rc<str>>,
    },
    /// The update gets this capability, which the installed app does not have.
    Gains(&'static str),
    /// The update no longer gets this capability.
    Loses(&'static str),
    /// The pins, buses, channels or hosts that the app may use.
    Scopes,
    /// The RAM that the app needs in the worst case, in bytes.
    Memory {
        /// Value of the installed app.
        from: u64,
        /// Value of the new app.
        to: u64,
    },
    /// The storage quota for the app's files, in bytes.
    Storage {
        /// Value of the installed app.
        from: u32,
        /// Value of the new app.
        to: u32,
    },
}

impl<'a> Change<'a> {
    /// Compares an app that would be admitted with the installed one. `vendors` are the capabilities of the device's
    /// vendor.
    pub fn new(
        installed: &AppInfo,
        admission: &Admission<'_>,
        vendors: &'a [VendorCapability],
    ) -> Self {
        Self {
            before: Facts {
                version: installed.version,
                signer: installed.signer.clone(),
                grant: installed.grant.clone(),
                memory: installed.memory_bytes_max,
            },
            after: Facts {
                version: admission.manifest.version,
                signer: admission.signer.map(Rc::from),
                grant: Rc::new(admission.grant),
                memory: admission.memory.total(),
            },
            vendors,
        }
    }

    /// Lists the differences, from the signer to the resources.
    pub fn differences(&self) -> impl Iterator<Item = Difference> {
        let (before, after) = (&self.before, &self.after);
        let capabilities = |facts: &Facts| facts.grant.capabilities;
        let gained = capabilities(after).difference(capabilities(before));
        let lost = capabilities(before).difference(capabilities(after));
        let gains = self.names(gained).map(Difference::Gains);
        let loses = self.names(lost).map(Difference::Loses);
        let heads = [self.signer(), self.version()].into_iter().flatten();
        let tails = [self.scopes(), self.memory(), self.storage()];
        heads
            .chain(gains)
            .chain(loses)
            .chain(tails.into_iter().flatten())
    }

    fn names(&self, set: CapabilitySet) -> impl Iterator<Item = &'static str> {
        let vendors = self.vendors;
        set.bit_numbers()
            .map(move |bit| name_of(bit, vendors).unwrap_or("an unnamed capability"))
    }

    fn signer(&self) -> Option<Difference> {
        let (from, to) = (&self.before.signer, &self.after.signer);
        (from != to).then(|| Difference::Signer {
            from: from.clone(),
            to: to.clone(),
        })
    }

    fn version(&self) -> Option<Difference> {
        let (from, to) = (self.before.version, self.after.version);
        (from != to).then_some(Difference::Version { from, to })
    }

    fn scopes(&self) -> Option<Difference> {
        (self.before.grant.scopes != self.after.grant.scopes).then_some(Difference::Scopes)
    }

    fn memory(&self) -> Option<Difference> {
        let (from, to) = (self.before.memory, self.after.memory);
        (from != to).then_some(Difference::Memory { from, to })
    }

    fn storage(&self) -> Option<Difference> {
        let storage = |facts: &Facts| facts.grant.quotas.storage;
        let (from, to) = (storage(&self.before), storage(&self.after));
        (from != to).then_some(Difference::Storage { from, to })
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kib = |bytes: u64| bytes.div_ceil(1024);
        match self {
            Self::Version { from, to } => {
                write!(f, "version: {} -> {}", or(from, "none"), or(to, "none"))
            }
            Self::Signer { from, to } => {
                let name = |signer: &Option<Rc<str>>| signer.clone().unwrap_or("unsigned".into());
                write!(f, "signer: {} -> {}", name(from), name(to))
            }
            Self::Gains(name) => write!(f, "gains {name}"),
            Self::Loses(name) => write!(f, "loses {name}"),
            Self::Scopes => f.write_str("reaches other pins, buses, channels or hosts"),
            Self::Memory { from, to } => {
                write!(f, "memory: {} -> {} KiB", kib(*from), kib(*to))
            }
            Self::Storage { from, to } => {
                let (from, to) = (kib((*from).into()), kib((*to).into()));
                write!(f, "room for files: {from} -> {to} KiB")
            }
        }
    }
}

fn or<'t>(text: &'t Text<15>, none: &'t str) -> &'t str {
    if text.is_empty() { none } else { text }
}
