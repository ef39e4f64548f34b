//! Checks the threat table of the book: each line names tests, and each of these tests exists.

use anyhow::Result;
use xshell::{Shell, cmd};

use super::Fault;
use crate::root;

const TABLE: &str = "book/src/threats.md";

/// Checks that each line of the tables names a test, and that each named test exists.
pub(super) fn check(shell: &Shell) -> Result<Vec<Fault>> {
    let _root = shell.push_dir(root());
    let files = cmd!(
        shell,
        "git ls-files --cached --others --exclude-standard *.rs"
    )
    .quiet()
    .read()?;
    let text = std::fs::read_to_string(root().join(TABLE))?;
    let files: Vec<&str> = files.lines().collect();
    let exists = |test: &Test<'_>| {
        let mut places = files.iter().filter(|path| test.may_be_in(path));
        places.any(|path| test.is_in(&read(path)))
    };
    Ok(faults(&text, exists))
}

/// Test as named in the table: the end of its file's path without `.rs`, and its function.
struct Test<'a> {
    file: &'a str,
    function: &'a str,
}

impl<'a> Test<'a> {
    fn of(name: &'a str) -> Option<Self> {
        let (file, function) = name.split_once("::")?;
        Some(Self { file, function })
    }

    fn may_be_in(&self, path: &str) -> bool {
        path.ends_with(&format!("/{}.rs", self.file))
    }

    fn is_in(&self, text: &str) -> bool {
        let at = text.find(&format!("fn {}(", self.function));
        at.is_some_and(|at| is_test(&text[..at]))
    }
}

/// Returns whether the attributes before a function make it a test.
fn is_test(before: &str) -> bool {
    let attributes = before.lines().rev().take_while(|line| !line.is_empty());
    attributes
        .take(4)
        .any(|line| line.trim().ends_with("test]"))
}

fn faults(table: &str, exists: impl Fn(&Test<'_>) -> bool) -> Vec<Fault> {
    let lines = table.lines().enumerate();
    let rows = lines.filter(|(_, line)| line.starts_with("| ") && !line.starts_with("| asset |"));
    rows.flat_map(|(index, row)| {
        let place = format!("{TABLE}:{}", index + 1);
        check_row(&place, row, &exists)
    })
    .collect()
}

fn check_row(place: &str, row: &str, exists: &impl Fn(&Test<'_>) -> bool) -> Vec<Fault> {
    let names = row.split('`').skip(1).step_by(2);
    let tests: Vec<Test<'_>> = names.filter_map(Test::of).collect();
    if tests.is_empty() {
        return vec![Fault::new(
            place,
            "a promise without a test",
            "name one as `file::function`",
        )];
    }
    let missing = tests.iter().filter(|test| !exists(test));
    missing
        .map(|test| {
            let what = format!("no test {} in {}.rs", test.function, test.file);
            Fault::new(place, what, "name the test that shows the promise now")
        })
        .collect()
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "#[test]\nfn pins_are_checked() {}\n\nfn helper() {}\n";

    fn known(test: &Test<'_>) -> bool {
        test.may_be_in("crates/x/tests/gpio.rs") && test.is_in(FILE)
    }

    #[test]
    fn a_test_that_exists_is_found_by_its_file_and_name() {
        let row = "| pins | none | a guard | `tests/gpio::pins_are_checked` |\n";
        assert!(faults(row, known).is_empty());
    }

    #[test]
    fn a_test_that_is_gone_or_is_none_is_named_with_its_line() {
        for test in [
            "tests/gpio::gone",
            "tests/i2c::pins_are_checked",
            "tests/gpio::helper",
        ] {
            let row = format!("# Threats\n| pins | none | a guard | `{test}` |\n");
            let found = faults(&row, known);
            assert_eq!(found.len(), 1, "{test}");
            assert_eq!(found[0].place, format!("{TABLE}:2"));
        }
    }

    #[test]
    fn a_promise_names_a_test() {
        assert_eq!(
            faults("| pins | none | `-EPERM` | later |\n", known).len(),
            1
        );
    }
}
