use core::fmt::Write;

use akira_caps::{AppName, CapabilitySet, Quotas, Text, Version};

use crate::{Error, KeyId, Package, Purpose, Trust, TrustStore, TrustedKey};

/// What an app says of itself and asks for, from its manifest.
#[derive(Clone, Copy, Debug)]
pub struct Facts {
    /// Its name.
    pub name: AppName,
    /// Its version; if the manifest names none, that of an MCUboot header counts.
    pub version: Text<15>,
    /// The capabilities that it asks for, as far as they are known here.
    pub asks: CapabilitySet,
    /// How much it asks for; zero leaves it to the board.
    pub quotas: Quotas,
}

/// What is to be remembered of an app that is installed, for when a package of its name comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Installed {
    /// Its version.
    pub version: Text<15>,
    /// Its security counter, or 0.
    pub security_counter: u32,
    /// The key that signed it, or none if developer mode let it in.
    pub signer: Option<KeyId>,
}

/// What an app may have, for admission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Terms {
    /// The most that it may be granted.
    pub ceiling: CapabilitySet,
    /// The most that it may be given of each; zero is no limit.
    pub limits: Quotas,
    /// Its signer.
    pub trust: Trust,
    /// What to remember of it.
    pub record: Installed,
}

impl TrustStore {
    /// Decides on what terms the app of a verified package may be installed, over what is installed under its name.
    ///
    /// What a key has signed must keep within what the key may grant and give, so that nobody ships an app that is
    /// half denied. Without a key, in developer mode, the ceiling is left to admission to apply.
    ///
    /// An app that is not signed replaces only another such, whatever the versions. Else a lower version, a lower
    /// security counter and another owner's key are refused. A version that has no form such as `1.2.3` is older than
    /// one that has; two of them are not ordered.
    ///
    /// # Errors
    ///
    /// Why it must not be installed.
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
            // Its first three numbers fit: they have at most 13 characters.
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
