//! Builds the guest apps under `examples/apps`, embeds their manifests, and compares them with the
//! committed modules.

mod built_with;
mod c;
mod compare;
mod kernels;
mod malformed;
mod manifest;
mod rust;
mod section;
mod source;

pub(crate) use section::with_manifest;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use wasmparser::{Validator, WasmFeatures};
use xshell::Shell;

use built_with::BuiltWith;
use source::{Language, Source};

use crate::root;
use crate::toolchain::{Clang, CrossCargo};

/// Built modules by their path below `bin`.
type Modules = BTreeMap<PathBuf, Vec<u8>>;

/// Builds every app into `bin`, or with `check` compares the built apps with the committed ones.
pub(crate) fn run(check: bool) -> Result<()> {
    let shell = Shell::new()?;
    let clang = Clang::find(&shell)?;
    let cargo = CrossCargo::find(&shell, "wasm32-unknown-unknown")?;
    let built_with = BuiltWith {
        clang: clang.version(&shell)?,
        rustc: cargo.version(&shell)?,
    };
    let sources = source::all(&folder())?;
    let mut modules = Modules::new();
    rust::build(&shell, &cargo)?;
    for source in &sources {
        let module = build(&shell, &clang, &cargo, source);
        let module = module.with_context(|| format!("app {}", source.name))?;
        modules.insert(format!("{}.wasm", source.name).into(), module);
    }
    malformed::add(&mut modules)?;
    let same_rustc =
        BuiltWith::read(&bin()).is_ok_and(|recorded| recorded.rustc == built_with.rustc);
    kernels::run(&shell, &cargo, check, same_rustc)?;
    if check {
        compare::check(&bin(), &sources, &modules, &built_with)
    } else {
        write(&modules, &built_with)
    }
}

/// Returns a module whose manifest is replaced by one that has only a name.
pub(crate) fn renamed(module: &[u8], name: &str) -> Result<Vec<u8>> {
    let manifest = format!("{{\"name\": \"{name}\"}}");
    section::with_manifest(module, manifest.as_bytes())
}

fn build(shell: &Shell, clang: &Clang, cargo: &CrossCargo, source: &Source) -> Result<Vec<u8>> {
    let module = match source.language {
        Language::C => c::build(shell, clang, source)?,
        Language::Rust => rust::module(cargo, source)?,
        Language::Wat => wat::parse_file(source.folder.join("main.wat"))?,
    };
    let manifest = manifest::read(&source.folder.join("manifest.json"), &source.name)?;
    let module = section::with_manifest(&module, &manifest)?;
    validate(&module).context("the module is not valid")?;
    Ok(module)
}

/// Validates a module. Memories with pages of one byte are allowed, as in the runtime.
fn validate(module: &[u8]) -> Result<()> {
    let features = WasmFeatures::default() | WasmFeatures::CUSTOM_PAGE_SIZES;
    Validator::new_with_features(features).validate_all(module)?;
    Ok(())
}

fn write(modules: &Modules, built_with: &BuiltWith) -> Result<()> {
    let bin = bin();
    if bin.exists() {
        std::fs::remove_dir_all(&bin)?;
    }
    std::fs::create_dir_all(bin.join("malformed"))?;
    for (path, module) in modules {
        std::fs::write(bin.join(path), module)?;
    }
    built_with.write(&bin)?;
    println!("built {} modules", modules.len());
    Ok(())
}

/// Reads the committed modules in `bin`.
fn committed(bin: &Path) -> Result<Modules> {
    let mut modules = Modules::new();
    for folder in [bin.to_owned(), bin.join("malformed")] {
        for entry in std::fs::read_dir(&folder)
            .with_context(|| format!("cannot read {}", folder.display()))?
        {
            let path = entry?.path();
            if path
                .extension()
                .is_some_and(|extension| extension == "wasm")
            {
                modules.insert(path.strip_prefix(bin)?.to_owned(), std::fs::read(&path)?);
            }
        }
    }
    if modules.is_empty() {
        bail!("no modules in {}; fix: cargo xtask apps", bin.display());
    }
    Ok(modules)
}

fn folder() -> PathBuf {
    root().join("examples").join("apps")
}

fn bin() -> PathBuf {
    folder().join("bin")
}
