//! Code snippets in READMEs, copied from the files that CI builds.

use anyhow::{Context, Result};

use crate::root;

/// Comment before a code block; the file's path follows.
const FROM: &str = "<!-- from ";
const FENCE: &str = "```";

/// Returns the text of a README. Each code block after a comment `from PATH` is replaced by that
/// file.
pub(super) fn generate(readme: &str) -> Result<String> {
    let path = root().join(readme);
    let folder = path.parent().context("a README is in a folder")?;
    let old = std::fs::read_to_string(&path).with_context(|| format!("cannot read {readme}"))?;
    let mut text = String::new();
    let mut lines = old.lines();
    while let Some(line) = lines.next() {
        text.push_str(line);
        text.push('\n');
        let Some(file) = line.strip_prefix(FROM) else {
            continue;
        };
        let file = file.trim_end_matches(" -->");
        let code = std::fs::read_to_string(folder.join(file));
        let code = code.with_context(|| format!("{readme} shows {file}"))?;
        let fence = lines.next().filter(|line| line.starts_with(FENCE));
        let fence = fence.with_context(|| format!("{readme}: no block of code for {file}"))?;
        lines
            .find(|line| *line == FENCE)
            .context("the block has no end")?;
        text.push_str(&format!("{fence}\n{code}{FENCE}\n"));
    }
    Ok(text)
}
