//! Rules for the text of source files.

use anyhow::Result;
use xshell::{Shell, cmd};

use super::Fault;
use crate::root;

/// Unwanted text, with the places where it is unwanted and a fix. The text is given in two halves,
/// since this file would otherwise violate its own rules.
struct Unwanted {
    halves: [&'static str; 2],
    extensions: &'static [&'static str],
    fix: &'static str,
    /// Prefixes of the paths in which the text is unwanted.
    below: &'static [&'static str],
}

/// Directories with code that prints to an operator's terminal. In each, one module makes every
/// line harmless.
const TERMINALS: &[&str] = &["bsp/sim/src/", "crates/akira-shell/src/"];

/// This module in the simulator. The one in the shell receives a byte stream.
const TERMINAL: &str = "bsp/sim/src/command/terminal.rs";

const RUST: &[&str] = &["rs"];
const TEXT: &[&str] = &[
    "rs", "toml", "md", "c", "h", "wat", "json", "js", "html", "css", "sh", "yml",
];

/// Files that people read. Project-specific words are unwanted there, because the field has its own
/// terms.
const DOCS: &[&str] = &["rs", "md", "html", "js"];
const ADMIT: &str = "write: admitted, accepted, installed";

const NAME_NO_HOST: &str = "say which registry or package, not its address";
const NAME_NO_PATH: &str = "no machine's own paths";
const PRINT: &str = "write it with command/terminal.rs, which makes lines harmless";
const FINISH: &str = "finish it, or leave it out";

const UNWANTED: &[Unwanted] = &[
    unwanted(["todo", "!("], RUST, FINISH),
    unwanted(["unimplemented", "!("], RUST, FINISH),
    unwanted(["dbg", "!("], RUST, "remove it"),
    unwanted(["TO", "DO:"], TEXT, FINISH),
    unwanted(["FIX", "ME"], TEXT, FINISH),
    unwanted(["crates", ".io"], TEXT, NAME_NO_HOST),
    unwanted(["registry.", "npmjs"], TEXT, NAME_NO_HOST),
    unwanted(["pypi", ".org"], TEXT, NAME_NO_HOST),
    unwanted(["deb.debian.", "org"], TEXT, NAME_NO_HOST),
    unwanted(["proxy.", "golang.org"], TEXT, NAME_NO_HOST),
    unwanted(["/wo", "rk/"], TEXT, NAME_NO_PATH),
    unwanted(["/ro", "ot/"], TEXT, NAME_NO_PATH),
    unwanted(
        ["vou", "ches for"],
        DOCS,
        "name the signer, or say that it is unsigned",
    ),
    unwanted(
        ["vou", "ched for"],
        DOCS,
        "name the signer, or say that it is unsigned",
    ),
    unwanted(["is let", " in"], DOCS, ADMIT),
    unwanted(["are let", " in"], DOCS, ADMIT),
    unwanted(["be let", " in"], DOCS, ADMIT),
    unwanted(["not let", " in"], DOCS, ADMIT),
    unwanted(["goes on", " "], DOCS, "write: resumes, continues"),
    unwanted(["gone", " on with"], DOCS, "write: resumed, continued"),
    unwanted(["giv", "es up"], DOCS, "write: times out, aborts, releases"),
    unwanted([" an", "ew"], DOCS, "write: again"),
    unwanted(["and its", " like"], DOCS, "write: and the like"),
    unprinted(["print", "!("]),
    unprinted(["print", "ln!("]),
    unprinted(["stdout", "()"]),
    unprinted(["stderr", "()"]),
];

/// Checks every tracked file.
pub(super) fn check(shell: &Shell) -> Result<Vec<Fault>> {
    let _root = shell.push_dir(root());
    let files = cmd!(shell, "git ls-files --cached --others --exclude-standard")
        .quiet()
        .read()?;
    let mut faults = Vec::new();
    for path in files.lines() {
        faults.extend(check_name(path));
        // A tracked file that is deleted in the working tree is skipped.
        if let Ok(text) = std::fs::read_to_string(root().join(path)) {
            faults.extend(check_text(path, &text));
        }
    }
    Ok(faults)
}

fn check_name(path: &str) -> Option<Fault> {
    let is_mod = path.ends_with("/mod.rs");
    is_mod.then(|| Fault::new(path, "a mod.rs", "name it after its folder, beside it"))
}

fn check_text(path: &str, text: &str) -> Vec<Fault> {
    let extension = path.rsplit('.').next().unwrap_or_default();
    let rules = UNWANTED
        .iter()
        .filter(|rule| rule.extensions.contains(&extension) && rule.is_for(path));
    rules.flat_map(|rule| rule.find(path, text)).collect()
}

const fn unwanted(
    halves: [&'static str; 2],
    extensions: &'static [&'static str],
    fix: &'static str,
) -> Unwanted {
    Unwanted {
        halves,
        extensions,
        fix,
        below: &[""],
    }
}

/// Returns a rule against printing to a terminal without the module that makes lines harmless.
const fn unprinted(halves: [&'static str; 2]) -> Unwanted {
    Unwanted {
        below: TERMINALS,
        ..unwanted(halves, RUST, PRINT)
    }
}

impl Unwanted {
    fn is_for(&self, path: &str) -> bool {
        let is_below = self.below.iter().any(|below| path.starts_with(below));
        is_below && (self.fix != PRINT || path != TERMINAL)
    }

    fn find(&self, path: &str, text: &str) -> Vec<Fault> {
        let unwanted = self.halves.concat();
        let lines = text
            .lines()
            .enumerate()
            .filter(|(_, line)| line.contains(&unwanted));
        let faults = lines.map(|(i, _)| {
            Fault::new(
                format!("{path}:{}", i + 1),
                format!("`{unwanted}`"),
                self.fix,
            )
        });
        faults.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unwanted_text_is_named_with_its_line() {
        let text = format!("fn f() {{\n    {}!()\n}}\n", ["to", "do"].concat());
        let faults = check_text("crates/x/src/lib.rs", &text);
        assert_eq!(faults.len(), 1);
        assert_eq!(faults[0].place, "crates/x/src/lib.rs:2");
    }

    #[test]
    fn only_the_terminal_prints() {
        for call in ["ln!(\"x\")", "!(\"x\")"] {
            let text = format!("{}{call};\n", ["e", "print"].concat());
            assert_eq!(
                check_text("bsp/sim/src/device.rs", &text).len(),
                1,
                "{text}"
            );
            assert_eq!(
                check_text("crates/akira-shell/src/session.rs", &text).len(),
                1
            );
            assert!(check_text(TERMINAL, &text).is_empty());
            assert!(check_text("bsp/sim/tests/cli.rs", &text).is_empty());
        }
        let text = format!("std::io::{}", ["stdout", "()"].concat());
        assert_eq!(check_text("bsp/sim/src/device.rs", &text).len(), 1);
    }

    #[test]
    fn a_lock_file_may_name_the_registry() {
        let text = ["index.crates", ".io"].concat();
        assert!(check_text("Cargo.lock", &text).is_empty());
        assert_eq!(check_text("README.md", &text).len(), 1);
    }

    #[test]
    fn a_module_is_named_after_its_folder() {
        assert!(check_name("crates/x/src/mod.rs").is_some());
        assert!(check_name("crates/x/src/modular.rs").is_none());
    }
}
