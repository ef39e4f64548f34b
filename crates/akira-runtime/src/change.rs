//! Differences between an installed app and an update of it.

use crate::admission::Admission;
use crate::entry::AppInfo;
use akira_abi::caps::{CapabilitySet, Grant, Text, VendorCapability, name_of};
use alloc::rc::Rc;
use core::fmt;

/// Comparison of an update with the installed version of the app, for the operator who decides on
/// the update.
#[derive(Clone, Debug)]
pub struct Change<'a> {
    before: Facts,
    after: Facts,
    vendors: &'a [VendorCapability],
}

/// Properties of a version that are compared.
#[derive(Clone, Debug)]
struct Facts {
    version: Text<15>,
    signer: Option<Rc<str>>,
    grant: Rc<Grant>,
    memory: u64,
}

/// One difference between an update and the installed version. Its [`Display`](fmt::Display) text
/// is a line for the operator.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Difference {
    /// The version string differs. Manifests set it freely, so it need not increase.
    Version {
        /// Version of the installed app; empty if its manifest has none.
        from: Text<15>,
        /// Version of the update; empty if its manifest has none.
        to: Text<15>,
    },
    /// The name of the signing key differs.
    Signer {
        /// Signer of the installed app; `None` if it is unsigned.
        from: Option<Rc<str>>,
        /// Signer of the update; `None` if it is unsigned.
        to: Option<Rc<str>>,
    },
    /// The update gets this capability, which the installed app does not have.
    Gains(&'static str),
    /// The installed app has this capability, and the update does not get it.
    Loses(&'static str),
    /// The pins, buses, channels or hosts that the app may use differ.
    Scopes,
    /// The RAM that the app needs in the worst case differs.
    Memory {
        /// Bytes for the installed app.
        from: u64,
        /// Bytes for the update.
        to: u64,
    },
    /// The storage quota for the app's files differs.
    Storage {
        /// Quota of the installed app, in bytes.
        from: u32,
        /// Quota of the update, in bytes.
        to: u32,
    },
}

impl<'a> Change<'a> {
    /// Compares an update that passed admission with the installed app. `vendors` names the
    /// capabilities that the device's vendor has registered.
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

    /// Lists the differences: first signer and version, then capabilities, then scopes, memory and
    /// storage.
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
