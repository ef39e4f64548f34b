//! Checks that the committed modules correspond to their sources.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Result, bail};
use wasmparser::{Parser, Payload};

use super::built_with::BuiltWith;
use super::source::{Language, Source};
use super::{Modules, committed, section};

/// Imports, exports, memories and manifest of a module.
#[derive(Debug, Default, PartialEq, Eq)]
struct Outline {
    imports: BTreeSet<String>,
    exports: BTreeSet<String>,
    memories: Vec<String>,
    manifest: Option<Vec<u8>>,
}

/// Compares the bytes if the compiler is the one that built the committed module, else the
/// outlines.
pub(super) fn check(
    bin: &Path,
    sources: &[Source],
    built: &Modules,
    with: &BuiltWith,
) -> Result<()> {
    let committed = committed(bin)?;
    let recorded = BuiltWith::read(bin)?;
    let mut faults = names_only_in(&committed, built, "has no source");
    faults.extend(names_only_in(built, &committed, "is not committed"));
    for (path, module) in built {
        let Some(old) = committed.get(path) else {
            continue;
        };
        let exact = recorded.same_compiler(with, language(sources, path));
        if exact && module != old {
            faults.push(format!("{}: the bytes differ", path.display()));
        } else if !exact && outline(module)? != outline(old)? {
            faults.push(format!(
                "{}: the imports, exports, memory or manifest differ",
                path.display()
            ));
        }
    }
    report(&faults, built.len(), &recorded, with)
}

fn report(faults: &[String], count: usize, recorded: &BuiltWith, with: &BuiltWith) -> Result<()> {
    if !faults.is_empty() {
        bail!(
            "examples/apps/bin differs from its sources, run `cargo xtask apps` and commit:\n  {}",
            faults.join("\n  ")
        );
    }
    for (was, is) in [
        (&recorded.clang, &with.clang),
        (&recorded.rustc, &with.rustc),
    ] {
        if was != is {
            println!("compared by outline, not by bytes: built with {was}, not with {is}");
        }
    }
    println!("{count} modules are fresh");
    Ok(())
}

fn names_only_in(one: &Modules, other: &Modules, fault: &str) -> Vec<String> {
    let missing = one.keys().filter(|path| !other.contains_key(*path));
    missing
        .map(|path| format!("{}: {fault}", path.display()))
        .collect()
}

/// Returns the language of a module. Malformed modules have no source; they do not depend on a
/// compiler, like modules from text.
fn language(sources: &[Source], path: &Path) -> Language {
    let source = sources
        .iter()
        .find(|source| path == Path::new(&format!("{}.wasm", source.name)));
    source.map_or(Language::Wat, |source| source.language)
}

fn outline(module: &[u8]) -> Result<Outline> {
    let mut outline = Outline {
        manifest: section::manifest(module)?.map(<[u8]>::to_vec),
        ..Outline::default()
    };
    for payload in Parser::new(0).parse_all(module) {
        match payload? {
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    let import = import?;
                    if !is_libc(import.module, import.name) {
                        outline
                            .imports
                            .insert(format!("{}.{}", import.module, import.name));
                    }
                }
            }
            Payload::ExportSection(exports) => {
                for export in exports {
                    outline.exports.insert(export?.name.to_owned());
                }
            }
            Payload::MemorySection(memories) => {
                for memory in memories {
                    let memory = memory?;
                    outline
                        .memories
                        .push(format!("{}..{:?}", memory.initial, memory.maximum));
                }
            }
            _ => {}
        }
    }
    Ok(outline)
}

/// Returns whether an import belongs to the C library. Compilers differ in the loops that they
/// replace by its functions.
fn is_libc(module: &str, name: &str) -> bool {
    akira_abi::find(module, name).any(is_of_libc)
}

fn is_of_libc(call: &'static akira_abi::NativeCall) -> bool {
    akira_abi::table_of(call).is_some_and(|table| table.name == "libc")
}
