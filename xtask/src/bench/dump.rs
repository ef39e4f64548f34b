//! Parser of callgrind's dumps.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use akira_measure::{COUNTED, SourceLine};
use anyhow::{Context, Result, bail};

use crate::root;

/// Dumps of one run, in the order in which they were written.
pub(crate) struct Dumps {
    /// Common path of the dumps, without the number at the end.
    path: PathBuf,
    next: u32,
    /// Source files by callgrind's ids. A dump gives the name of an id only once.
    files: HashMap<String, String>,
}

impl Dumps {
    pub(crate) fn new(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            next: 1,
            files: HashMap::new(),
        }
    }

    /// Returns the instruction count of the next dump: the total, or that of some source lines.
    pub(crate) fn next(&mut self, only: &[SourceLine]) -> Result<f64> {
        let path = self.path.with_extension(self.next.to_string());
        self.next += 1;
        let text = std::fs::read_to_string(&path)
            .with_context(|| format!("callgrind left no dump {}", path.display()))?;
        let lines = self.lines(&text);
        if only.is_empty() {
            return total(&text);
        }
        let mut sum = 0.0;
        for (file, numbers) in only.iter().map(numbers).collect::<Result<Vec<_>>>()? {
            let of_line = lines
                .iter()
                .filter(|(path, number, _)| path.ends_with(&file) && numbers.contains(number));
            sum += of_line.map(|(_, _, cost)| cost).sum::<f64>();
        }
        if sum == 0.0 {
            bail!("callgrind counted nothing in {only:?}");
        }
        Ok(sum)
    }

    /// Returns the instructions that each source line itself executed, without those of its calls.
    fn lines(&mut self, text: &str) -> Vec<(String, u64, f64)> {
        let mut lines = Vec::new();
        let (mut file, mut number, mut called) = (String::new(), 0_u64, false);
        for line in text.lines() {
            if let Some((key, name)) = line.split_once('=') {
                called |= key == "calls";
                if matches!(key, "fl" | "fi" | "fe" | "cfi" | "cfl") {
                    let name = self.file(name);
                    if !key.starts_with('c') {
                        file = name;
                    }
                }
            } else if let Some((position, cost)) = cost(line, number) {
                number = position;
                if !std::mem::take(&mut called) {
                    lines.push((file.clone(), number, cost));
                }
            }
        }
        lines
    }

    /// Resolves `(7) name` or `(7)`.
    fn file(&mut self, name: &str) -> String {
        let (id, name) = name.split_once(' ').unwrap_or((name, ""));
        if !name.is_empty() {
            self.files.insert(id.to_owned(), name.to_owned());
        }
        self.files.get(id).cloned().unwrap_or_default()
    }
}

/// Parses a line such as `+3 12` or `* 7`: a position relative to the previous line, and an
/// instruction count.
fn cost(line: &str, before: u64) -> Option<(u64, f64)> {
    let (position, cost) = line.split_once(' ')?;
    let cost = cost.parse().ok()?;
    let position = match position.as_bytes().first()? {
        b'*' => before,
        b'+' => before + position[1..].parse::<u64>().ok()?,
        b'-' => before.checked_sub(position[1..].parse().ok()?)?,
        _ => position.parse().ok()?,
    };
    Some((position, cost))
}

/// Returns the numbers of the lines with a text. Fails if there is none.
fn numbers(line: &SourceLine) -> Result<(String, Vec<u64>)> {
    let text = std::fs::read_to_string(root().join(&line.file))?;
    let found = (1..).zip(text.lines());
    let found = found.filter(|(_, text)| text.trim() == line.text);
    let numbers: Vec<u64> = found.map(|(number, _)| number).collect();
    if numbers.is_empty() {
        bail!("{} has no line `{}`", line.file, line.text);
    }
    Ok((line.file.clone(), numbers))
}

fn total(text: &str) -> Result<f64> {
    let total = text.lines().find_map(|line| line.strip_prefix("totals: "));
    match total.and_then(|total| total.trim().parse().ok()) {
        Some(0.0) | None => bail!("callgrind counted nothing in {COUNTED}"),
        Some(total) => Ok(total),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DUMP: &str = "events: Ir\n\nfl=(1) a.rs\nfn=(1) f\n10 5\n+2 7\nfi=(2) b.rs\n3 1\nfe=(1)\n* 2\ncfi=(2)\ncfn=(2) g\n\
                        calls=1 3 \n4 100\n5 6\ntotals: 121\n";

    #[test]
    fn a_line_has_its_own_instructions_without_those_that_it_calls() -> Result<()> {
        let lines = Dumps::new(Path::new("")).lines(DUMP);
        let of = |file: &str, number| -> f64 {
            let of = lines
                .iter()
                .filter(|line| line.0 == file && line.1 == number);
            of.map(|line| line.2).sum()
        };
        assert_eq!(
            (of("a.rs", 10), of("a.rs", 12), of("b.rs", 3)),
            (5.0, 7.0, 1.0)
        );
        assert_eq!(
            (of("a.rs", 3), of("a.rs", 4), of("a.rs", 5)),
            (2.0, 0.0, 6.0)
        );
        assert_eq!(total(DUMP)?, 121.0);
        Ok(())
    }
}
