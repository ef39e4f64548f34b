//! Cuts the power of a board repeatedly while it installs, updates and removes apps and writes
//! settings. After each cut it must start again and show the state before or after the interrupted
//! step.

mod guests;
mod model;
mod random;

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use xshell::Shell;

use super::firmware::Firmware;
use super::flash;
use super::running::Running;
use akira_conform::serial::{Console, Cut, PowerCut};
use model::{State, Step};
use random::Random;

/// Maximum delay between the awaited line and the cut.
const MOMENT_US: u64 = 20_000;

/// Number of cuts, and the seed of their moments.
#[derive(Clone, Copy)]
pub(crate) struct Plan {
    pub(crate) count: u32,
    pub(crate) seed: u64,
}

/// Board whose power is cut repeatedly.
struct Bench<'a> {
    shell: &'a Shell,
    firmware: &'a Firmware,
    flash: PathBuf,
    random: Random,
    tallies: BTreeMap<&'static str, Tally>,
}

/// Results of the steps of one kind.
#[derive(Default)]
struct Tally {
    /// Cuts before the board reported completion, with the old state afterwards.
    old: u32,
    /// Cuts before the board reported completion, with the new state afterwards.
    new: u32,
    /// Cuts after the board had reported completion.
    done: u32,
    /// Maximum number of lines in the board's answer, and its maximum duration.
    lines: usize,
    longest: Duration,
}

/// Cuts the power as often as the plan requires.
pub(crate) fn run(shell: &Shell, firmware: &Firmware, plan: Plan) -> Result<()> {
    let mut bench = Bench {
        shell,
        firmware,
        flash: flash::erased(shell, firmware, "kills")?,
        random: Random::seeded(plan.seed),
        tallies: BTreeMap::new(),
    };
    let mut board = Running::start(shell, firmware, Some(&bench.flash))?;
    board.console.transfer(guests::KEEPER, &guests::keeper()?)?;
    let mut state = look(&mut board.console)?;
    for kill in 1..=plan.count {
        let step = state.next(kill, &mut bench.random)?;
        (board, state) = bench
            .kill(board, &state, &step)
            .with_context(|| format!("kill {kill} of seed {}, {}", plan.seed, step.name()))?;
    }
    board.machine.kill()?;
    println!(
        "{} kills with seed {}: it always starts, with the old state or the new one{bench}",
        plan.count, plan.seed
    );
    Ok(())
}

impl Bench<'_> {
    /// Starts a step, cuts the power, restarts the board, and returns its state.
    fn kill(&mut self, board: Running, before: &State, step: &Step) -> Result<(Running, State)> {
        // `look` has run the counting app once more.
        let before = State {
            number: before.number + 1,
            ..before.clone()
        };
        let after = before.after(step);
        let is_done = self.cut(board, step)?;
        let mut board = Running::start(self.shell, self.firmware, Some(&self.flash))?;
        let shown = look(&mut board.console)?;
        let tally = self.tallies.entry(step.name()).or_default();
        match is_done {
            true if shown == after => tally.done += 1,
            false if shown == after => tally.new += 1,
            false if shown == before => tally.old += 1,
            _ => bail!("before {before:?}, done: {is_done}, and now {shown:?}"),
        }
        Ok((board, shown))
    }

    /// Starts a step and cuts the power. Returns whether the board had reported completion before.
    fn cut(&mut self, mut board: Running, step: &Step) -> Result<bool> {
        let begun = Instant::now();
        let cut = self.moment(step);
        board.console.cut(Some(cut));
        let outcome = take(&mut board.console, step);
        let lines = board.console.cut(None);
        // Kills QEMU first, as close to the chosen moment as possible.
        board.machine.kill()?;
        match outcome {
            Ok(()) => {
                let tally = self.tallies.entry(step.name()).or_default();
                tally.lines = tally.lines.max(lines);
                tally.longest = tally.longest.max(begun.elapsed());
                Ok(true)
            }
            Err(error) if error.is::<PowerCut>() => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Chooses the moment of the cut: some time after the start of the step, or a moment after some
    /// line of the answer. A third of the cuts for an image come after the line that completes it.
    /// The first step of each kind runs to its end, to measure its duration and its lines.
    fn moment(&mut self, step: &Step) -> Cut {
        let tally = self.tallies.entry(step.name()).or_default();
        let (lines, longest) = (tally.lines as u64, tally.longest.as_micros() as u64);
        if lines == 0 {
            return Cut::default();
        }
        let moment = Duration::from_micros(self.random.below(MOMENT_US));
        match (self.random.below(3), step.lines_before_commit()) {
            (0, _) => Cut::after(Duration::from_micros(self.random.below(longest))),
            (1, Some(all)) => Cut::after_lines(all, moment),
            (_, Some(all)) => Cut::after_lines(self.random.below(all as u64) as usize, moment),
            (_, None) => Cut::after_lines(self.random.below(lines + 1) as usize, moment),
        }
    }
}

impl fmt::Display for Bench<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (step, tally) in &self.tallies {
            let Tally { old, new, done, .. } = tally;
            write!(
                f,
                "\n  {step}: cut with the old state after it {old}, with the new one {new}; cut when done {done}"
            )?;
        }
        Ok(())
    }
}

fn take(console: &mut Console, step: &Step) -> Result<()> {
    match step {
        Step::Install { image, .. } | Step::Update { image, .. } => {
            let refused = console.transfer(guests::VICTIM, image)?;
            ensure!(refused.is_none(), "it is refused: {refused:?}");
        }
        Step::Uninstall => drop(console.command(&format!("uninstall {}", guests::VICTIM))?),
        Step::Write => drop(console.command(&format!("run {}", guests::KEEPER))?),
    }
    Ok(())
}

/// Returns the state of a board that has just started.
fn look(console: &mut Console) -> Result<State> {
    let apps = console.command("apps")?;
    let launcher = apps.iter().find(|line| line.starts_with("launcher "));
    ensure!(
        launcher.is_some_and(|line| line.contains("RUNNING")),
        "the launcher does not run: {apps:#?}"
    );
    let version = version(&apps)?;
    if let Some(version) = version {
        let lines = console.command(&format!("run {}", guests::VICTIM))?;
        let says = guests::says(version);
        ensure!(
            lines.iter().any(|line| line.ends_with(&says)),
            "version {version} logs {lines:#?}"
        );
    }
    let lines = console.command(&format!("run {}", guests::KEEPER))?;
    let found = lines.iter().find_map(|line| line.split_once("found "));
    let (_, found) = found.with_context(|| format!("no number in {lines:#?}"))?;
    Ok(State {
        version,
        number: guests::number(found)?,
    })
}

/// Returns the version of the victim app in the list of apps.
fn version(apps: &[String]) -> Result<Option<u32>> {
    let mut lines = apps.iter().map(|line| line.split_whitespace());
    let version =
        lines.find_map(|mut words| (words.next()? == guests::VICTIM).then(|| words.next())?);
    let number = version.map(|version| version.trim_start_matches("1.0.").parse());
    number.transpose().context("the version is not a number")
}
