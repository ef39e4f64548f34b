use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use xshell::{Shell, cmd};

use super::{debian, target_folder};

/// Finds this version of a package in a Python virtual environment in the target directory, or
/// installs it there. Returns the directory of its programs.
pub(super) fn need_package(shell: &Shell, name: &str, version: &str) -> Result<PathBuf> {
    let folder = target_folder(&format!("{name}-{version}"));
    let programs = folder.join("bin");
    if is_installed(shell, &programs, name, version) {
        return Ok(programs);
    }
    need_venv(shell)?;
    println!("installing {name} {version}");
    cmd!(shell, "python3 -m venv --clear {folder}")
        .quiet()
        .run()?;
    let pip = programs.join("pip");
    cmd!(shell, "{pip} install --quiet {name}=={version}")
        .quiet()
        .run()
        .with_context(|| {
            format!("cannot install {name} {version} from the Python package index")
        })?;
    Ok(programs)
}

fn is_installed(shell: &Shell, programs: &Path, name: &str, version: &str) -> bool {
    let python = programs.join("python");
    let question = format!("import importlib.metadata as m; print(m.version('{name}'))");
    let found = cmd!(shell, "{python} -c {question}").quiet();
    found
        .ignore_stderr()
        .read()
        .is_ok_and(|found| found == version)
}

/// Installs the modules for virtual environments if they are missing: Debian has them in separate
/// packages.
fn need_venv(shell: &Shell) -> Result<()> {
    let modules = "import ensurepip, venv";
    let here = cmd!(shell, "python3 -c {modules}");
    if here.quiet().ignore_stderr().run().is_ok() {
        return Ok(());
    }
    debian::install(shell, &["python3", "python3-venv"])
}
