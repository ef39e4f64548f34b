use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

/// Sources of an app: a directory with a manifest and code.
pub(super) struct Source {
    pub(super) name: String,
    pub(super) folder: PathBuf,
    pub(super) language: Language,
}

/// Programming language of an app.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    C,
    Rust,
    Wat,
}

/// Returns all apps, sorted by name.
pub(super) fn all(apps: &Path) -> Result<Vec<Source>> {
    let mut sources = Vec::new();
    for group in ["c", "rust", "hostile", "fixtures", "../vendor-module/app"] {
        let group = apps.join(group);
        let entries = std::fs::read_dir(&group);
        for entry in entries.with_context(|| format!("cannot read {}", group.display()))? {
            let folder = entry?.path();
            if folder.join("manifest.json").exists() {
                sources.push(Source::new(folder)?);
            }
        }
    }
    sources.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(sources)
}

impl Source {
    fn new(folder: PathBuf) -> Result<Self> {
        let name = folder.file_name().unwrap_or_default();
        Ok(Self {
            name: name.to_string_lossy().into_owned(),
            language: Language::of(&folder)?,
            folder,
        })
    }
}

impl Language {
    fn of(folder: &Path) -> Result<Self> {
        let has = |file: &str| folder.join(file).exists();
        if has("main.c") {
            Ok(Self::C)
        } else if has("main.wat") {
            Ok(Self::Wat)
        } else if has("Cargo.toml") {
            Ok(Self::Rust)
        } else {
            bail!(
                "{} has neither main.c, main.wat nor Cargo.toml",
                folder.display()
            )
        }
    }
}
