use core::fmt;

use super::Policy;
use crate::json::JsonText;
use crate::manifest::CapabilityNames;
use crate::{CapabilitySet, VendorCapability, name_of};

/// Verdict on one string by which an app requests capabilities.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict {
    /// All capabilities that the string matches are granted.
    Granted(CapabilitySet),
    /// The string is a wildcard, and only some of its capabilities are granted.
    Partly {
        /// Capabilities that are granted.
        granted: CapabilitySet,
        /// Capabilities that are denied.
        denied: CapabilitySet,
    },
    /// No capability that the string matches is granted.
    Denied(Reason),
    /// The string matches no known capability.
    Unknown,
}

/// Reason why a capability is denied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// The board does not offer the capability to apps.
    NotOnBoard,
    /// The app's signer may not grant the capability.
    AboveSigner,
    /// The operator or the board's policy denies the capability.
    DeniedByPolicy,
}

/// One string by which an app requests capabilities, with its verdict. Its
/// [`Display`](fmt::Display) text is a line for the operator.
#[derive(Clone, Copy, Debug)]
pub struct Answer<'a> {
    /// String in the manifest: a name, an alias or a wildcard.
    pub name: JsonText<'a>,
    /// Verdict on the capabilities that the string matches.
    pub verdict: Verdict,
    policy: &'a Policy<'a>,
}

/// Iterator over the strings by which an app requests capabilities, each as an [`Answer`], in the
/// order of the manifest.
#[derive(Clone, Debug)]
pub struct Report<'a> {
    policy: &'a Policy<'a>,
    names: CapabilityNames<'a>,
}

impl<'a> Report<'a> {
    pub(super) fn new(policy: &'a Policy<'a>, names: CapabilityNames<'a>) -> Self {
        Self { policy, names }
    }
}

impl<'a> Iterator for Report<'a> {
    type Item = Answer<'a>;

    fn next(&mut self) -> Option<Answer<'a>> {
        let name = self.names.next()?;
        Some(Answer {
            verdict: self.policy.verdict(&name),
            name,
            policy: self.policy,
        })
    }
}

impl Verdict {
    /// Returns the capabilities that this verdict grants.
    pub const fn granted(&self) -> CapabilitySet {
        match self {
            Self::Granted(granted) | Self::Partly { granted, .. } => *granted,
            Self::Denied(_) | Self::Unknown => CapabilitySet::EMPTY,
        }
    }
}

impl fmt::Display for Answer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.name)?;
        match self.verdict {
            Verdict::Granted(_) => f.write_str("granted"),
            Verdict::Denied(reason) => write!(f, "denied, {reason}"),
            Verdict::Unknown => f.write_str("unknown capability, ignored"),
            Verdict::Partly { granted, denied } => self.write_parts(f, granted, denied),
        }
    }
}

impl Answer<'_> {
    /// Returns the reason why the app does not get the capabilities in `denied`, which the string
    /// matches.
    pub fn reason(&self, denied: CapabilitySet) -> Reason {
        self.policy.reason(denied)
    }

    fn write_parts(
        &self,
        f: &mut fmt::Formatter<'_>,
        granted: CapabilitySet,
        denied: CapabilitySet,
    ) -> fmt::Result {
        f.write_str("granted in part (")?;
        write_names(f, granted, self.policy.vendors)?;
        f.write_str(")")?;
        for bit in denied.bit_numbers() {
            let reason = self.reason(CapabilitySet::from_bits(1 << bit));
            write!(
                f,
                "; {} denied, {reason}",
                name_of(bit, self.policy.vendors).unwrap_or("?")
            )?;
        }
        Ok(())
    }
}

fn write_names(
    f: &mut fmt::Formatter<'_>,
    set: CapabilitySet,
    vendors: &[VendorCapability],
) -> fmt::Result {
    for (i, bit) in set.bit_numbers().enumerate() {
        f.write_str(if i == 0 { "" } else { ", " })?;
        f.write_str(name_of(bit, vendors).unwrap_or("?"))?;
    }
    Ok(())
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotOnBoard => "this board does not offer it",
            Self::AboveSigner => "the signer may not grant it",
            Self::DeniedByPolicy => "refused by policy",
        })
    }
}
