//! Measures each board's firmware against its budgets: flash and RAM by crate, and the used heap
//! and stack.
//!
//! `bsp/budgets.toml` holds the budgets, and the numbers of the last commit that changed them. The
//! differences from those numbers are printed. A number over its budget is a failure.

mod budgets;
mod image;

use anyhow::{Result, bail};
use xshell::Shell;

use crate::boards::{self, Usage};
use budgets::Budgets;
use image::Image;

/// Number of crates that are listed individually. One line sums up the others.
const SHOWN: usize = 24;

/// Measures every firmware with budgets, or one. With `bless` the numbers are stored, and later
/// ones are compared with them.
pub(crate) fn run(board: Option<&str>, bless: bool) -> Result<()> {
    let shell = Shell::new()?;
    shell.change_dir(crate::root());
    let mut budgets = Budgets::read()?;
    let mut over = Vec::new();
    for name in budgets.boards(board) {
        let (image, usage) = boards::measure(&shell, &name)?;
        let image = Image::read(&image)?;
        println!("\n{name}");
        print_crates(&image);
        for (what, bytes) in numbers(&image, usage.as_ref()) {
            let limit = budgets.note(&name, what, bytes)?;
            println!("{}", limit.line(what, bytes));
            if !limit.holds(bytes) {
                over.push(format!(
                    "{name}: {what} is {bytes}, the budget {}",
                    limit.most
                ));
            }
        }
    }
    if bless {
        budgets.write()?;
    }
    if over.is_empty() {
        return Ok(());
    }
    bail!(
        "{}\nfix: make it smaller, or raise the budget in {} and say why in the commit",
        over.join("\n"),
        budgets::PATH
    )
}

/// Builds a board's firmware and returns its RAM without apps and stack, in bytes: static data and
/// heap.
pub(crate) fn ram_at_rest(shell: &Shell, board: &str) -> Result<u64> {
    let (image, usage) = boards::measure(shell, board)?;
    let heap = usage.map_or(0, |usage| usage.heap_at_start);
    Ok(Image::read(&image)?.ram + heap)
}

/// Returns the numbers that have a budget.
fn numbers(image: &Image, usage: Option<&Usage>) -> Vec<(&'static str, u64)> {
    let mut numbers = vec![("flash", image.flash), ("static_ram", image.ram)];
    if let Some(usage) = usage {
        numbers.extend([
            ("heap_at_start", usage.heap_at_start),
            ("heap_of_an_installed_app", usage.installed_app),
            ("heap_of_an_idle_app", usage.idle_app),
            ("run", usage.run),
            ("stack", usage.stack),
        ]);
    }
    numbers
}

fn print_crates(image: &Image) {
    println!("{:>9} {:>9} {:>9}", "code", "constants", "RAM");
    let (shown, rest) = image.crates.split_at(SHOWN.min(image.crates.len()));
    for (name, part) in shown {
        println!(
            "{:>9} {:>9} {:>9}  {name}",
            part.code, part.constants, part.ram
        );
    }
    let sum =
        |field: fn(&image::Part) -> u64| rest.iter().map(|(_, part)| field(part)).sum::<u64>();
    let (code, constants) = (sum(|part| part.code), sum(|part| part.constants));
    println!(
        "{code:>9} {constants:>9} {:>9}  {} others",
        sum(|part| part.ram),
        rest.len()
    );
    println!(
        "{:>9} {:>9} {:>9}  texts and tables without a name",
        "", image.unnamed, ""
    );
}
