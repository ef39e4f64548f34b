use core::fmt::Write;

use akira_caps::{AppName, CapabilitySet, Quotas, Text, Version};

use crate::{Error, KeyId, Package, Purpose, Trust, TrustStore, TrustedKey};

/// Name, version, requested capabilities and requested quotas of an app, from its manifest.
#[derive(Clone, Copy, Debug)]
pub struct Facts {
    /// Name of the app.
    pub name: AppName,
    /// Version of the app. If it is empty, the version in the MCUboot header is used.
    pub version: Text<15>,
    /// Capabilities that the app requests, as far as the firmware knows them.
    pub asks: CapabilitySet,
    /// Quotas that the app requests; zero leaves the amount to the board.
    pub quotas: Quotas,
}

/// Record of an installed app, which an update of the app is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Installed {
    /// Version of the installed app.
    pub version: Text<15>,
    /// Security counter of the installed app; 0 if its package had none.
    pub security_counter: u32,
    /// Key that signed the app, or `None` for an unsigned app that was accepted because developer
    /// mode is on.
    pub signer: Option<KeyId>,
}

/// Terms: the limits under which an app may be installed, as determined by its signer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Terms {
    /// Ceiling: the maximum set of capabilities that the app may be granted.
    pub ceiling: CapabilitySet,
    /// Maximum of each quota that the app may have; zero means no limit.
    pub limits: Quotas,
    /// Signer of the app, or the reason why it has no trusted signer.
    pub trust: Trust,
    /// Record to store with the app, for comparison with the next update.
    pub record: Installed,
}

impl TrustStore {
    /// Returns the terms under which the app of a verified package may be installed. If an app of
    /// the same name is installed, pass its record as `installed`; the package must then be an
    /// acceptable update.
    ///
    /// A signed app must not request more than its key may grant and give, so that nobody ships an
    /// app of which half is denied. An app without a trusted signer is accepted in developer mode
    /// regardless of its requests; admission then applies the ceiling.
    ///
    /// An app without a trusted signer cannot replace a signed app. If the installed app has no
    /// trusted signer, every package may replace it, regardless of the versions. If a trusted key
    /// signed the installed app, a lower version, a lower security counter and a key of another
    /// owner are refused. A version of a form other than `1.2.3` counts as lower than a version of
    /// that form; two versions of other forms count as equal.
    ///
    /// # Errors
    ///
    /// [`Error`] with the reason why the app must not be installed.
    pub fn terms(
        &self,
        package: &Package,
        app: &Facts,
        installed: Option<&Installed>,
    ) -> Result<Terms, Error> {
        let trust = package.trust;
        let (ceiling, limits) = match trust {
            Trust::Key(id) => {
                let key = self.check(&id, Purpose::Install)?;
                key.check_app(app)?;
                (key.ceiling, key.limits)
            }
            Trust::Developer { ceiling, .. } => (ceiling, Quotas::default()),
        };
        let record = Installed::of(package, app);
        if let Some(installed) = installed {
            self.check_update(&record, installed)?;
        }
        Ok(Terms {
            ceiling,
            limits,
            trust,
            record,
        })
    }

    fn check_update(&self, new: &Installed, old: &Installed) -> Result<(), Error> {
        let Some(signer) = old.signer else {
            return Ok(());
        };
        let is_same = |other: KeyId| self.is_same_owner(&signer, &other);
        if !new.signer.is_some_and(is_same) {
            return Err(Error::ForeignSigner);
        }
        if new.security_counter < old.security_counter {
            return Err(Error::SecurityCounter {
                installed: old.security_counter,
                offered: new.security_counter,
            });
        }
        if Version::parse(&new.version) < Version::parse(&old.version) {
            return Err(Error::Downgrade {
                installed: old.version,
                offered: new.version,
            });
        }
        Ok(())
    }
}

impl Installed {
    fn of(package: &Package, app: &Facts) -> Self {
        let mut version = app.version;
        if let Some(image) = package.version.filter(|_| version.is_empty()) {
            // The first three numbers fit into 15 bytes: they have at most 13 characters.
            let _ = write!(
                version,
                "{}.{}.{}",
                image.major, image.minor, image.revision
            );
        }
        Self {
            version,
            security_counter: package.security_counter.unwrap_or(0),
            signer: package.signer(),
        }
    }
}

impl TrustedKey {
    fn check_app(&self, app: &Facts) -> Result<(), Error> {
        if !self.apps.allows(&app.name) {
            return Err(Error::ForeignApp);
        }
        let beyond = app.asks.difference(self.ceiling);
        if !beyond.is_empty() {
            return Err(Error::BeyondCeiling(beyond));
        }
        check_quotas(&app.quotas, &self.limits)
    }
}

fn check_quotas(asked: &Quotas, limits: &Quotas) -> Result<(), Error> {
    let fields = [
        ("memory_quota", asked.memory, limits.memory),
        ("resources.storage", asked.storage, limits.storage),
        (
            "resources.cpu_share",
            asked.cpu_share.into(),
            limits.cpu_share.into(),
        ),
        (
            "exec_timeout_ms",
            asked.exec_timeout_ms,
            limits.exec_timeout_ms,
        ),
        (
            "resources.handles",
            asked.handles.into(),
            limits.handles.into(),
        ),
        ("resources.queue", asked.queue.into(), limits.queue.into()),
        ("heap_kb", asked.heap_kb.into(), limits.heap_kb.into()),
        ("stack_kb", asked.stack_kb.into(), limits.stack_kb.into()),
        (
            "resources.flash_kb_per_hour",
            asked.flash_kb_per_hour.into(),
            limits.flash_kb_per_hour.into(),
        ),
    ];
    let mut over = fields
        .into_iter()
        .filter(|(_, asked, limit)| *limit != 0 && asked > limit);
    match over.next() {
        Some((field, asked, limit)) => Err(Error::BeyondQuota {
            field,
            asked,
            limit,
        }),
        None => Ok(()),
    }
}
