//! Starts chromedriver, which starts the browser.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::Value;

/// Timeout of a command of chromedriver.
const PATIENCE: Duration = Duration::from_secs(30);
const MISSING: &str = "chromedriver cannot be started. The browser test needs chromium and chromedriver; \
                       `cargo xtask browser` installs them on Debian";

/// Chromedriver on a free port. A drop ends it and its browsers.
pub(crate) struct Driver {
    process: Child,
    port: u16,
}

impl Driver {
    pub(crate) fn start() -> Self {
        let mut process = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect(MISSING);
        let output = process.stdout.take().expect("the output is piped");
        let mut lines = BufReader::new(output).lines().map_while(Result::ok);
        let port = lines
            .find_map(|line| port_in(&line))
            .expect("chromedriver says on which port it listens");
        Self { process, port }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Sends a command specific to chromedriver, which WebDriver and therefore fantoccini lack.
    /// Returns its value.
    pub(crate) fn ask_session(&self, session: &str, command: &str, body: &Value) -> Value {
        let path = format!("/session/{session}/{command}");
        let answer = self.ask("POST", &path, &body.to_string());
        let answer =
            answer.unwrap_or_else(|error| panic!("chromedriver, asked for {command}: {error}"));
        let mut answer: Value =
            serde_json::from_str(&answer).expect("chromedriver answers in JSON");
        answer["value"].take()
    }

    fn ask(&self, method: &str, path: &str, body: &str) -> io::Result<String> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port))?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let (host, length) = (self.port, body.len());
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{host}\r\nContent-Length: {length}\r\n\r\n{body}"
        )?;
        read_answer(BufReader::new(stream))
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.ask("GET", "/shutdown", "");
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Returns the port in `ChromeDriver was started successfully on port 9515.`
fn port_in(line: &str) -> Option<u16> {
    let (_, port) = line.split_once("started successfully on port ")?;
    port.trim_end_matches('.').parse().ok()
}

fn read_answer(mut reader: impl BufRead) -> io::Result<String> {
    let mut length = 0;
    for line in reader.by_ref().lines() {
        let line = line?.to_ascii_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().map_err(io::Error::other)?;
        }
    }
    let mut body = String::new();
    reader.take(length).read_to_string(&mut body)?;
    Ok(body)
}
