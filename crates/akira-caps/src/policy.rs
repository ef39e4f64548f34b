mod report;

use core::fmt;

use crate::json::JsonText;
use crate::scopes::VendorScopes;
use crate::{
    CapabilitySet, Grant, Harmless, Manifest, Quotas, Scopes, Text, VendorCapability, resolve,
};

pub use report::{Answer, Reason, Report, Verdict};

/// Rules by which a device decides on an app's grant. An app gets a requested capability if it is
/// known, within the ceiling (the maximum that the app's signer may grant), offered by the board
/// and not denied by the operator.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct Policy<'a> {
    /// Capabilities that the board's vendor has registered.
    pub vendors: &'a [VendorCapability],
    /// Whether an app that requests an unknown capability is refused. Otherwise, the request is
    /// only reported.
    pub strict: bool,
    /// Capabilities that the board offers to apps.
    pub board: CapabilitySet,
    /// Ceiling: maximum capabilities that the app's signer may grant.
    pub ceiling: CapabilitySet,
    /// Capabilities that the operator denies to the app, regardless of its signer.
    pub deny: CapabilitySet,
    /// Capabilities that the operator grants even if the app does not request them, and beyond the
    /// ceiling. The app gets only those that the board offers and that are not denied.
    pub extra: CapabilitySet,
    /// Maximum quotas of an app; zero means no limit.
    pub limits: Quotas,
    /// Scopes of an app whose manifest declares none. They are no maximum: scopes that a manifest
    /// declares replace them. To withhold a resource entirely, withhold its capability, without
    /// which a scope has no effect.
    pub defaults: Scopes,
}

/// Result of [`Policy::decide`]: the grant of an app, with the verdict on each request.
#[derive(Clone, Debug)]
pub struct Decision<'a> {
    /// Rights that the app gets.
    pub grant: Grant,
    /// Verdict on each capability that the app requests.
    pub report: Report<'a>,
}

/// Reason why an app is not admitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// The manifest limits an unknown capability, or requests one and the policy is strict. Fix the
    /// manifest. The variant contains the name of the capability; `None` if the name is longer than
    /// any known name.
    Unknown(Option<Text<{ crate::MAX_NAME }>>),
    /// The app requests more memory or storage than the board gives to an app.
    OverQuota {
        /// Name of the manifest field.
        field: &'static str,
        /// Requested amount, in bytes.
        asked: u32,
        /// Maximum amount in bytes.
        limit: u32,
    },
}

impl<'a> Policy<'a> {
    /// Creates the policy of a board that offers `board` to apps, for an app whose signer may grant
    /// `ceiling`.
    ///
    /// The other fields are empty or off: no vendors, not strict, nothing denied or added, no
    /// limits, no default scopes.
    pub fn new(board: CapabilitySet, ceiling: CapabilitySet) -> Self {
        Self {
            board,
            ceiling,
            ..Self::default()
        }
    }

    /// Sets the capabilities that the board's vendor has registered.
    pub const fn with_vendors(mut self, vendors: &'a [VendorCapability]) -> Self {
        self.vendors = vendors;
        self
    }

    /// Sets whether an app that requests an unknown capability is refused.
    pub const fn with_strict(mut self, strict: bool) -> Self {
        self.strict = strict;
        self
    }

    /// Sets the maximum capabilities that the app's signer may grant.
    pub const fn with_ceiling(mut self, ceiling: CapabilitySet) -> Self {
        self.ceiling = ceiling;
        self
    }

    /// Sets the capabilities that the operator denies.
    pub const fn with_deny(mut self, deny: CapabilitySet) -> Self {
        self.deny = deny;
        self
    }

    /// Sets the capabilities that the operator grants in addition to the requested ones.
    pub const fn with_extra(mut self, extra: CapabilitySet) -> Self {
        self.extra = extra;
        self
    }

    /// Sets the maximum quotas of an app; zero means no limit.
    pub const fn with_limits(mut self, limits: Quotas) -> Self {
        self.limits = limits;
        self
    }

    /// Sets the scopes of an app whose manifest declares none.
    pub const fn with_defaults(mut self, defaults: Scopes) -> Self {
        self.defaults = defaults;
        self
    }

    /// Returns the maximum capabilities that an app can get under this policy.
    pub const fn allowed(&self) -> CapabilitySet {
        let wanted = self.ceiling.union(self.extra);
        let refused = self.deny.union(CapabilitySet::RESERVED);
        wanted.intersection(self.board).difference(refused)
    }

    /// Iterates over the capabilities that the app requests, with the verdict on each.
    pub fn report<'r>(&'r self, manifest: &Manifest<'r>) -> Report<'r> {
        Report::new(self, manifest.capabilities.iter())
    }

    /// Decides on the grant of an app.
    ///
    /// Requests for memory and storage above the board's limits are refused, because the app would
    /// not work with less. Other quotas are reduced to the limits. A quota that the manifest omits
    /// stays zero.
    ///
    /// # Errors
    ///
    /// [`Refusal`] if the app must not be installed; [`report`](Self::report) still lists the
    /// verdicts in that case.
    pub fn decide<'r>(&'r self, manifest: &Manifest<'r>) -> Result<Decision<'r>, Refusal> {
        let report = self.report(manifest);
        let (quotas, limits) = (&manifest.quotas, &self.limits);
        check_quota("memory_quota", quotas.memory, limits.memory)?;
        check_quota("resources.storage", quotas.storage, limits.storage)?;
        let vendors = self.limit(manifest)?;
        let mut scopes = manifest.scopes.or(&self.defaults);
        scopes.limit_vendors(vendors);
        let mut capabilities = self.extra.intersection(self.allowed());
        for answer in report.clone() {
            if self.strict && answer.verdict == Verdict::Unknown {
                return Err(Refusal::Unknown(answer.name.to_text().ok()));
            }
            capabilities = capabilities.union(answer.verdict.granted());
        }
        let quotas = quotas.clamp_to(limits);
        let grant = Grant {
            capabilities,
            scopes,
            quotas,
        };
        Ok(Decision { grant, report })
    }

    /// Returns the manifest's limits on vendors' capabilities.
    #[inline(never)]
    fn limit(&self, manifest: &Manifest<'_>) -> Result<VendorScopes, Refusal> {
        let mut scopes = VendorScopes::default();
        for (name, channels) in manifest.vendor_limits.iter() {
            let limited = self.vendors.iter().find(|vendor| name.is(vendor.name()));
            // An unknown limit is an error, since a limit is never ignored.
            let limited = limited.ok_or_else(|| Refusal::Unknown(name.to_text().ok()))?;
            scopes.limit(limited, *channels);
        }
        Ok(scopes)
    }

    /// Returns the verdict on one string.
    fn verdict(&self, name: &JsonText<'_>) -> Verdict {
        let Ok(name) = name.to_text::<{ crate::MAX_NAME }>() else {
            return Verdict::Unknown;
        };
        match resolve(&name, self.vendors) {
            Some(asked) => self.judge(asked),
            None => Verdict::Unknown,
        }
    }

    fn judge(&self, asked: CapabilitySet) -> Verdict {
        let granted = asked.intersection(self.allowed());
        let denied = asked.difference(granted);
        match (granted.is_empty(), denied.is_empty()) {
            (_, true) => Verdict::Granted(granted),
            (true, false) => Verdict::Denied(self.reason(denied)),
            (false, false) => Verdict::Partly { granted, denied },
        }
    }

    /// Returns the reason why the capabilities in `denied` are denied: the first check that any of
    /// them fails.
    fn reason(&self, denied: CapabilitySet) -> Reason {
        if !self.board.contains_all(denied) {
            Reason::NotOnBoard
        } else if self.deny.intersects(denied) {
            Reason::DeniedByPolicy
        } else {
            Reason::AboveSigner
        }
    }
}

fn check_quota(field: &'static str, asked: u32, limit: u32) -> Result<(), Refusal> {
    if limit == 0 || asked <= limit {
        return Ok(());
    }
    Err(Refusal::OverQuota {
        field,
        asked,
        limit,
    })
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(name) => {
                let name = Harmless(name.as_deref().unwrap_or("..."));
                write!(
                    f,
                    "capability \"{name}\" is not known: correct or remove it"
                )
            }
            Self::OverQuota {
                field,
                asked,
                limit,
            } => {
                write!(
                    f,
                    "\"{field}\" asks for {asked} bytes, but this board gives an app at most {limit}"
                )
            }
        }
    }
}

impl core::error::Error for Refusal {}
