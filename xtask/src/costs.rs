//! Compares the host instructions of native calls with the fuel that apps are charged for them.
//! With its worst arguments, a call may execute no more than a few times as many instructions as
//! the interpreter does for the same fuel.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use std::sync::Mutex;

use akira_measure::{COUNTED, Cost};
use anyhow::{Context, Result, bail};
use xshell::{Shell, cmd};

use crate::bench::Dumps;
use crate::{parallel, toolchain};

/// Maximum cost of a call, as a multiple of the interpreter's cost for the same fuel.
const MOST_PER_FUEL: f64 = 3.0;

/// Maximum part of a slice that an immediate call may take at once. A suspending call may take a
/// whole slice.
const MOST_OF_SLICE: f64 = 0.25;

/// Number of processes that share the work. As many run at the same time as there are cores.
const LANES: usize = 4;

/// Cost with its instruction counts.
struct Counted {
    cost: Cost,
    /// Instructions of the longest step of a single call.
    longest: f64,
    /// Instructions of many calls.
    many: f64,
}

/// Cost relative to the interpreter's.
struct Rated {
    name: String,
    /// Cost as a multiple of the interpreter's for the same fuel; 0 if many calls were not charged.
    per_fuel: f64,
    /// Part of a slice that the longest step takes.
    of_slice: f64,
    faults: Vec<&'static str>,
}

/// Measures every call, or those whose names contain `only`. Fails if one costs too much.
pub(crate) fn run(only: Option<&str>) -> Result<()> {
    let shell = Shell::new()?;
    shell.change_dir(crate::root());
    let counted = measure(&shell, only)?;
    let rated = rate(&counted)?;
    println!("{}", table(&rated));
    verdict(&counted, &rated)
}

fn measure(shell: &Shell, only: Option<&str>) -> Result<Vec<Counted>> {
    toolchain::need_valgrind(shell)?;
    let build = cmd!(
        shell,
        "cargo build --profile counted --package akira-costs --locked"
    );
    build.run()?;
    let program = toolchain::target_folder("counted").join("akira-costs");
    let counted = Mutex::new(Vec::new());
    let lanes: Vec<usize> = (0..LANES).collect();
    parallel::each(&lanes, |lane| {
        let found = lane_of(&program, *lane, only)?;
        counted.lock().expect("no other panics").extend(found);
        Ok(())
    })?;
    Ok(counted.into_inner()?)
}

/// Measures the cases of one lane.
fn lane_of(program: &Path, lane: usize, only: Option<&str>) -> Result<Vec<Counted>> {
    let shell = Shell::new()?;
    let folder = shell.create_temp_dir()?;
    let out = folder.path().join("out");
    let options = [
        "--tool=callgrind".to_owned(),
        format!("--toggle-collect={COUNTED}"),
        format!("--dump-after={COUNTED}"),
        format!("--callgrind-out-file={}", out.display()),
    ];
    let (lane, lanes) = (lane.to_string(), LANES.to_string());
    let run = cmd!(shell, "valgrind --quiet")
        .args(&options)
        .arg(program)
        .args(["--lane", &lane, "--lanes", &lanes])
        .args(only.iter().flat_map(|only| ["--only", *only]));
    let output = run.quiet().read()?;
    let mut dumps = Dumps::new(&out);
    output.lines().map(|line| count(line, &mut dumps)).collect()
}

fn count(line: &str, dumps: &mut Dumps) -> Result<Counted> {
    let cost: Cost = serde_json::from_str(line).with_context(|| format!("not a cost: {line}"))?;
    let mut longest = 0.0_f64;
    for _ in 0..cost.steps {
        longest = longest.max(dumps.next(&[])?);
    }
    let many = if cost.has_many { dumps.next(&[])? } else { 0.0 };
    Ok(Counted {
        cost,
        longest,
        many,
    })
}

/// Compares each call with the interpreter. The worst calls are first.
fn rate(counted: &[Counted]) -> Result<Vec<Rated>> {
    let of = |name: &str| {
        let found = counted.iter().find(|counted| counted.cost.call == name);
        let found = found.with_context(|| format!("{name} was not measured"))?;
        Ok::<_, anyhow::Error>((found.many, found.cost.fuel.unwrap_or(0) as f64))
    };
    let (idle, idle_fuel) = of(Cost::NOTHING)?;
    let (computing, computing_fuel) = of(Cost::INTERPRETER)?;
    let per_fuel = (computing - idle) / (computing_fuel - idle_fuel);
    println!("the interpreter executes {per_fuel:.1} instructions for a unit of fuel");
    let calls = counted
        .iter()
        .filter(|counted| !is_reference(&counted.cost));
    let mut rated: Vec<Rated> = calls
        .map(|counted| {
            let fuel = counted.cost.fuel.unwrap_or(0) as f64 - idle_fuel;
            let ratio = (counted.many - idle) / fuel / per_fuel;
            let of_slice = counted.longest / (counted.cost.slice as f64 * per_fuel);
            Rated::new(
                &counted.cost,
                if fuel > 0.0 { ratio } else { 0.0 },
                of_slice,
            )
        })
        .collect();
    let worst =
        |rated: &Rated| (rated.per_fuel / MOST_PER_FUEL).max(rated.of_slice / MOST_OF_SLICE);
    rated.sort_by(|a, b| worst(b).total_cmp(&worst(a)));
    Ok(rated)
}

fn is_reference(cost: &Cost) -> bool {
    cost.call == Cost::NOTHING || cost.call == Cost::INTERPRETER
}

impl Rated {
    fn new(cost: &Cost, per_fuel: f64, of_slice: f64) -> Self {
        let mut faults = Vec::new();
        if per_fuel > MOST_PER_FUEL {
            faults.push("charged too little");
        }
        let most = match cost.is_immediate {
            true => MOST_OF_SLICE,
            false => 1.0,
        };
        if of_slice > most {
            faults.push("too long at once");
        }
        Self {
            name: format!("{} ({})", cost.call, cost.case),
            per_fuel,
            of_slice,
            faults,
        }
    }
}

/// Number of calls that are listed although their cost is within the limits.
const SHOWN: usize = 25;

fn table(rated: &[Rated]) -> String {
    let mut text = format!("{:<60} {:>10} {:>10}\n", "call", "× charged", "of a slice");
    let faulty = rated
        .iter()
        .filter(|rated| !rated.faults.is_empty())
        .count();
    for rated in rated.iter().take(faulty + SHOWN) {
        let (name, faults) = (&rated.name, rated.faults.join(", "));
        let of_slice = rated.of_slice * 100.0;
        let _ = writeln!(
            text,
            "{name:<60} {:>10.2} {of_slice:>8.1} %  {faults}",
            rated.per_fuel
        );
    }
    let _ = write!(text, "{} calls in all", rated.len());
    text
}

fn verdict(counted: &[Counted], rated: &[Rated]) -> Result<()> {
    let faulty = rated
        .iter()
        .filter(|rated| !rated.faults.is_empty())
        .count();
    let missing = not_measured(counted);
    if !missing.is_empty() {
        bail!(
            "no case of {} runs to its end; fix: add one to bench/costs/src/worst.rs",
            missing.join(", ")
        );
    }
    if faulty > 0 {
        bail!("{faulty} calls cost more than allowed: bound, clip or charge their work");
    }
    Ok(())
}

/// Returns the calls of which no case ran to its end, except the calls that end the app.
fn not_measured(counted: &[Counted]) -> Vec<&str> {
    let mut calls = BTreeMap::<&str, bool>::new();
    for Counted { cost, .. } in counted {
        *calls.entry(&cost.call).or_default() |= cost.ends || cost.fuel.is_some();
    }
    let missing = calls.into_iter().filter(|(_, measured)| !measured);
    missing.map(|(call, _)| call).collect()
}
