use akira_conform::serial::Outcome;
use anyhow::{Result, bail};

/// Placeholder for any text in a reason.
const ANY: &str = "…";

/// Expected result of a module on the simulated console.
pub(super) enum Expected {
    /// The console refuses the module for this reason, which names these flags. [`ANY`] stands for
    /// text that depends on the compiler's version.
    Refused {
        why: &'static str,
        flags: &'static [&'static str],
    },
    /// The app runs, logs these lines and returns 0.
    Runs(&'static [&'static str]),
}

impl Expected {
    /// Fails if the outcome is different.
    pub(super) fn check(&self, outcome: &Outcome) -> Result<()> {
        let fits = match (self, outcome) {
            (Self::Refused { why, .. }, Outcome::Refused(found)) => matches(why, found),
            (Self::Runs(lines), Outcome::Ran(found)) => {
                let returned = ["returned 0"];
                lines.iter().chain(&returned).eq(found.iter())
            }
            _ => false,
        };
        match self {
            _ if fits => Ok(()),
            Self::Refused { why, .. } => bail!("expected a refusal: {why}\nfound {outcome:?}"),
            Self::Runs(lines) => bail!("expected a run that logs {lines:?}\nfound {outcome:?}"),
        }
    }
}

/// Returns whether a text is a single line that matches a pattern with [`ANY`] as its wildcard.
fn matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split(ANY);
    let Some(mut rest) = text.strip_prefix(parts.next().unwrap_or_default()) else {
        return false;
    };
    for part in parts {
        let Some((_, after)) = rest.split_once(part) else {
            return false;
        };
        rest = after;
    }
    rest.is_empty() && !text.contains('\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_matches_whole_lines() {
        assert!(matches(
            "needs … bytes; build with -x",
            "needs 17 bytes; build with -x"
        ));
        assert!(matches("plain", "plain"));
        for text in [
            "needs 17 bytes",
            "it needs 17 bytes; build with -x",
            "needs 1\n bytes; build with -x",
        ] {
            assert!(!matches("needs … bytes; build with -x", text), "{text}");
        }
        assert!(!matches("plain", "plain and more"));
    }

    #[test]
    fn a_run_is_its_lines_and_a_return_of_0() {
        let ran = |lines: &[&str]| Outcome::Ran(lines.iter().map(|&line| line.into()).collect());
        let expected = Expected::Runs(&["hello"]);
        assert!(expected.check(&ran(&["hello", "returned 0"])).is_ok());
        assert!(expected.check(&ran(&["returned 0"])).is_err());
        assert!(
            expected
                .check(&ran(&["hello", "trapped: stack overflow"]))
                .is_err()
        );
        assert!(expected.check(&Outcome::Refused("hello".into())).is_err());
    }
}
