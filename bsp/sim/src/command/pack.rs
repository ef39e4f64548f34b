use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use akira::abi::caps::{Manifest, resolve};
use akira_pack::{embed_manifest, embedded_manifest, is_signed};
use anyhow::{Context, anyhow, bail, ensure};
use clap::Args;

use super::terminal;

/// Text of `--help` after the options.
const HELP: &str = "\
Without -o the result is written beside the app: lamp.wasm becomes lamp.packed.wasm. The app itself is overwritten only with --in-place.

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
    /// Output file: the app with its manifest. An existing file is replaced.
    #[arg(long, short, value_name = "FILE", conflicts_with = "in_place")]
    output: Option<PathBuf>,
    /// Overwrite the app file with the packed app.
    #[arg(long)]
    in_place: bool,
    /// Replace the manifest that is already embedded in the app.
    #[arg(long)]
    replace: bool,
}

/// Embeds a manifest in an app and writes the result.
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
    /// Returns the path of the output file. It must not be one of the input files, except with
    /// `--in-place`.
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

    /// Returns an error if the file is not a module, or if packing would drop its manifest or
    /// invalidate its signature.
    fn check(&self, module: &[u8]) -> anyhow::Result<()> {
        let app = self.app.display();
        let present = embedded_manifest(module).map_err(|error| {
            anyhow!(
                "{app} cannot hold a manifest: {error}. Name the .wasm file that the compiler wrote"
            )
        })?;
        if let (Some(present), false) = (present, self.replace) {
            bail!(
                "{app} already has a manifest{}: replace it with --replace, or show it with inspect",
                named(&Manifest::parse(present).unwrap_or_default())
            );
        }
        ensure!(
            !is_signed(module).unwrap_or_default(),
            "{app} is signed, and another manifest would invalidate the signature: pack the unsigned app, then sign the result"
        );
        Ok(())
    }
}

/// Returns whether two paths name the same existing file.
fn is_same(one: &Path, other: &Path) -> bool {
    let real = [one, other].map(fs::canonicalize);
    matches!(real, [Ok(one), Ok(other)] if one == other)
}

/// Writes a file atomically, by a rename. A target that is not a regular file, such as a pipe, is
/// written directly.
fn write(output: &Path, bytes: &[u8]) -> io::Result<()> {
    let target = fs::canonicalize(output).unwrap_or_else(|_| output.to_path_buf());
    if fs::metadata(&target).is_ok_and(|target| !target.is_file()) {
        return fs::write(&target, bytes);
    }
    let mut unfinished = target.clone().into_os_string();
    unfinished.push(format!(".{}.tmp", std::process::id()));
    let renamed = fs::write(&unfinished, bytes).and_then(|()| fs::rename(&unfinished, &target));
    renamed.inspect_err(|_| {
        // An error is ignored: the temporary file may not exist.
        let _ = fs::remove_file(&unfinished);
    })
}

/// Prints the size of the output, the requested capabilities, and warnings about the manifest.
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

/// Returns ` of NAME VERSION` for the end of a sentence; empty for a manifest without a name.
fn named(manifest: &Manifest<'_>) -> String {
    match (&manifest.name, manifest.version.as_str()) {
        (None, _) => String::new(),
        (Some(name), "") => format!(" of {name}"),
        (Some(name), version) => format!(" of {name} {version}"),
    }
}
