use std::path::PathBuf;

use anyhow::{Context, Result};
use xshell::{Shell, cmd};

use super::{debian, target_folder};

/// The version of MCUboot's tool that packages are held against.
const VERSION: &str = "2.5.0";

/// Finds `imgtool` of that version in a virtual environment of Python's below the target folder, or installs it there.
pub(crate) fn need_imgtool(shell: &Shell) -> Result<PathBuf> {
    let folder = target_folder(&format!("imgtool-{VERSION}"));
    let imgtool = folder.join("bin/imgtool");
    let here = cmd!(shell, "{imgtool} version");
    if here
        .quiet()
        .ignore_stderr()
        .read()
        .is_ok_and(|version| version == VERSION)
    {
        return Ok(imgtool);
    }
    need_venv(shell)?;
    println!("installing imgtool {VERSION}");
    cmd!(shell, "python3 -m venv --clear {folder}")
        .quiet()
        .run()?;
    let pip = folder.join("bin/pip");
    cmd!(shell, "{pip} install --quiet imgtool=={VERSION}")
        .quiet()
        .run()
        .with_context(|| {
            format!("cannot install imgtool {VERSION} from the Python package index")
        })?;
    Ok(imgtool)
}

/// Python comes with what makes virtual environments; Debian's has it in packages of its own.
fn need_venv(shell: &Shell) -> Result<()> {
    let modules = "import ensurepip, venv";
    let here = cmd!(shell, "python3 -c {modules}");
    if here.quiet().ignore_stderr().run().is_ok() {
        return Ok(());
    }
    debian::install(shell, &["python3", "python3-venv"])
}
