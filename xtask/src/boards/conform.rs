//! Compares apps on a board with the simulated console: the conformance apps, and the attacking
//! apps.

use akira_conform::serial::{Console, Outcome};
use akira_conform::{App, diff};
use anyhow::{Context, Result, bail, ensure};

use super::apps;
use super::host::{Host, without_numbers};
use crate::conform::Suite;
use crate::root;

/// Apps in addition to the attacking ones.
const OTHERS: [&str; 2] = ["small_devices", "small_hog"];

/// Apps whose lines contain times or amounts of memory, or of which a device stores as many as fit.
const WITH_NUMBERS: [&str; 3] = ["small_hog", "memory_hog", "log_flood"];

/// Counters of `bad_pointers` that include calls which a board may lack. The counter of accepted
/// calls is not one of them.
const COUNTS: [&str; 2] = ["faults", "other errors"];

/// Text of the message about a budget that each board sets for itself.
const BUDGET: &str = "CPU budget used up";

/// Texts of a board's refusal of an app that is too large for it.
const TOO_LARGE: [&str; 2] = ["takes at most", "KiB of RAM"];

/// Behaviour of the apps on the simulated console.
pub(crate) struct Reference {
    suite: Suite,
    /// Lines of the conformance apps when they have no grants.
    denied: Vec<Vec<String>>,
    others: Vec<(String, Outcome)>,
}

impl Reference {
    /// Runs the apps on the simulated console.
    pub(crate) fn make(host: &Host) -> Result<Self> {
        let suite = Suite::read()?;
        let mut denied = Vec::new();
        for app in suite.apps() {
            let lines = host.run(&app.name, &app.module)?.lines(&app.name)?;
            app.compare(suite.golden(app)?, &lines, &[])?;
            denied.push(host.run(&app.name, &app.denied()?)?.lines(&app.name)?);
        }
        println!(
            "{} conformance apps log the expected lines",
            suite.apps().len()
        );
        let names = OTHERS.map(String::from).into_iter().chain(attackers()?);
        let others = names.map(|name| {
            let outcome = host.run(&name, &apps::image(&format!("{name}.wasm"))?)?;
            Ok((name, outcome))
        });
        let others = others.collect::<Result<_>>()?;
        Ok(Self {
            suite,
            denied,
            others,
        })
    }

    /// Runs the apps on a board that lacks some native modules, and compares their lines.
    pub(crate) fn check(&self, console: &mut Console, lacks: &[&str]) -> Result<()> {
        let (mut lines, mut denials) = (0, 0);
        for (app, denied) in self.suite.apps().iter().zip(&self.denied) {
            let written = console.outcome(&app.name, &app.module)?.lines(&app.name)?;
            app.compare(self.suite.golden(app)?, &written, lacks)?;
            lines += written.len();
            let written = console
                .outcome(&app.name, &app.denied()?)?
                .lines(&app.name)?;
            app.compare(denied, &written, lacks)
                .context("granted nothing")?;
            denials += written.len();
        }
        let count = self.suite.apps().len();
        println!(
            "{count} conformance apps: {lines} lines as on the host, {denials} when granted nothing"
        );
        for (app, host) in &self.others {
            let board = console.outcome(app, &apps::image(&format!("{app}.wasm"))?)?;
            println!("{app}: {}", alike(app, host, board, lacks)?);
        }
        Ok(())
    }
}

/// Makes the conformance apps' output on the simulated console the expected output for all boards.
pub(crate) fn bless(host: &Host) -> Result<()> {
    let suite = Suite::read()?;
    let run = |app: &App| host.run(&app.name, &app.module)?.lines(&app.name);
    let written = suite.apps().iter().map(run).collect::<Result<Vec<_>>>()?;
    suite.bless(&written)
}

/// Returns the names of the attacking apps.
fn attackers() -> Result<Vec<String>> {
    let folder = std::fs::read_dir(root().join("examples/apps/hostile"))?;
    let names = folder.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()));
    let mut names = names.collect::<Result<Vec<_>>>()?;
    names.sort();
    Ok(names)
}

/// Compares the behaviour of an app, and returns a description of the match.
fn alike(app: &str, host: &Outcome, board: Outcome, lacks: &[&str]) -> Result<String> {
    match (host, board) {
        (_, Outcome::Refused(why)) if TOO_LARGE.iter().any(|words| why.contains(words)) => {
            Ok(format!("refused: {why}"))
        }
        (Outcome::Refused(host), Outcome::Refused(board)) => {
            let same = without_numbers(host) == without_numbers(&board);
            ensure!(
                same,
                "{app} is refused because {board}, but on the host because {host}"
            );
            Ok(format!("refused as on the host: {board}"))
        }
        (Outcome::Ran(host), Outcome::Ran(board)) => {
            let comparable = |lines| comparable(app, lines, lacks);
            let (host, board) = (comparable(host), comparable(&board));
            ensure!(
                board == host,
                "the log of {app} differs from the log on the host:\n{}",
                diff(&host, &board)
            );
            let end = board.last().context("it logs nothing")?;
            Ok(format!(
                "{} lines as on the host, up to: {end}",
                board.len()
            ))
        }
        (host, board) => bail!("{app}: on the host {host:?}, but on the board {board:?}"),
    }
}

fn comparable(app: &str, lines: &[String], lacks: &[&str]) -> Vec<String> {
    let counts = |line: &str| COUNTS.iter().any(|count| line.starts_with(count));
    let shown = |line: &String| {
        let is_masked = WITH_NUMBERS.contains(&app)
            || (!lacks.is_empty() && counts(line))
            || line.contains(BUDGET);
        if is_masked {
            without_numbers(line)
        } else {
            line.clone()
        }
    };
    let mut lines: Vec<String> = lines.iter().map(shown).collect();
    if WITH_NUMBERS.contains(&app) {
        // The log shows the number of lost lines between two lines. This number differs between
        // machines.
        lines.retain(|line| line != "(# lines lost)");
        lines.dedup();
    }
    lines
}
