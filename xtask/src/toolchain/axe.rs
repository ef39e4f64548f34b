use std::path::PathBuf;

use anyhow::{Context, Result};
use xshell::{Shell, cmd};

use super::{npm, target_folder};

/// Version of axe-core with which the page is checked.
const VERSION: &str = "4.14.1";

/// Finds the script of this axe-core version in the target directory, or downloads it there.
pub(crate) fn need_axe(shell: &Shell) -> Result<PathBuf> {
    let folder = target_folder(&format!("axe-core-{VERSION}"));
    let script = folder.join("package/axe.min.js");
    if script.is_file() {
        return Ok(script);
    }
    npm::need(shell)?;
    println!("fetching axe-core {VERSION}");
    shell.create_dir(&folder)?;
    let _folder = shell.push_dir(&folder);
    cmd!(shell, "npm pack --silent axe-core@{VERSION}")
        .quiet()
        .ignore_stdout()
        .run()
        .with_context(|| format!("cannot fetch axe-core {VERSION} from the npm registry"))?;
    let archive = format!("axe-core-{VERSION}.tgz");
    cmd!(
        shell,
        "tar --extract --gzip --file {archive} package/axe.min.js"
    )
    .quiet()
    .run()?;
    Ok(script)
}
