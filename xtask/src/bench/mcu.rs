//! What is measured on the emulated boards: the firmwares of `bench/mcu`, under a QEMU that counts instructions.

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

/// A board on which is measured.
pub(super) struct Board {
    /// The part, and the board's name.
    name: &'static str,
    target: &'static str,
    /// The emulator and the machine.
    qemu: &'static [&'static str],
    /// What tells the emulator to load the firmware.
    load: &'static str,
    /// What the board's profile says, for cargo.
    profile: &'static [&'static str],
    /// Says for clang what the target is.
    clang: &'static [&'static str],
    /// How the engine is built.
    corners: &'static [Corner],
}

/// A way to build the engine, between small and fast.
struct Corner {
    /// Whose the numbers are, in the ids.
    whose: &'static str,
    /// What that is, in words.
    what: &'static str,
    features: &'static str,
    /// How much wasmi is optimised.
    opt_level: &'static str,
    /// What else is not as in the board's profile, for cargo.
    settings: &'static [&'static str],
    /// Whether CI measures it: the board's own firmware is built like this.
    gates: bool,
    /// Whose the numbers of wasmi alone are, built likewise.
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

/// As `bsp/qemu-mps2`.
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

/// As `bsp/qemu-virt-rv32`.
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

/// Lets the compiler load words that are not aligned: the machine can.
const UNALIGNED: &str =
    "target.riscv32imac-unknown-none-elf.rustflags=[\"-Ctarget-feature=+unaligned-scalar-mem\"]";

/// Takes that back: the last one counts.
const ALIGNED: &str =
    "target.riscv32imac-unknown-none-elf.rustflags=[\"-Ctarget-feature=-unaligned-scalar-mem\"]";

/// Measures a board: with `gate` what CI holds, else beside it what others would pick.
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

/// Says which compiler builds for a board.
pub(super) fn rustc(shell: &Shell, board: &Board) -> Result<&'static str> {
    Ok(CrossCargo::find(shell, board.target)?.rustc())
}

/// Adds what others would pick.
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

/// Measures the board's own firmware: the RAM that is none of an app's.
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
