//! Runs the program in a separate process.

use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use crate::client::{Answer, call};

/// Time limit for an expected log line.
const PATIENCE: Duration = Duration::from_secs(20);

/// Temporary folder with a console's flash and a test's files.
pub(crate) struct Desk(TempDir);

impl Desk {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().expect("there is room for a folder"))
    }

    /// Writes a file in the folder and returns its path.
    pub(crate) fn put(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(name);
        std::fs::write(&path, bytes).expect("there is room for a file");
        path
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// Starts a console in the folder.
    pub(crate) fn start(&self, arguments: &[&str]) -> Console {
        Console::start(self.path(), arguments)
    }

    /// Runs another command of the program and returns its standard error.
    pub(crate) fn says(&self, arguments: &[&str]) -> String {
        let output = program(self.path(), arguments).output();
        let output = output.expect("the program can be run");
        String::from_utf8_lossy(&output.stderr).into_owned()
    }
}

fn program(folder: &Path, arguments: &[&str]) -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_akira-sim"));
    program.args(arguments).current_dir(folder);
    program
}

/// Running console. A drop kills its process.
pub(crate) struct Console {
    process: Mutex<Child>,
    pub(crate) address: String,
    /// First three lines of its output.
    pub(crate) greeting: Vec<String>,
}

impl Console {
    fn start(folder: &Path, arguments: &[&str]) -> Self {
        let mut process = program(folder, &["--port", "0"])
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program can be run");
        let output = process.stdout.take().expect("it is piped");
        let greeting = BufReader::new(output).lines().take(3);
        let greeting: io::Result<Vec<String>> = greeting.collect();
        let greeting = greeting.expect("it says where its page is");
        let address = greeting
            .first()
            .and_then(|line| line.split("http://").nth(1));
        let address = address.and_then(|rest| rest.split(' ').next());
        let address = address.unwrap_or_else(|| panic!("it did not start: {greeting:?}"));
        Self {
            address: address.to_owned(),
            process: Mutex::new(process),
            greeting,
        }
    }

    /// Sends a request and waits for the answer.
    pub(crate) fn try_call(&self, method: &str, path: &str, body: &[u8]) -> io::Result<Answer> {
        call(&self.address, method, path, "", body)
    }

    pub(crate) fn call(&self, method: &str, path: &str, body: &[u8]) -> Answer {
        let answer = self.try_call(method, path, body);
        answer.expect("the console answers")
    }

    pub(crate) fn install(&self, name: &str, package: &[u8]) -> Answer {
        self.call("POST", &format!("/api/apps/install?name={name}"), package)
    }

    /// Sends an app with a detached signature to a path.
    pub(crate) fn send_signed(&self, path: &str, package: &[u8], signature: &str) -> Answer {
        let header = format!("Akira-Signature: {signature}\r\n");
        let answer = call(&self.address, "POST", path, &header, package);
        answer.expect("the console answers")
    }

    pub(crate) fn inspect(&self, package: &[u8]) -> Answer {
        self.call("POST", "/api/v1/apps/inspect", package)
    }

    /// Requests an action on an app.
    pub(crate) fn control(&self, action: &str, name: &str) -> Answer {
        self.call("POST", &format!("/api/v1/apps/{action}?name={name}"), b"")
    }

    pub(crate) fn uninstall(&self, name: &str) -> Answer {
        self.call("DELETE", &format!("/api/v1/apps?name={name}"), b"")
    }

    /// Returns the entry of an app in the list of apps.
    pub(crate) fn app(&self, name: &str) -> Option<Value> {
        let apps = self.call("GET", "/api/v1/apps", b"").done();
        let apps = apps.as_array().expect("apps are a list");
        apps.iter().find(|app| app["name"] == name).cloned()
    }

    /// Returns the texts that an app has logged; those of the console for an empty name.
    pub(crate) fn log(&self, name: &str) -> Vec<String> {
        self.try_log(name).expect("the console answers")
    }

    pub(crate) fn try_log(&self, name: &str) -> io::Result<Vec<String>> {
        let log = self.try_call("GET", "/api/v1/logs", b"")?.done();
        let lines = log["logs"].as_array().expect("logs are a list");
        let lines = lines.iter().filter(|line| line["app"] == name);
        let text = |line: &Value| line["text"].as_str().map(str::to_owned);
        Ok(lines.filter_map(text).collect())
    }

    /// Waits until an app has logged a line that contains these words, and returns the last such
    /// line.
    pub(crate) fn until_logged(&self, name: &str, words: &str) -> String {
        let begun = Instant::now();
        loop {
            let lines = self.log(name);
            if let Some(line) = lines.iter().rfind(|line| line.contains(words)) {
                return line.clone();
            }
            assert!(
                begun.elapsed() < PATIENCE,
                "{name} does not say {words:?}: {lines:?}"
            );
        }
    }

    /// Kills the process at once (SIGKILL on Unix), at any point of its execution.
    pub(crate) fn kill(&self) {
        let mut process = self.process.lock().expect("nobody panics with it");
        let killed = process.kill().and_then(|()| process.wait());
        killed.expect("it can be killed");
    }
}

impl Drop for Console {
    fn drop(&mut self) {
        self.kill();
    }
}
