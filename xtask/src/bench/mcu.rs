//! Measures on the emulated boards: the firmware of `bench/mcu`, under a QEMU that counts
//! instructions.

mod firmware;
mod modules;
mod notes;
mod rows;
mod run;
mod wasm3;

use akira_measure::Metric;
use anyhow::Result;
use xshell::Shell;

use firmware::{Build, Firmware};
use rows::{Numbers, Run};

use crate::size;
use crate::toolchain::{self, CrossCargo};

/// Board on which to measure.
pub(super) struct Board {
    /// Name of the part and of the board.
    name: &'static str,
    target: &'static str,
    /// Emulator and machine.
    qemu: &'static [&'static str],
    /// Option with which the emulator loads the firmware.
    load: &'static str,
    /// Cargo flags for the board's profile.
    profile: &'static [&'static str],
    /// Options that set clang's target.
    clang: &'static [&'static str],
    /// Variants in which the engine is built.
    corners: &'static [Corner],
}

/// Variant of the engine's build, between small and fast.
struct Corner {
    /// Subject of the numbers, in the ids.
    whose: &'static str,
    /// Description of the subject.
    what: &'static str,
    features: &'static str,
    /// Optimisation level of wasmi.
    opt_level: &'static str,
    /// Cargo flags that override the board's profile.
    settings: &'static [&'static str],
    /// Whether CI measures the variant. It is the variant of the board's own firmware.
    gates: bool,
    /// Subject of the numbers of wasmi alone, in the same variant.
    wasmi: Option<&'static str>,
}

const SMALL: Corner = Corner {
    whose: "akira",
    what: "the engine as the board has it, built to be small",
    features: "wasmi",
    opt_level: "\"z\"",
    settings: &[],
    gates: true,
    wasmi: Some("wasmi"),
};

const FAST: Corner = Corner {
    whose: "akira-fast",
    what: "the engine built to be fast",
    features: "wasmi,indirect-dispatch",
    opt_level: "3",
    settings: &[],
    gates: false,
    wasmi: Some("wasmi-fast"),
};

const SPACEWASM: Corner = Corner {
    whose: "akira-spacewasm",
    what: "the small engine",
    features: "spacewasm",
    opt_level: "\"z\"",
    settings: &[],
    gates: false,
    wasmi: None,
};

/// Settings of `bsp/qemu-mps2`.
pub(super) const M4: Board = Board {
    name: "m4",
    target: "thumbv7em-none-eabihf",
    qemu: &["qemu-system-arm", "-M", "mps2-an386"],
    load: "-kernel",
    profile: &[],
    clang: &[
        "--target=thumbv7em-none-eabihf",
        "-mcpu=cortex-m4",
        "-mfpu=fpv4-sp-d16",
    ],
    corners: &[SMALL, FAST, SPACEWASM],
};

/// Settings of `bsp/qemu-virt-rv32`.
pub(super) const RV32: Board = Board {
    name: "rv32",
    target: "riscv32imac-unknown-none-elf",
    qemu: &["qemu-system-riscv32", "-machine", "virt", "-m", "16M"],
    load: "-bios",
    profile: &["profile.release.opt-level=\"s\"", UNALIGNED],
    clang: &[
        "--target=riscv32-unknown-elf",
        "-march=rv32imac",
        "-mabi=ilp32",
        "-mno-strict-align",
    ],
    corners: &[
        Corner {
            whose: "akira",
            what: "the engine as the board has it, built to be fast",
            gates: true,
            wasmi: Some("wasmi"),
            ..FAST
        },
        Corner {
            whose: "akira-aligned",
            what: "the same for a core that loads aligned words only",
            settings: &[ALIGNED],
            wasmi: None,
            ..FAST
        },
        SPACEWASM,
    ],
};

/// Allows unaligned loads of words, which the machine supports.
const UNALIGNED: &str =
    "target.riscv32imac-unknown-none-elf.rustflags=[\"-Ctarget-feature=+unaligned-scalar-mem\"]";

/// Reverts this: the last flag counts.
const ALIGNED: &str =
    "target.riscv32imac-unknown-none-elf.rustflags=[\"-Ctarget-feature=-unaligned-scalar-mem\"]";

/// Measures a board: with `gate` only the numbers that CI checks, else also the engines for
/// comparison.
pub(super) fn measure(shell: &Shell, board: &Board, gate: bool) -> Result<Vec<Metric>> {
    toolchain::need_qemu(shell)?;
    let firmware = Firmware::new(shell, board)?;
    let mut numbers = Numbers::new(board);
    for corner in board.corners.iter().filter(|corner| corner.gates || !gate) {
        let run = firmware.run(&Build::of(corner, "engine"), corner.whose, corner.what)?;
        numbers.add(Run {
            gates: corner.gates,
            ..run
        });
    }
    if !gate {
        compare(&firmware, &mut numbers)?;
        if board.name == "m4" {
            numbers.add(console(shell)?);
        }
    }
    Ok(numbers.metrics())
}

/// Returns the compiler that builds for a board.
pub(super) fn rustc(shell: &Shell, board: &Board) -> Result<&'static str> {
    Ok(CrossCargo::find(shell, board.target)?.rustc())
}

/// Adds the numbers of other engines, for comparison.
fn compare(firmware: &Firmware<'_>, numbers: &mut Numbers<'_>) -> Result<()> {
    for corner in firmware.board.corners {
        let Some(whose) = corner.wasmi else { continue };
        let build = Build::of(corner, "bare_wasmi");
        numbers.add(firmware.run(&build, whose, "wasmi called directly, without fuel")?);
    }
    let wasm3 = wasm3::objects(firmware.shell, firmware.board)?;
    let build = Build::plain("wasm3").with_wasm3(wasm3);
    numbers.add(firmware.run(
        &build,
        "wasm3",
        "wasm3 0.9 from the package wasm3x-sys, clang at -O3",
    )?);
    numbers.add(firmware.run(
        &Build::plain("native"),
        "native",
        "the same source, natively",
    )?);
    Ok(())
}

/// Measures the board's own firmware: its RAM without that of apps.
fn console(shell: &Shell) -> Result<Run> {
    let bytes = size::ram_at_rest(shell, M4.name)?;
    Ok(Run {
        whose: SMALL.whose,
        what: "the console of the board",
        gates: false,
        command: "cargo xtask size m4".into(),
        numbers: vec![("memory console".into(), bytes as f64)],
    })
}
