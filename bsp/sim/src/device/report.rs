use std::rc::Rc;

use akira::abi::caps::{CapabilitySet, Verdict, name_of};
use akira::{Admission, ImportStatus};

use crate::board::Console;
use crate::protocol::{Decision, MemoryReport, Report};

/// Says what an app is, and what it would get.
pub fn report(admission: &Admission<'_>, size: usize, replaces: Option<Rc<str>>) -> Report {
    let manifest = &admission.manifest;
    Report {
        name: admission.name.to_string(),
        version: manifest.version.to_string(),
        description: manifest.description.to_string(),
        size: u32::try_from(size).unwrap_or(u32::MAX),
        replaces: replaces.map(|version| version.to_string()),
        capabilities: decisions(admission),
        unknown: unknown(admission),
        missing_imports: missing_imports(admission),
        memory: memory(admission),
        warnings: warnings(admission),
        problems: Vec::new(),
    }
}

/// Lists what became of each known capability that an app asks for; a wildcard as what it stands for.
pub(super) fn decisions(admission: &Admission<'_>) -> Vec<Decision> {
    let mut decisions = Vec::new();
    for answer in admission.capabilities() {
        let text = answer.to_string();
        let reason = text.split_once(": ").map_or("", |(_, reason)| reason);
        match answer.verdict {
            Verdict::Granted(set) => {
                decisions.extend(set.bit_numbers().map(|bit| decision(bit, true, "granted")));
            }
            Verdict::Partly { granted, denied } => {
                decisions.extend(
                    granted
                        .bit_numbers()
                        .map(|bit| decision(bit, true, "granted")),
                );
                decisions.extend(denied.bit_numbers().map(|bit| decision(bit, false, reason)));
            }
            Verdict::SystemSettings => decisions.push(named(answer.name.to_string(), true, reason)),
            Verdict::Denied(_) => decisions.push(named(answer.name.to_string(), false, reason)),
            _ => {}
        }
    }
    decisions.extend(given(admission));
    decisions
}

/// Lists the capabilities that the operator gave to an app which did not ask for them.
fn given(admission: &Admission<'_>) -> impl Iterator<Item = Decision> {
    let asked = admission
        .capabilities()
        .fold(CapabilitySet::EMPTY, |asked, answer| {
            asked.union(answer.verdict.granted())
        });
    let given = admission.grant.capabilities.difference(asked);
    given
        .bit_numbers()
        .map(|bit| decision(bit, true, "granted by the operator, not asked for"))
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

fn missing_imports(admission: &Admission<'_>) -> Vec<String> {
    let imports = admission
        .imports::<Console>()
        .into_iter()
        .flatten()
        .flatten();
    let missing = imports.filter(|(_, status)| *status != ImportStatus::Offered);
    missing
        .map(|(import, status)| format!("{}.{}{}", import.module, import.name, fate(status)))
        .collect()
}

fn fate(status: ImportStatus) -> &'static str {
    match status {
        ImportStatus::Offered => "",
        ImportStatus::Absent => " (not on this device: returns -ENOSYS)",
        ImportStatus::Refused => " (serves attacks: returns -ENOTSUP)",
        ImportStatus::Unknown => " (unknown, or of another type: a call ends the app)",
    }
}

fn memory(admission: &Admission<'_>) -> MemoryReport {
    let bytes = |bytes: u64| u32::try_from(bytes).unwrap_or(u32::MAX);
    let needs = admission.memory;
    MemoryReport {
        linear: bytes(needs.linear_bytes),
        engine: bytes(needs.engine_bytes),
        host: bytes(needs.host_bytes),
        worst_case: bytes(needs.total()),
        limit: bytes(akira::Config::default().memory_bytes),
    }
}

fn warnings(admission: &Admission<'_>) -> Vec<String> {
    let newer = admission.newer.map(|newer| newer.to_string());
    newer
        .into_iter()
        .chain(
            admission
                .manifest
                .warnings()
                .map(|warning| warning.to_string()),
        )
        .collect()
}
