use super::advice;
use crate::protocol::{Change, ChangeAbout, Decision, MemoryReport, Report, Signer};
use crate::{Console, Hardware};
use akira::abi::caps::{CapabilitySet, Harmless, Verdict, name_of, resolve};
use akira::{Admission, AppInfo, Config, Difference, ImportStatus};
use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// Returns the report on an app and on the grants that it would get.
pub(super) fn report<H: Hardware>(
    admission: &Admission<'_>,
    size: usize,
    signer: Signer,
    config: &Config,
) -> Report {
    let manifest = &admission.manifest;
    Report {
        name: admission.name.to_string(),
        named: manifest.name.is_some(),
        version: manifest.version.to_string(),
        description: manifest.description.to_string(),
        size: u32::try_from(size).unwrap_or(u32::MAX),
        stored: 0,
        signer,
        replaces: None,
        changes: Vec::new(),
        capabilities: decisions(admission, admission.grant.capabilities),
        unknown: unknown(admission),
        missing_imports: missing_imports::<H>(admission),
        memory: memory(admission, config),
        warnings: warnings::<H>(admission),
    }
}

/// Returns the signer of an admitted app: the named key, or none in developer mode.
pub(super) fn signer(name: Option<&str>) -> Signer {
    name.map_or(Signer::Nobody, |name| Signer::Key {
        name: Harmless(name).to_string(),
    })
}

/// Lists the differences of an app from the installed version.
pub(super) fn changes(installed: &AppInfo, admission: &Admission<'_>) -> Vec<Change> {
    let change = akira::Change::new(installed, admission, &[]);
    let differences = change.differences();
    differences
        .map(|difference| Change {
            about: about(&difference),
            text: Harmless(&difference).to_string(),
        })
        .collect()
}

fn about(difference: &Difference) -> ChangeAbout {
    match difference {
        Difference::Signer { .. } => ChangeAbout::Signer,
        Difference::Gains(_) | Difference::Scopes => ChangeAbout::More,
        Difference::Loses(_) => ChangeAbout::Less,
        Difference::Version { .. } => ChangeAbout::Version,
        _ => ChangeAbout::Cost,
    }
}

/// Lists the decision on each known capability that an app requests. A wildcard is expanded into
/// its capabilities. `has` is the set of granted capabilities.
pub(super) fn decisions(admission: &Admission<'_>, has: CapabilitySet) -> Vec<Decision> {
    let (mut decisions, mut asked) = (Vec::new(), CapabilitySet::EMPTY);
    for answer in admission.capabilities() {
        let name = answer.name.to_string();
        let wanted = resolve(&name, &[]).unwrap_or(CapabilitySet::EMPTY);
        asked = asked.union(wanted);
        let text = answer.to_string();
        let reason = text.split_once(": ").map_or("", |(_, reason)| reason);
        match answer.verdict {
            Verdict::Unknown => {}
            Verdict::Denied(_) if !wanted.intersects(has) => {
                decisions.push(named(name, false, reason));
            }
            verdict => {
                let why = |bit| match verdict.granted().intersects(one(bit)) {
                    true => String::from("not granted when it was installed"),
                    false => format!("denied, {}", answer.reason(one(bit))),
                };
                let (gets, lacks) = (wanted.intersection(has), wanted.difference(has));
                decisions.extend(gets.bit_numbers().map(|bit| decision(bit, true, "granted")));
                decisions.extend(
                    lacks
                        .bit_numbers()
                        .map(|bit| decision(bit, false, &why(bit))),
                );
            }
        }
    }
    let given = has.difference(asked);
    let by_operator = "granted by the operator, not asked for";
    decisions.extend(
        given
            .bit_numbers()
            .map(|bit| decision(bit, true, by_operator)),
    );
    decisions
}

const fn one(bit: u8) -> CapabilitySet {
    CapabilitySet::from_bits(1 << bit)
}

fn decision(bit: u8, granted: bool, reason: &str) -> Decision {
    let name = name_of(bit, &[]).map_or_else(|| format!("bit {bit}"), ToOwned::to_owned);
    named(name, granted, reason)
}

fn named(name: String, granted: bool, reason: &str) -> Decision {
    Decision {
        name,
        granted,
        reason: reason.to_owned(),
    }
}

fn unknown(admission: &Admission<'_>) -> Vec<String> {
    let answers = admission
        .capabilities()
        .filter(|answer| answer.verdict == Verdict::Unknown);
    answers.map(|answer| answer.name.to_string()).collect()
}

fn missing_imports<H: Hardware>(admission: &Admission<'_>) -> Vec<String> {
    let imports = admission
        .imports::<Console<H>>()
        .into_iter()
        .flatten()
        .flatten();
    let missing = imports.filter(|(_, status)| *status != ImportStatus::Offered);
    missing
        .map(|(import, status)| {
            let name = Harmless(format_args!("{}.{}", import.module, import.name));
            let fate = match status {
                ImportStatus::Unknown => advice::unknown(&import),
                known => fate(known).to_owned(),
            };
            format!("{name}{}", Harmless(fate))
        })
        .collect()
}

fn fate(status: ImportStatus) -> &'static str {
    match status {
        ImportStatus::Offered => "",
        ImportStatus::Absent => " (not on this device: returns -ENOSYS)",
        ImportStatus::Refused => " (serves attacks: returns -ENOTSUP)",
        ImportStatus::Unknown => "",
    }
}

fn memory(admission: &Admission<'_>, config: &Config) -> MemoryReport {
    let bytes = |bytes: u64| u32::try_from(bytes).unwrap_or(u32::MAX);
    let needs = admission.memory;
    MemoryReport {
        linear: bytes(needs.linear_bytes),
        engine: bytes(needs.engine_bytes),
        host: bytes(needs.host_bytes),
        worst_case: bytes(needs.total()),
        limit: bytes(config.memory_bytes),
    }
}

/// Warning about a module without a manifest.
const NO_MANIFEST: &str =
    "no manifest inside: it asks for nothing; install it with a manifest beside it, or embed one";

/// Lists the imports that need a capability that the manifest does not request.
fn unasked<H: Hardware>(admission: &Admission<'_>) -> Vec<String> {
    let imports = admission.imports::<Console<H>>();
    let imports = imports.into_iter().flatten().flatten();
    let needs = imports.filter_map(|(import, _)| {
        let needed = admission.unasked::<Console<H>>(&import)?;
        let forgotten = if admission.manifest.is_present() {
            "; its manifest does not ask for it"
        } else {
            ""
        };
        let (module, name) = (import.module, import.name);
        Some(format!(
            "imports {module}.{name}, which needs {needed}{forgotten}"
        ))
    });
    needs.collect()
}

fn warnings<H: Hardware>(admission: &Admission<'_>) -> Vec<String> {
    let without = !admission.manifest.is_present();
    let without = without.then(|| String::from(NO_MANIFEST));
    let newer = admission.newer.map(|newer| newer.to_string());
    without
        .into_iter()
        .chain(unasked::<H>(admission))
        .chain(newer)
        .chain(
            admission
                .manifest
                .warnings()
                .map(|warning| warning.to_string()),
        )
        .collect()
}
