use anyhow::{Context, Result};
use toml_edit::{DocumentMut, value};

use crate::root;

/// Path of the budgets.
pub(super) const PATH: &str = "bsp/budgets.toml";

/// Budgets of all boards.
pub(super) struct Budgets(DocumentMut);

/// Budget of one number.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limit {
    /// Maximum of the number.
    pub(super) most: u64,
    /// Number when it was last blessed.
    was: u64,
}

impl Budgets {
    pub(super) fn read() -> Result<Self> {
        let text = std::fs::read_to_string(root().join(PATH))
            .with_context(|| format!("cannot read {PATH}"))?;
        Ok(Self(
            text.parse()
                .with_context(|| format!("{PATH} is not TOML"))?,
        ))
    }

    /// Returns the boards that have budgets, or only this one.
    pub(super) fn boards(&self, only: Option<&str>) -> Vec<String> {
        match only {
            Some(board) => vec![board.to_owned()],
            None => self.0.iter().map(|(board, _)| board.to_owned()).collect(),
        }
    }

    /// Writes the noted numbers.
    pub(super) fn write(&self) -> Result<()> {
        Ok(std::fs::write(root().join(PATH), self.0.to_string())?)
    }

    /// Returns the budget of a number, and notes the number's current value.
    pub(super) fn note(&mut self, board: &str, what: &str, bytes: u64) -> Result<Limit> {
        let missing =
            || format!("{PATH} lacks `{what} = {{ most = ..., was = ... }}` in [{board}]");
        let entry = self.0.get_mut(board).and_then(|board| board.get_mut(what));
        let entry = entry.with_context(missing)?;
        let number = |key| entry.get(key).and_then(|number| number.as_integer());
        let (most, was) = (number("most"), number("was"));
        let limit = Limit {
            most: u64::try_from(most.with_context(missing)?)?,
            was: u64::try_from(was.with_context(missing)?)?,
        };
        entry["was"] = value(i64::try_from(bytes)?);
        Ok(limit)
    }
}

impl Limit {
    pub(super) fn holds(self, bytes: u64) -> bool {
        bytes <= self.most
    }

    /// Returns the text of a number with its budget and its change.
    pub(super) fn line(self, what: &str, bytes: u64) -> String {
        let change = i128::from(bytes) - i128::from(self.was);
        format!("{bytes:>9} of {:>7}  {what} ({change:+})", self.most)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_over_its_budget_is_told_and_the_change_is_shown() -> Result<()> {
        let text = "# why\n[m4]\nflash = { most = 100, was = 90 }\n";
        let mut budgets = Budgets(text.parse()?);
        let limit = budgets.note("m4", "flash", 101)?;
        assert!(limit.holds(100) && !limit.holds(101));
        assert_eq!(
            limit.line("flash", 101),
            "      101 of     100  flash (+11)"
        );
        assert_eq!(
            budgets.0.to_string(),
            "# why\n[m4]\nflash = { most = 100, was = 101 }\n"
        );
        assert!(budgets.note("m4", "stack", 1).is_err());
        Ok(())
    }
}
