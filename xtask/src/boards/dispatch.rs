//! Checks that an engine's dispatch takes no native stack with each iteration of a loop. With tail
//! calls that the compiler does not guarantee, wasmi takes 384 KiB for 2,000 iterations on RISC-V.

use anyhow::{Context, Result, ensure};

use crate::apps::with_manifest;
use akira_conform::serial::{Console, number_after};

/// Iterations of the long and of the short loop.
const MANY: u32 = 100_000;
const FEW: u32 = 100;

/// Stack of an interrupt, in bytes. It may or may not occur at the deepest point.
const SLACK: u64 = 1024;

/// Runs a short and a long loop on a newly started board, and checks that both use the same depth
/// of stack.
pub(super) fn keeps_the_stack(console: &mut Console) -> Result<()> {
    let few = depth_after(console, FEW)?;
    let many = depth_after(console, MANY)?;
    ensure!(
        many <= few + SLACK,
        "a loop of {FEW} turns takes {few} bytes of stack, and one of {MANY} turns {many}"
    );
    println!("a loop of {MANY} turns takes no more stack than one of {FEW}: {many} bytes");
    Ok(())
}

/// Runs a loop, and returns the maximum number of stack bytes used since the start.
fn depth_after(console: &mut Console, turns: u32) -> Result<u64> {
    let name = "turns";
    let refused = console.transfer(name, &app(name, turns)?)?;
    ensure!(refused.is_none(), "it is refused: {refused:?}");
    let lines = console.command(&format!("run {name}"))?;
    let end = format!("{name}: returned {turns}");
    ensure!(
        lines.iter().any(|line| line.ends_with(&end)),
        "no `{end}` in {lines:?}"
    );
    console.command(&format!("uninstall {name}"))?;
    let stats = console.command("stats")?;
    let line = stats.iter().find(|line| line.starts_with("stack: "));
    number_after(line.context("no stack in the statistics")?, "at most ")
}

/// Returns an app that runs a loop with a branch, a call and a global.
fn app(name: &str, turns: u32) -> Result<Vec<u8>> {
    let source = format!(
        r#"(module
            (memory (export "memory") 0 0 (pagesize 1))
            (global $turn (mut i32) (i32.const 0))
            (func $after (param $turn i32) (result i32)
                (i32.add (local.get $turn) (i32.const 1)))
            (func (export "main") (result i32)
                (loop $next
                    (global.set $turn (call $after (global.get $turn)))
                    (br_if $next (i32.lt_u (global.get $turn) (i32.const {turns}))))
                (global.get $turn)))"#
    );
    with_manifest(
        &wat::parse_str(source)?,
        format!(r#"{{"name": "{name}"}}"#).as_bytes(),
    )
}
