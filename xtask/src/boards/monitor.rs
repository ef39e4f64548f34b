//! QEMU's monitor (QMP), for the screen and the keys, which the UART does not cover.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

/// Maximum time for an answer or a change of the screen. It is far longer than normal, for loaded
/// machines.
const PATIENCE: Duration = Duration::from_secs(120);

/// Socket to which QEMU connects at its start.
pub(crate) struct Door(TcpListener);

impl Door {
    /// Opens a socket that is reachable only from this machine.
    pub(crate) fn open() -> Result<Self> {
        Ok(Self(TcpListener::bind("127.0.0.1:0")?))
    }

    /// Returns the arguments with which QEMU connects to the socket.
    pub(crate) fn arguments(&self) -> Result<Vec<String>> {
        Ok(vec!["-qmp".into(), format!("tcp:{}", self.0.local_addr()?)])
    }

    /// Accepts the connection of a QEMU that has started.
    pub(crate) fn enter(self) -> Result<Monitor> {
        let (stream, _) = self.0.accept()?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let mut monitor = Monitor(BufReader::new(stream));
        monitor
            .receive()
            .context("QEMU's monitor sends no greeting")?;
        monitor.execute("qmp_capabilities", json!({}))?;
        Ok(monitor)
    }
}

/// Monitor of a running machine.
pub(crate) struct Monitor(BufReader<TcpStream>);

impl Monitor {
    /// Presses and releases a key. Keys have the names of QEMU's `QKeyCode`.
    pub(crate) fn tap(&mut self, key: &str) -> Result<()> {
        for down in [true, false] {
            let key = json!({"down": down, "key": {"type": "qcode", "data": key}});
            let events = json!({"events": [{"type": "key", "data": key}]});
            self.execute("input-send-event", events)?;
        }
        Ok(())
    }

    /// Writes a picture of the screen to a PNG file.
    pub(crate) fn shoot(&mut self, to: &Path) -> Result<()> {
        self.execute("screendump", json!({"filename": to, "format": "png"}))?;
        Ok(())
    }

    /// Connects or disconnects the network cable. While it is disconnected, frames are lost in both
    /// directions.
    pub(crate) fn set_link(&mut self, up: bool) -> Result<()> {
        self.execute("set_link", json!({"name": "net", "up": up}))?;
        Ok(())
    }

    /// Reads a byte of the machine's memory or of a device's registers.
    pub(crate) fn byte(&mut self, address: u32) -> Result<u8> {
        let command = format!("xp /1bx {address:#x}");
        let answer = self.execute("human-monitor-command", json!({"command-line": command}))?;
        let answer = answer.as_str().unwrap_or_default();
        let byte = answer.rsplit("0x").next().unwrap_or_default().trim();
        u8::from_str_radix(byte, 16).with_context(|| format!("no byte in {answer}"))
    }

    /// Returns the host port that is forwarded to a port of the board.
    pub(crate) fn port(&mut self, port: u16) -> Result<u16> {
        let command = json!({"command-line": "info usernet"});
        let answer = self.execute("human-monitor-command", command)?;
        let answer = answer.as_str().unwrap_or_default();
        let forward = answer.lines().find_map(|line| forward(line, port));
        forward.with_context(|| format!("no port is forwarded to {port} in\n{answer}"))
    }

    fn execute(&mut self, command: &str, arguments: Value) -> Result<Value> {
        let request = json!({"execute": command, "arguments": arguments});
        writeln!(self.0.get_mut(), "{request}")?;
        loop {
            let mut answer = self.receive()?;
            if let Some(value) = answer.get_mut("return") {
                return Ok(value.take());
            }
            if let Some(error) = answer.get("error") {
                bail!("QEMU's monitor answers {command} with {error}");
            }
            // Any other message is an event.
        }
    }

    fn receive(&mut self) -> Result<Value> {
        let mut line = String::new();
        self.0.read_line(&mut line)?;
        Ok(serde_json::from_str(&line)?)
    }
}

/// Parses a line such as `TCP[HOST_FORWARD]  9  127.0.0.1 33845  10.0.2.15  7  0  0`.
fn forward(line: &str, to: u16) -> Option<u16> {
    let mut words = line.split_whitespace();
    if words.next()? != "TCP[HOST_FORWARD]" {
        return None;
    }
    let (from, board) = (
        words.nth(2)?.parse().ok()?,
        words.nth(1)?.parse::<u16>().ok()?,
    );
    (board == to).then_some(from)
}

/// Waits until a condition holds, by polling.
pub(crate) fn wait_until(what: &str, mut is_so: impl FnMut() -> Result<bool>) -> Result<()> {
    let end = Instant::now() + PATIENCE;
    while !is_so()? {
        if Instant::now() > end {
            bail!("timed out waiting until {what}");
        }
    }
    Ok(())
}
