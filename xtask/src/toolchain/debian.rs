use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result, bail};
use xshell::{Shell, cmd};

/// Held during an installation: steps run in parallel, and apt refuses to run twice.
static INSTALLING: Mutex<()> = Mutex::new(());

/// Installs the missing ones of these packages.
///
/// Needs root on Debian. On other systems it fails with an error that names the packages.
pub(crate) fn install(shell: &Shell, packages: &[&str]) -> Result<()> {
    let _alone = INSTALLING.lock().unwrap_or_else(PoisonError::into_inner);
    let missing: Vec<&str> = packages
        .iter()
        .copied()
        .filter(|p| !is_installed(shell, p))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let names = missing.join(" ");
    if !can_install(shell) {
        bail!(
            "missing Debian packages: {names} (as root on Debian they are installed automatically)"
        );
    }
    println!("installing {names}");
    cmd!(shell, "apt-get update --quiet=2").quiet().run()?;
    cmd!(
        shell,
        "apt-get install --yes --quiet=2 --no-install-recommends {missing...}"
    )
    .env("DEBIAN_FRONTEND", "noninteractive")
    .quiet()
    .ignore_stdout()
    .run()
    .with_context(|| format!("cannot install {names}"))
}

fn is_installed(shell: &Shell, package: &str) -> bool {
    let format = "--showformat=${Status}";
    let status = cmd!(shell, "dpkg-query --show {format} {package}");
    let status = status.quiet().ignore_stderr().read();
    status.is_ok_and(|status| status == "install ok installed")
}

fn can_install(shell: &Shell) -> bool {
    let id = cmd!(shell, "id -u").quiet().read();
    id.is_ok_and(|id| id == "0") && cmd!(shell, "apt-get --version").quiet().read().is_ok()
}
