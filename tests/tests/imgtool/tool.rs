//! Runs imgtool in its own temporary directory.

use std::process::{Command, Output};

use tempfile::TempDir;

/// imgtool with the directory of its files.
pub(crate) struct Imgtool(TempDir);

impl Imgtool {
    pub(crate) fn new() -> Self {
        Self(TempDir::new().expect("there is room for a folder"))
    }

    /// Signs `app.wasm` with `key.pem` into `app.bin`.
    pub(crate) fn sign(&self, extra: &[&str]) {
        let usual = "sign -k key.pem -H 0x20 --pad-header -S 0x10000 -v 1.2.3+4";
        let arguments: Vec<&str> = usual.split(' ').chain(extra.iter().copied()).collect();
        self.run(&[&arguments[..], &["app.wasm", "app.bin"]].concat());
    }

    /// Runs imgtool and returns its output.
    pub(crate) fn run(&self, arguments: &[&str]) -> String {
        let output = self.output(arguments);
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8_lossy(&said).into_owned();
        assert!(output.status.success(), "imgtool {arguments:?}: {said}");
        said
    }

    pub(crate) fn succeeds(&self, arguments: &[&str]) -> bool {
        self.output(arguments).status.success()
    }

    fn output(&self, arguments: &[&str]) -> Output {
        let tool = std::env::var_os("AKIRA_IMGTOOL");
        let tool = tool.expect("AKIRA_IMGTOOL names imgtool: run `cargo xtask packages`");
        let mut command = Command::new(tool);
        command.current_dir(&self.0).args(arguments);
        command.output().expect("it is a program")
    }

    pub(crate) fn write(&self, name: &str, contents: &[u8]) {
        std::fs::write(self.0.path().join(name), contents).expect("there is room");
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.0.path().join(name)).expect("it was written")
    }
}
