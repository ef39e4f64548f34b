//! Builds ahead: uses the cores that a step leaves idle for what a later step needs.

use std::process::{Child, Command, Stdio};

/// Command of `cargo xtask` that builds, without output, what `fuzz-smoke` needs.
const BUILD: &str = "build-ahead";

/// Build that runs beside the steps of CI with the lowest priority. It is ended when this is dropped.
///
/// It tells nothing: the step that needs its output builds again, which waits for a build that still
/// runs, compiles what is missing, and shows the errors.
pub(crate) struct Ahead(Child);

impl Ahead {
    /// Begins to build; `None` on a machine that has no `nice`.
    pub(crate) fn begin() -> Option<Self> {
        let program = std::env::current_exe().ok()?;
        let mut nice = Command::new("nice");
        nice.args(["-n", "19"]).arg(program).arg(BUILD);
        nice.stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut nice, 0);
        nice.spawn().ok().map(Self)
    }
}

impl Drop for Ahead {
    fn drop(&mut self) {
        // The compilers are in its process group. A build that has ended has none left.
        let group = format!("-{}", self.0.id());
        let mut kill = Command::new("kill");
        let _ = kill
            .args(["-TERM", "--", &group])
            .stderr(Stdio::null())
            .status();
        let _ = self.0.wait();
    }
}
