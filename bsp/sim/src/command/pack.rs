use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use akira::abi::caps::{Manifest, resolve};
use akira_pack::{embed_manifest, embedded_manifest, is_signed};
use anyhow::{Context, anyhow, bail, ensure};
use clap::Args;

use super::terminal;

/// What `--help` says after the options.
const HELP: &str = "\
Without -o the result is written beside the app: lamp.wasm becomes lamp.packed.wasm. The app itself is written only with --in-place.

Examples:
  cargo run -- pack lamp.wasm --manifest manifest.json
  cargo run -- pack lamp.wasm --manifest manifest.json -o build/lamp.wasm
  cargo run -- pack lamp.wasm --manifest manifest.json --in-place --replace";

#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(super) struct PackArgs {
    /// The app: a WebAssembly module.
    app: PathBuf,
    /// The manifest: a JSON file of at most 8192 bytes.
    #[arg(long, value_name = "FILE")]
    manifest: PathBuf,
    /// Where the app with its manifest is written; a file of that name is replaced.
    #[arg(long, short, value_name = "FILE", conflicts_with = "in_place")]
    output: Option<PathBuf>,
    /// Write the app with its manifest in place of the app.
    #[arg(long)]
    in_place: bool,
    /// Replace the manifest that the app has.
    #[arg(long)]
    replace: bool,
}

/// Writes an app with a manifest inside.
pub(super) fn pack(args: &PackArgs) -> anyhow::Result<ExitCode> {
    let output = args.output()?;
    let app = args.app.display();
    let module = fs::read(&args.app).with_context(|| format!("{app} cannot be read"))?;
    let file = args.manifest.display();
    let text =
        fs::read(&args.manifest).with_context(|| format!("the manifest {file} cannot be read"))?;
    let manifest = Manifest::parse(&text);
    let manifest = manifest.map_err(|error| anyhow!("the manifest {file} is refused: {error}"))?;
    args.check(&module)?;
    let packed = embed_manifest(&module, &text).with_context(|| format!("{app} is not packed"))?;
    write(&output, &packed).with_context(|| format!("{} cannot be written", output.display()))?;
    report(&output, packed.len(), &args.manifest, &manifest);
    Ok(ExitCode::SUCCESS)
}

impl PackArgs {
    /// Returns where the result is written, which is no file that is read, unless that was asked for.
    fn output(&self) -> anyhow::Result<PathBuf> {
        if self.in_place {
            return Ok(self.app.clone());
        }
        let beside = || self.app.with_extension("packed.wasm");
        let output = self.output.clone().unwrap_or_else(beside);
        let name = output.display();
        ensure!(
            !is_same(&output, &self.app),
            "{name} is the app itself: name another file with -o, or replace the app with --in-place"
        );
        ensure!(
            !is_same(&output, &self.manifest),
            "{name} is the manifest: name another file with -o"
        );
        Ok(output)
    }

    /// Refuses a file that is no module, and one that would lose something.
    fn check(&self, module: &[u8]) -> anyhow::Result<()> {
        let app = self.app.display();
        let present = embedded_manifest(module).map_err(|error| {
            anyhow!(
                "{app} cannot hold a manifest: {error}. Name the .wasm file that the compiler wrote"
            )
        })?;
        if let (Some(present), false) = (present, self.replace) {
            bail!(
                "{app} already has a manifest{}: replace it with --replace, or see it with inspect",
                named(&Manifest::parse(present).unwrap_or_default())
            );
        }
        ensure!(
            !is_signed(module).unwrap_or_default(),
            "{app} is signed, and no signature holds for another manifest: pack the unsigned app, then sign the result"
        );
        Ok(())
    }
}

/// Tells whether two paths lead to one file.
fn is_same(one: &Path, other: &Path) -> bool {
    let real = [one, other].map(fs::canonicalize);
    matches!(real, [Ok(one), Ok(other)] if one == other)
}

/// Writes a file whole or not at all; what is no file, such as a pipe, is written as it is.
fn write(output: &Path, bytes: &[u8]) -> io::Result<()> {
    let target = fs::canonicalize(output).unwrap_or_else(|_| output.to_path_buf());
    if fs::metadata(&target).is_ok_and(|target| !target.is_file()) {
        return fs::write(&target, bytes);
    }
    let mut unfinished = target.clone().into_os_string();
    unfinished.push(format!(".{}.tmp", std::process::id()));
    let renamed = fs::write(&unfinished, bytes).and_then(|()| fs::rename(&unfinished, &target));
    renamed.inspect_err(|_| {
        // It may not be there.
        let _ = fs::remove_file(&unfinished);
    })
}

/// Says what was written, and what of the manifest a device ignores.
fn report(output: &Path, bytes: usize, file: &Path, manifest: &Manifest<'_>) {
    terminal::note(format_args!(
        "{}: {bytes} bytes, with the manifest {}{}",
        output.display(),
        file.display(),
        named(manifest)
    ));
    let mut asks = false;
    for name in manifest.capabilities.iter() {
        asks = true;
        match resolve(&name.to_string(), &[]) {
            Some(_) => terminal::note(format_args!("  asks for {name}")),
            None => terminal::note(format_args!(
                "  ? {name}: unknown capability, grants nothing"
            )),
        }
    }
    if !asks {
        terminal::note(format_args!("  asks for no capability"));
    }
    if manifest.name.is_none() {
        terminal::note(format_args!(
            "  ! it has no name: the app is named after its file"
        ));
    }
    for warning in manifest.warnings() {
        terminal::note(format_args!("  ! {warning}"));
    }
}

/// Returns the name and the version in a manifest, as a sentence continues with them.
fn named(manifest: &Manifest<'_>) -> String {
    match (&manifest.name, manifest.version.as_str()) {
        (None, _) => String::new(),
        (Some(name), "") => format!(" of {name}"),
        (Some(name), version) => format!(" of {name} {version}"),
    }
}
