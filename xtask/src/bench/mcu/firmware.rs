//! Builds the firmware with the profiles of the boards.

use std::path::PathBuf;

use anyhow::{Context, Result};
use xshell::Shell;

use super::rows::Run;
use super::{Board, Corner, modules, run};
use crate::root;
use crate::toolchain::{self, CrossCargo};

/// Crates of the engine that are built small or fast; all others are built in the same way on every
/// board.
const ENGINE: [&str; 2] = ["wasmi", "wasmi_collections"];

/// Builder of the firmware for a board.
pub(super) struct Firmware<'a> {
    pub(super) shell: &'a Shell,
    pub(super) board: &'a Board,
    cargo: CrossCargo,
    /// Directory of the guests that the firmware includes.
    modules: PathBuf,
}

/// Firmware binary with its build options.
pub(super) struct Build {
    binary: &'static str,
    features: &'static str,
    opt_level: Option<&'static str>,
    settings: &'static [&'static str],
    wasm3: Option<PathBuf>,
}

impl Build {
    /// Returns the build of a firmware with an engine.
    pub(super) const fn of(corner: &Corner, binary: &'static str) -> Self {
        Self {
            binary,
            features: corner.features,
            opt_level: Some(corner.opt_level),
            settings: corner.settings,
            wasm3: None,
        }
    }

    /// Returns the build of a firmware without an engine.
    pub(super) const fn plain(binary: &'static str) -> Self {
        Self {
            binary,
            features: "",
            opt_level: None,
            settings: &[],
            wasm3: None,
        }
    }

    /// Links the compiled objects of wasm3.
    pub(super) fn with_wasm3(self, objects: PathBuf) -> Self {
        Self {
            wasm3: Some(objects),
            ..self
        }
    }
}

impl<'a> Firmware<'a> {
    /// Finds the compiler for the board and writes the guests.
    pub(super) fn new(shell: &'a Shell, board: &'a Board) -> Result<Self> {
        let modules = toolchain::target_folder("bench-modules");
        modules::write(&modules)?;
        Ok(Self {
            shell,
            board,
            cargo: CrossCargo::find(shell, board.target)?,
            modules,
        })
    }

    /// Builds a firmware, runs it, and returns its numbers.
    pub(super) fn run(
        &self,
        build: &Build,
        whose: &'static str,
        what: &'static str,
    ) -> Result<Run> {
        let image = self.build(build)?;
        let numbers = run::run(self.board, &image);
        let numbers =
            numbers.with_context(|| format!("{} on {}", build.binary, self.board.name))?;
        Ok(Run {
            whose,
            what,
            gates: false,
            command: self.command(build),
            numbers,
        })
    }

    /// Returns the commands that build and run the firmware, for readers with rustup.
    fn command(&self, build: &Build) -> String {
        let (target, binary) = (self.board.target, build.binary);
        let (program, arguments) = run::command(self.board);
        let machine = arguments.collect::<Vec<_>>().join(" ");
        let (load, options) = (self.board.load, self.options(build));
        format!(
            "cd bench/mcu\n{}cargo build --release --target {target} --bin {binary}{options}\n\
             {program} {machine} {load} target/{target}/release/{binary}",
            self.environment(build)
        )
    }

    /// Returns the commands that set the environment variables of a build.
    fn environment(&self, build: &Build) -> String {
        let mut lines =
            String::from("export AKIRA_BENCH_MODULES=$PWD/../../target/bench-modules\n");
        if build.wasm3.is_some() {
            let board = self.board.name;
            lines += &format!("export AKIRA_WASM3=$PWD/../../target/wasm3/{board}\n");
        }
        lines
    }

    fn options(&self, build: &Build) -> String {
        let mut options = String::new();
        if !build.features.is_empty() {
            options += &format!(" --features {}", build.features);
        }
        for setting in self.settings(build) {
            options += &format!(" --config '{setting}'");
        }
        options
    }

    fn build(&self, build: &Build) -> Result<PathBuf> {
        let _folder = self.shell.push_dir(root().join("bench/mcu"));
        let name = build.binary;
        println!("building bench/mcu, {name}, for {}", self.board.name);
        let mut command = self
            .cargo
            .build(self.shell)
            .args(["--quiet", "--locked", "--bin", name])
            .args(["--features", build.features])
            .env("AKIRA_BENCH_MODULES", &self.modules);
        for setting in self.settings(build) {
            command = command.args(["--config", &setting]);
        }
        if let Some(objects) = &build.wasm3 {
            command = command.env("AKIRA_WASM3", objects);
        }
        command
            .quiet()
            .run()
            .with_context(|| format!("bench/mcu, {name}, does not build"))?;
        Ok(self.cargo.output().join(name))
    }

    /// Lists the profile settings of the board and of the engine.
    fn settings(&self, build: &Build) -> Vec<String> {
        let engine = build.opt_level.into_iter().flat_map(|level| {
            ENGINE.map(|package| format!("profile.release.package.{package}.opt-level={level}"))
        });
        let named = self.board.profile.iter().chain(build.settings);
        named.map(ToString::to_string).chain(engine).collect()
    }
}
