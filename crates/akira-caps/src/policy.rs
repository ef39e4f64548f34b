mod report;

use core::fmt;

use crate::json::JsonText;
use crate::scopes::VendorScopes;
use crate::{
    CapabilitySet, Grant, Harmless, Manifest, Quotas, Scopes, Text, VendorCapability, resolve,
};

pub use report::{Answer, Reason, Report, Verdict};

/// Rules that decide which of the requested capabilities an app gets: requested ∧ known ∧ signer's ceiling ∧ board's
/// policy.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct Policy<'a> {
    /// Capabilities that the board's vendor registered.
    pub vendors: &'a [VendorCapability],
    /// Whether an unknown string is an error; otherwise it is only reported.
    pub strict: bool,
    /// Capabilities that the board offers to apps.
    pub board: CapabilitySet,
    /// Maximum that the app's signer may grant.
    pub ceiling: CapabilitySet,
    /// Capabilities that the operator denies to the app, whoever signed it.
    pub deny: CapabilitySet,
    /// Capabilities that the operator adds, whether the app asks for them or not, and above the signer's ceiling; only
    /// those that the board offers.
    pub extra: CapabilitySet,
    /// Maximum quotas of an app; zero is no limit.
    pub limits: Quotas,
    /// Scopes of an app that declares none. They are no ceiling: an app that declares others gets those. A ceiling
    /// withholds the capability, without which a scope has no effect.
    pub defaults: Scopes,
}

/// Grant of a policy to an app, with the reasons.
#[derive(Clone, Debug)]
pub struct Decision<'a> {
    /// Rights that the app gets.
    pub grant: Grant,
    /// Answer to each requested string.
    pub report: Report<'a>,
}

/// Reason why an app is not admitted at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// The app limits an unknown capability, or asks for one and the policy is strict: fix the manifest. The name is
    /// `None` if it is longer than any known name.
    Unknown(Option<Text<{ crate::MAX_NAME }>>),
    /// The app asks for more than the board gives to an app.
    OverQuota {
        /// Field of the manifest.
        field: &'static str,
        /// Requested amount in bytes.
        asked: u32,
        /// Maximum in bytes.
        limit: u32,
    },
}

impl<'a> Policy<'a> {
    /// Makes the policy of a board that offers `board` to apps, for an app whose signer may grant `ceiling`.
    ///
    /// Everything else is unset: no vendors, not strict, no overrides, no limits, no default scopes.
    pub fn new(board: CapabilitySet, ceiling: CapabilitySet) -> Self {
        Self {
            board,
            ceiling,
            ..Self::default()
        }
    }

    /// Sets [`vendors`](Self::vendors).
    pub const fn with_vendors(mut self, vendors: &'a [VendorCapability]) -> Self {
        self.vendors = vendors;
        self
    }

    /// Sets [`strict`](Self::strict).
    pub const fn with_strict(mut self, strict: bool) -> Self {
        self.strict = strict;
        self
    }

    /// Sets [`ceiling`](Self::ceiling).
    pub const fn with_ceiling(mut self, ceiling: CapabilitySet) -> Self {
        self.ceiling = ceiling;
        self
    }

    /// Sets [`deny`](Self::deny).
    pub const fn with_deny(mut self, deny: CapabilitySet) -> Self {
        self.deny = deny;
        self
    }

    /// Sets [`extra`](Self::extra).
    pub const fn with_extra(mut self, extra: CapabilitySet) -> Self {
        self.extra = extra;
        self
    }

    /// Sets [`limits`](Self::limits).
    pub const fn with_limits(mut self, limits: Quotas) -> Self {
        self.limits = limits;
        self
    }

    /// Sets [`defaults`](Self::defaults).
    pub const fn with_defaults(mut self, defaults: Scopes) -> Self {
        self.defaults = defaults;
        self
    }

    /// Returns the maximum that an app can get.
    pub const fn allowed(&self) -> CapabilitySet {
        let wanted = self.ceiling.union(self.extra);
        let refused = self.deny.union(CapabilitySet::RESERVED);
        wanted.intersection(self.board).difference(refused)
    }

    /// Lists the answer to each string that the app requests.
    pub fn report<'r>(&'r self, manifest: &Manifest<'r>) -> Report<'r> {
        Report::new(self, manifest.capabilities.iter())
    }

    /// Decides which rights the app gets.
    ///
    /// Requests for memory and storage above the board's limits are refused, because the app would not work with less;
    /// the other quotas are reduced to the limits. A quota that the app leaves to the board stays zero.
    ///
    /// # Errors
    ///
    /// [`Refusal`] if the app must not be installed; [`report`](Self::report) then still has the details.
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

    /// Returns the reason why all of `denied` is denied: the first check that any of it fails.
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
