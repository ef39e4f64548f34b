mod report;

use core::fmt;

use crate::json::JsonText;
use crate::scopes::VendorScopes;
use crate::{
    CapabilitySet, Grant, Harmless, Manifest, Quotas, Scopes, Text, VendorCapability, resolve,
};

pub use report::{Answer, Reason, Report, Verdict};

/// What decides which of the capabilities that an app asks for it gets:
/// requested ∧ known ∧ signer's ceiling ∧ board's policy.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct Policy<'a> {
    /// The capabilities that the board's vendor registered.
    pub vendors: &'a [VendorCapability],
    /// Whether a string that is not known is an error; else it is only reported.
    pub strict: bool,
    /// What the board lets apps have.
    pub board: CapabilitySet,
    /// The most that the app's signer may grant.
    pub ceiling: CapabilitySet,
    /// What the operator refuses to the app, whoever signed it.
    pub deny: CapabilitySet,
    /// What the operator gives to the app, asked or not and above the signer's ceiling, but not what the board lacks.
    pub extra: CapabilitySet,
    /// The most that an app gets; zero is no limit.
    pub limits: Quotas,
    /// The scopes of an app that declares none. They are no ceiling: one that declares others has those, and a ceiling
    /// withholds the capability without which a scope is nothing.
    pub defaults: Scopes,
}

/// What a policy gives to an app, and why.
#[derive(Clone, Debug)]
pub struct Decision<'a> {
    /// What the app gets.
    pub grant: Grant,
    /// What became of each string that it asked with.
    pub report: Report<'a>,
}

/// Why an app is not admitted at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// It limits a capability that is not known, or asks for one and the policy is strict: fix the manifest. There is no name
    /// where it is longer than any that is known.
    Unknown(Option<Text<{ crate::MAX_NAME }>>),
    /// It asks for more than the board gives to an app.
    OverQuota {
        /// The field of the manifest.
        field: &'static str,
        /// What it asks for, in bytes.
        asked: u32,
        /// The most that it can have, in bytes.
        limit: u32,
    },
}

impl<'a> Policy<'a> {
    /// Makes the policy of a board that lets apps have `board`, for an app whose signer may grant `ceiling`.
    ///
    /// Nothing else is set: no vendors, not strict, no overrides, no limits, no default scopes.
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

    /// Returns the most that an app can get.
    pub const fn allowed(&self) -> CapabilitySet {
        let wanted = self.ceiling.union(self.extra);
        let refused = self.deny.union(CapabilitySet::RESERVED);
        wanted.intersection(self.board).difference(refused)
    }

    /// Lists what becomes of each string that the app asks with.
    pub fn report<'r>(&'r self, manifest: &Manifest<'r>) -> Report<'r> {
        Report::new(self, manifest.capabilities.iter())
    }

    /// Decides what the app gets.
    ///
    /// Of the quotas, memory and storage are refused when they are over the board's limits, because the app would not
    /// work with less; the others are cut to them. A quota that the app leaves to the board stays zero.
    ///
    /// # Errors
    ///
    /// [`Refusal`] if the app must not be installed; [`report`](Self::report) has the details then too.
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

    /// Returns what a manifest limits vendors' capabilities to.
    #[inline(never)]
    fn limit(&self, manifest: &Manifest<'_>) -> Result<VendorScopes, Refusal> {
        let mut scopes = VendorScopes::default();
        for (name, channels) in manifest.vendor_limits.iter() {
            let limited = self.vendors.iter().find(|vendor| name.is(vendor.name()));
            // A limit is never dropped.
            let limited = limited.ok_or_else(|| Refusal::Unknown(name.to_text().ok()))?;
            scopes.limit(limited, *channels);
        }
        Ok(scopes)
    }

    /// Says what becomes of one string.
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

    /// Says why all of `denied` is denied, by the first check that any of it fails.
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
