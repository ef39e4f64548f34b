use std::path::Path;

use anyhow::{Context, Result};

use super::source::Language;

/// Versions of the compilers that built the committed modules.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct BuiltWith {
    pub(super) clang: String,
    pub(super) rustc: String,
}

impl BuiltWith {
    const FILE: &'static str = "BUILT_WITH";

    pub(super) fn write(&self, bin: &Path) -> Result<()> {
        let text = format!("{}\n{}\n", self.clang, self.rustc);
        Ok(std::fs::write(bin.join(Self::FILE), text)?)
    }

    pub(super) fn read(bin: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(bin.join(Self::FILE));
        let text = text.context("no BUILT_WITH; fix: cargo xtask apps")?;
        let mut lines = text.lines().map(str::to_owned);
        Ok(Self {
            clang: lines.next().unwrap_or_default(),
            rustc: lines.next().unwrap_or_default(),
        })
    }

    /// Returns whether `other` is the same compiler for this language, and therefore produces the
    /// same bytes.
    pub(super) fn same_compiler(&self, other: &Self, language: Language) -> bool {
        match language {
            Language::C => self.clang == other.clang,
            Language::Rust => self.rustc == other.rustc,
            Language::Wat => true,
        }
    }
}
