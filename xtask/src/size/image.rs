//! Flash and RAM of a firmware, and which crate they are for.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result};
use object::{File, Object, ObjectSection, ObjectSymbol, SectionKind, SymbolKind};

/// What begins the names of the sections of heap and stack, which are reported as they are used.
const GROUND: [&str; 3] = [".uninit", ".heap", ".stack"];

/// What one crate takes.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Part {
    pub(super) code: u64,
    pub(super) constants: u64,
    pub(super) ram: u64,
}

/// What a firmware takes.
#[derive(Debug)]
pub(super) struct Image {
    /// Everything that is programmed: code, constants and the first values of variables.
    pub(super) flash: u64,
    /// Variables, without the heap and the stack.
    pub(super) ram: u64,
    /// Constants that no symbol names: texts, and tables that the compiler made.
    pub(super) unnamed: u64,
    /// The largest first.
    pub(super) crates: Vec<(String, Part)>,
}

impl Image {
    /// Reads an ELF file with its symbols.
    pub(super) fn read(path: &Path) -> Result<Self> {
        let bytes =
            std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        let file = File::parse(&*bytes).with_context(|| format!("{} is no ELF", path.display()))?;
        let (mut flash, mut ram, mut constants) = (0, 0, 0);
        for section in file.sections() {
            let bytes = section.size();
            match section.kind() {
                SectionKind::Text => flash += bytes,
                SectionKind::ReadOnlyData | SectionKind::ReadOnlyString => {
                    flash += bytes;
                    constants += bytes;
                }
                SectionKind::Data => {
                    flash += bytes;
                    ram += bytes;
                }
                SectionKind::UninitializedData if !is_ground(section.name()) => ram += bytes,
                _ => {}
            }
        }
        let crates = crates(&file);
        let named: u64 = crates.values().map(|part| part.constants).sum();
        let mut crates: Vec<_> = crates.into_iter().collect();
        crates.sort_by_key(|(_, part)| std::cmp::Reverse(part.code + part.constants + part.ram));
        Ok(Self {
            flash,
            ram,
            unnamed: constants.saturating_sub(named),
            crates,
        })
    }
}

fn is_ground(section: Result<&str, object::Error>) -> bool {
    section.is_ok_and(|name| GROUND.iter().any(|ground| name.starts_with(ground)))
}

fn crates(file: &File<'_>) -> BTreeMap<String, Part> {
    let mut crates = BTreeMap::<String, Part>::new();
    for symbol in file.symbols() {
        let kind = symbol.kind();
        let section = symbol.section_index();
        let section = section.and_then(|index| file.section_by_index(index).ok());
        let (Some(section), SymbolKind::Text | SymbolKind::Data) = (section, kind) else {
            continue;
        };
        let part = crates
            .entry(crate_of(symbol.name().unwrap_or("")))
            .or_default();
        match section.kind() {
            SectionKind::Text => part.code += symbol.size(),
            SectionKind::ReadOnlyData | SectionKind::ReadOnlyString => {
                part.constants += symbol.size()
            }
            SectionKind::Data | SectionKind::UninitializedData if !is_ground(section.name()) => {
                part.ram += symbol.size();
            }
            _ => {}
        }
    }
    crates
}

/// Returns the first crate in a symbol's path: that of the function, or of the type that it is implemented for.
fn crate_of(symbol: &str) -> String {
    let name = format!("{:#}", rustc_demangle::demangle(symbol));
    let words = name.split(|c: char| !c.is_alphanumeric() && c != '_' && c != ':');
    let paths = words.filter_map(|word| word.split_once("::"));
    let mut crates = paths
        .map(|(first, _)| first)
        .filter(|first| !first.is_empty());
    crates.next().unwrap_or("no crate").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_crate_is_that_of_the_path_or_of_the_type() {
        assert_eq!(crate_of("_ZN4core3fmt5write17h0123456789abcdefE"), "core");
        assert_eq!(crate_of("memcpy"), "no crate");
        assert_eq!(
            crate_of("<akira::x::Y as core::fmt::Display>::fmt"),
            "akira"
        );
    }
}
