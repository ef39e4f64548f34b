//! Compares the runtime's engines with Wasmtime on generated modules. Each module is generated from
//! its number.
//!
//! `--first NUMBER` sets the first module, `--modules COUNT` the maximum number of modules, and
//! `--seconds SECONDS` the maximum duration. A module that behaves differently from Wasmtime is
//! written to `../artifacts`.

#[path = "../../../crates/akira-runtime/tests/spec/admit.rs"]
mod admit;
mod compare;
mod generate;
mod host;
#[path = "../../../crates/akira-runtime/tests/spec/module.rs"]
mod module;
mod oracle;
mod ours;
mod random;

use std::error::Error;
use std::panic::catch_unwind;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use compare::{Verdict, compare};

const ARTIFACTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../artifacts");

/// Selection of the compared modules.
struct Options {
    first: u64,
    modules: u64,
    time: Duration,
}

/// Number of modules for each result.
#[derive(Default)]
struct Counts {
    by_both: u64,
    by_one: u64,
    limited: u64,
    refused: u64,
    different: u64,
}

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let options = Options::read(std::env::args().skip(1))?;
    let mut counts = Counts::default();
    let begin = Instant::now();
    for number in (options.first..).take(usize::try_from(options.modules)?) {
        if begin.elapsed() > options.time {
            break;
        }
        match catch_unwind(|| compare(number)) {
            Ok(verdict) => counts.note(verdict),
            Err(_) => {
                counts.different += 1;
                keep(number)?;
            }
        }
    }
    counts.print(begin.elapsed());
    let failed = counts.different > 0 || counts.by_both == 0 || counts.by_one == 0;
    Ok(ExitCode::from(u8::from(failed)))
}

impl Options {
    fn read(mut arguments: impl Iterator<Item = String>) -> Result<Self, Box<dyn Error>> {
        let mut options = Self {
            first: 0,
            modules: u32::MAX.into(),
            time: Duration::MAX,
        };
        while let Some(name) = arguments.next() {
            let value = arguments.next().unwrap_or_default().parse()?;
            match name.as_str() {
                "--first" => options.first = value,
                "--modules" => options.modules = value,
                "--seconds" => options.time = Duration::from_secs(value),
                _ => return Err(format!("{name} is not --first, --modules or --seconds").into()),
            }
        }
        Ok(options)
    }
}

impl Counts {
    fn note(&mut self, verdict: Verdict) {
        match verdict {
            Verdict::Compared { engines: 2 } => self.by_both += 1,
            Verdict::Compared { .. } => self.by_one += 1,
            Verdict::Limited => self.limited += 1,
            Verdict::Refused | Verdict::Nothing => self.refused += 1,
        }
    }

    fn print(&self, time: Duration) {
        println!(
            "{} modules compared on both engines and {} on one in {} s; {} met a limit, {} were refused or empty; {} differ",
            self.by_both,
            self.by_one,
            time.as_secs(),
            self.limited,
            self.refused,
            self.different
        );
    }
}

/// Writes a module to the directory of the other fuzz targets' failing inputs.
fn keep(number: u64) -> Result<(), Box<dyn Error>> {
    let Some(case) = generate::case(number) else {
        return Ok(());
    };
    std::fs::create_dir_all(ARTIFACTS)?;
    let path = format!("{ARTIFACTS}/differential-{number}.wasm");
    std::fs::write(&path, &case.module)?;
    println!("module {number} does something else than on Wasmtime; it is in {path}");
    Ok(())
}
