//! Admission: decides on an app's capabilities, quotas and memory before anything is installed.

mod error;
mod plan;

use crate::board::Board;
use crate::config::Config;
use crate::engine::{Engine, Limits};
use crate::guard::{Guest, Link};
use crate::heap::Heap;
use crate::image::Image;
use crate::module::{Import, ImportKind, Module, ModuleError};
use crate::modules::{Found, Modules};
use crate::resources::Resources;
use crate::run::bytes_of_run;
use akira_abi::caps::{
    AppName, CapabilitySet, Grant, JsonText, MAX_NAME, Manifest, NewerMinor, Policy, Quotas,
    Report, resolve,
};
use akira_abi::{ForeignImport, NativeCall, Ret, Support};
use alloc::boxed::Box;
use core::fmt;

pub use error::InstallError;
pub(crate) use plan::Plan;

/// Bytes that the runtime stores for a running app besides its run: names, exports to call, and
/// usage counters.
const KEPT_BYTES: u64 = 512;

/// Bytes of a table element in the engine.
const TABLE_ELEMENT_BYTES: u64 = 16;

/// Options for the installation of an app: its name, its signer, and limits for its capabilities
/// and quotas.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct InstallOptions<'a> {
    /// Name of the app if its manifest contains none.
    pub name: Option<&'a str>,
    /// Manifest in JSON, used if the module has no embedded manifest.
    pub sidecar: Option<&'a [u8]>,
    /// Maximum capabilities of the app, set by its signer or, for an unsigned app, by the device.
    /// Of the requested capabilities, the app gets only those in this set and in the policy's
    /// ceiling.
    pub ceiling: CapabilitySet,
    /// Maximum of each quota of the app, set by its signer; zero means no limit.
    pub limits: Quotas,
    /// Capabilities that the operator grants in addition to those that the manifest requests.
    pub grant: CapabilitySet,
    /// Capabilities that the operator denies, even if the manifest requests them.
    pub deny: CapabilitySet,
    /// Name of the key that signed the app; `None` if the app is unsigned. The caller has verified
    /// the signature.
    pub signer: Option<&'a str>,
    /// Whether the engine has already validated these bytes: either
    /// [`Runtime::validate`](crate::Runtime::validate) succeeded, or the hash of the image in flash
    /// matches. If `true`, installation skips the validation. The engine still checks the code when
    /// it loads the app, so invalid code never runs.
    pub validated: bool,
    /// Whether the app replaces an installed app of the same name.
    pub replace: bool,
}

impl Default for InstallOptions<'_> {
    /// Returns options for an app of unknown origin: no privileged capabilities, and permission to
    /// replace an installed app of the same name.
    fn default() -> Self {
        Self {
            name: None,
            sidecar: None,
            ceiling: akira_abi::caps::unprivileged(&[]),
            limits: Quotas::default(),
            grant: CapabilitySet::EMPTY,
            deny: CapabilitySet::EMPTY,
            signer: None,
            validated: false,
            replace: true,
        }
    }
}

impl<'a> InstallOptions<'a> {
    /// Returns options for an app that is part of the firmware or that the operator trusts: the app
    /// gets everything that the device's policy allows.
    pub fn trusted() -> Self {
        Self {
            ceiling: CapabilitySet::from_bits(u64::MAX),
            ..Self::default()
        }
    }

    /// Sets the name of an app whose manifest contains none.
    pub fn with_name(mut self, name: &'a str) -> Self {
        self.name = Some(name);
        self
    }

    /// Sets the manifest that is used if the module has no embedded manifest.
    pub fn with_sidecar(mut self, sidecar: Option<&'a [u8]>) -> Self {
        self.sidecar = sidecar;
        self
    }

    /// Sets the maximum capabilities of the app.
    pub fn with_ceiling(mut self, ceiling: CapabilitySet) -> Self {
        self.ceiling = ceiling;
        self
    }

    /// Sets the maximum of each quota of the app; zero means no limit.
    pub fn with_limits(mut self, limits: Quotas) -> Self {
        self.limits = limits;
        self
    }

    /// Sets the capabilities that the operator grants in addition to the requested ones.
    pub fn with_grant(mut self, grant: CapabilitySet) -> Self {
        self.grant = grant;
        self
    }

    /// Sets the capabilities that the operator denies.
    pub fn with_deny(mut self, deny: CapabilitySet) -> Self {
        self.deny = deny;
        self
    }

    /// Sets the name of the key that signed the app. The caller has verified the signature.
    pub fn with_signer(mut self, signer: Option<&'a str>) -> Self {
        self.signer = signer;
        self
    }

    /// Sets whether the engine has already validated the app's module, as described at
    /// [`validated`](Self::validated).
    pub fn with_validated(mut self, validated: bool) -> Self {
        self.validated = validated;
        self
    }

    /// Sets whether the app replaces an installed app of the same name.
    pub fn with_replace(mut self, replace: bool) -> Self {
        self.replace = replace;
        self
    }
}

/// Effect of one of an app's imports on this device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportStatus {
    /// A native module of this device implements the call.
    Offered,
    /// The call is known, but this device does not implement it: it returns `-ENOSYS`.
    Absent,
    /// The call is known, but Akira refuses it because it serves attacks: it returns `-ENOTSUP`.
    Refused,
    /// The import is unknown: calling it ends the app.
    Unknown,
}

/// RAM that an app needs in the worst case, by part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MemoryNeeds {
    /// Maximum size of the app's linear memory, including the host's heap, in bytes.
    pub linear_bytes: u64,
    /// RAM that the engine needs for the app's code, stack and tables, in bytes.
    pub engine_bytes: u64,
    /// RAM that the runtime itself needs for the app, in bytes.
    pub host_bytes: u64,
}

impl MemoryNeeds {
    /// Returns the sum of the three parts, in bytes.
    pub const fn total(self) -> u64 {
        self.linear_bytes
            .saturating_add(self.engine_bytes)
            .saturating_add(self.host_bytes)
    }

    /// Returns advice for the app's developer on how to reduce the largest of the three parts.
    pub const fn advice(self) -> &'static str {
        if self.engine_bytes > self.linear_bytes {
            "shorter functions with fewer locals (-Oz), or a smaller stack_kb, would take less"
        } else {
            "less memory (--initial-memory, --max-memory; emcc -sINITIAL_MEMORY=N), less stack in it (-z stack-size=N; zig --stack N; \
             emcc -sTOTAL_STACK=N), pages of 1 byte, or a smaller heap_kb or memory_quota would take less"
        }
    }
}

/// Prints the sum and its parts in KiB.
impl fmt::Display for MemoryNeeds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kib = |bytes: u64| bytes.div_ceil(1024);
        write!(
            f,
            "{} KiB of RAM ({} its own, {} engine, {} runtime)",
            kib(self.total()),
            kib(self.linear_bytes),
            kib(self.engine_bytes),
            kib(self.host_bytes)
        )
    }
}

/// Result of the admission of an app: its manifest, its grant and its memory needs.
#[derive(Debug)]
pub struct Admission<'a> {
    /// Name of the app: from its manifest, or from the install options.
    pub name: AppName,
    /// Manifest of the app; the default manifest if the app has none.
    pub manifest: Manifest<'a>,
    /// Capabilities, scopes and quotas that the app gets.
    pub grant: Grant,
    /// Warning for an app that was built for a newer minor version of the ABI; `None` if it was
    /// not.
    pub newer: Option<NewerMinor>,
    /// RAM that the app needs in the worst case.
    pub memory: MemoryNeeds,
    /// Name of the key that signed the app; `None` if the app is unsigned.
    pub signer: Option<&'a str>,
    pub(crate) module: Module<'a>,
    pub(crate) plan: Plan,
    policy: Policy<'static>,
}

impl<'a> Admission<'a> {
    /// Checks an app and decides on its capabilities and quotas. Does not change anything.
    pub(crate) fn new<B: Board>(
        image: &'a [u8],
        options: &InstallOptions<'a>,
        config: &Config,
        engine: &impl Engine,
    ) -> Result<Self, InstallError> {
        check_size(image, config)?;
        let module = Module::parse(image)?;
        module.check_limits(config.function_bytes)?;
        check_tables(&module, config)?;
        let manifest = match module.manifest().or(options.sidecar) {
            Some(text) => Manifest::parse(text).map_err(InstallError::Manifest)?,
            None => Manifest::default(),
        };
        let newer = manifest
            .check_compatibility(&config.firmware)
            .map_err(InstallError::Incompatible)?;
        let name = manifest
            .name
            .or_else(|| options.name.and_then(AppName::new))
            .ok_or(InstallError::Name)?;
        let policy = policy(options, config);
        let mut grant = match policy.decide(&manifest) {
            Ok(decision) => decision.grant,
            Err(refusal) => return Err(InstallError::Refused(Box::new(refusal))),
        };
        grant.quotas = config.filled(grant.quotas, &policy.limits);
        let allocates = allocates::<B::Modules>(&module)?;
        let plan = Plan::new(&module, &manifest, (&grant, allocates), config)?;
        let memory = memory_needs::<B, _>(&module, (&plan, &grant), engine)?;
        let admission = Self {
            name,
            manifest,
            grant,
            newer,
            memory,
            signer: options.signer,
            module,
            plan,
            policy,
        };
        // Imports first: an app for another host may also exceed the memory, and its imports
        // explain the cause.
        admission.check_imports::<B>()?;
        admission.check_memory(config)?;
        Ok(admission)
    }

    /// Iterates over the capabilities that the app requests, with the verdict on each.
    pub fn capabilities(&self) -> Report<'_> {
        self.policy.report(&self.manifest)
    }

    /// Returns the app's parsed module.
    pub fn module(&self) -> &Module<'a> {
        &self.module
    }

    /// Lists the app's imports, each with its effect on the board `B`.
    ///
    /// # Errors
    ///
    /// [`ModuleError`] if the import section is malformed.
    pub fn imports<B: Board>(
        &self,
    ) -> Result<impl Iterator<Item = Result<(Import<'a>, ImportStatus), ModuleError>>, ModuleError>
    {
        let status = |import: Result<Import<'a>, ModuleError>| {
            import.map(|import| (import, status::<B>(&import)))
        };
        Ok(self.module.imports()?.map(status))
    }

    /// Returns the capability that an import needs, or the first of several alternatives, if the
    /// app holds none of them and its manifest requests none of them. The author has probably
    /// forgotten the capability, since every call of the import is denied. Returns `None` for any
    /// other import.
    pub fn unasked<B: Board>(&self, import: &Import<'_>) -> Option<&'static str> {
        let Some(Behind::Offered(found)) = find::<B::Modules>(import) else {
            return None;
        };
        let needed = found.row.needs.capabilities();
        let vendors = self.policy.vendors;
        let asks = |name: JsonText<'_>| {
            let name = name.to_text::<MAX_NAME>();
            let asked = name.ok().and_then(|name| resolve(&name, vendors));
            asked.is_some_and(|asked| asked.intersects(needed))
        };
        if needed.intersects(self.grant.capabilities) || self.manifest.capabilities.iter().any(asks)
        {
            return None;
        }
        found.row.needs.names(vendors).next()
    }

    fn check_memory(&self, config: &Config) -> Result<(), InstallError> {
        if self.memory.total() <= config.memory_bytes {
            return Ok(());
        }
        Err(InstallError::Memory {
            needed: self.memory,
            available: config.memory_bytes,
        })
    }

    /// Reads every import, so that a malformed import is detected at installation. Rejects imports
    /// that the strict policy forbids, and imports of other known hosts that this board does not
    /// offer.
    fn check_imports<B: Board>(&self) -> Result<(), InstallError> {
        for import in self.imports::<B>()? {
            let (import, status) = import?;
            let is_refused = import.kind == ImportKind::Other
                || self.policy.strict && status != ImportStatus::Offered;
            let foreign = foreign::<B>(&import).filter(|_| status == ImportStatus::Unknown);
            if is_refused || foreign.is_some() {
                return Err(InstallError::Import {
                    module: import.module.into(),
                    name: import.name.into(),
                    fix: foreign.map(|known| known.fix),
                });
            }
        }
        Ok(())
    }
}

/// Finds an import in the board's list of imports of other hosts.
fn foreign<B: Board>(import: &Import<'_>) -> Option<&'static ForeignImport> {
    let mut known = B::FOREIGN_IMPORTS.iter();
    known.find(|known| known.covers(import.module, import.name))
}

fn check_tables(module: &Module<'_>, config: &Config) -> Result<(), ModuleError> {
    let most = config.table_elements;
    if module.table_elements()? > u64::from(most) {
        let what = "elements in its tables";
        return Err(ModuleError::TooMany { what, most });
    }
    Ok(())
}

fn check_size(image: &[u8], config: &Config) -> Result<(), InstallError> {
    let (bytes, most) = (image.len(), config.image_bytes_max);
    if bytes > most {
        Err(InstallError::ImageTooLarge { bytes, most })
    } else {
        Ok(())
    }
}

fn policy(options: &InstallOptions<'_>, config: &Config) -> Policy<'static> {
    config
        .policy
        .with_ceiling(config.policy.ceiling.intersection(options.ceiling))
        .with_deny(config.policy.deny.union(options.deny))
        .with_extra(config.policy.extra.union(options.grant))
        .with_limits(config.policy.limits.tightened(&options.limits))
}

/// Links an import at the offset `at` in the image: to a call of the board's modules, to the answer
/// of an unsupported call, or to a trap if the call is unknown.
pub(crate) fn link<B: Board>(at: usize, import: &Import<'_>) -> Link<B> {
    match find(import) {
        Some(Behind::Offered(found)) => Link::offered(found),
        Some(Behind::Absent(row)) => Link::absent(row),
        None => Link::unlinked(at),
    }
}

/// Row of the call table that matches the name and type of an import.
enum Behind<L> {
    Offered(Found<L>),
    Absent(&'static NativeCall),
}

#[inline(never)]
fn find<L: Modules>(import: &Import<'_>) -> Option<Behind<L>> {
    let ImportKind::Function(signature) = import.kind else {
        return None;
    };
    let is_meant = |row: &NativeCall| {
        row.name == import.name && row.module.name() == import.module && signature.is_of(row)
    };
    let absent = || {
        akira_abi::all()
            .find(|row| is_meant(row))
            .map(Behind::Absent)
    };
    L::find(&is_meant).map(Behind::Offered).or_else(absent)
}

/// Returns whether the module imports a native call that allocates in the app's memory.
fn allocates<L: Modules>(module: &Module<'_>) -> Result<bool, ModuleError> {
    for import in module.imports()? {
        let row = find::<L>(&import?).map(|behind| behind.row());
        if row.is_some_and(|row| row.result == Ret::Allocation) {
            return Ok(true);
        }
    }
    Ok(false)
}

impl<L> Behind<L> {
    fn row(&self) -> &'static NativeCall {
        match self {
            Self::Offered(found) => found.row,
            Self::Absent(row) => row,
        }
    }
}

fn status<B: Board>(import: &Import<'_>) -> ImportStatus {
    match find::<B::Modules>(import) {
        None => ImportStatus::Unknown,
        Some(Behind::Offered(found)) if found.row.support != Support::Refused => {
            ImportStatus::Offered
        }
        Some(Behind::Absent(row)) if row.support != Support::Refused => ImportStatus::Absent,
        Some(_) => ImportStatus::Refused,
    }
}

fn memory_needs<B: Board, E: Engine>(
    module: &Module<'_>,
    (plan, grant): (&Plan, &Grant),
    engine: &E,
) -> Result<MemoryNeeds, ModuleError> {
    let tables = module.table_elements()?.saturating_mul(TABLE_ELEMENT_BYTES);
    let stack = u64::from(plan.limits.stack_bytes);
    let run_bytes = bytes_of_run::<B, E::Instance<Guest<B>>>() as u64;
    Ok(MemoryNeeds {
        linear_bytes: plan.limits.memory_bytes,
        engine_bytes: engine
            .overhead_bytes(module)?
            .saturating_add(stack)
            .saturating_add(tables),
        host_bytes: (KEPT_BYTES + run_bytes)
            .saturating_add(Resources::host_bytes(grant.quotas.handles))
            .saturating_add(Heap::host_bytes(plan.heap_bytes)),
    })
}

/// Validates a module with the engine.
pub(crate) async fn validate(
    image: &Image,
    limits: Limits,
    engine: &impl Engine,
) -> Result<(), InstallError> {
    let module = Module::parse(image.bytes())?;
    let valid = engine.validate(&module, limits).await;
    valid.map_err(InstallError::Engine)
}
