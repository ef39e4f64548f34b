//! QEMU's monitor (QMP), for what a serial port does not show: the screen and the keys.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

/// How long an answer, or a change of the screen, may take: far longer than it does, for machines with much to do.
const PATIENCE: Duration = Duration::from_secs(120);

/// Where QEMU is to call when it starts.
pub(crate) struct Door(TcpListener);

impl Door {
    /// Opens a door that only this machine reaches.
    pub(crate) fn open() -> Result<Self> {
        Ok(Self(TcpListener::bind("127.0.0.1:0")?))
    }

    /// Returns the arguments with which QEMU calls there.
    pub(crate) fn arguments(&self) -> Result<[String; 2]> {
        Ok(["-qmp".into(), format!("tcp:{}", self.0.local_addr()?)])
    }

    /// Lets a QEMU in that has started.
    pub(crate) fn enter(self) -> Result<Monitor> {
        let (stream, _) = self.0.accept()?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let mut monitor = Monitor(BufReader::new(stream));
        monitor.receive().context("QEMU's monitor does not greet")?;
        monitor.execute("qmp_capabilities", json!({}))?;
        Ok(monitor)
    }
}

/// The monitor of a machine that runs.
pub(crate) struct Monitor(BufReader<TcpStream>);

impl Monitor {
    /// Presses a key and releases it; keys have the names of QEMU's `QKeyCode`.
    pub(crate) fn tap(&mut self, key: &str) -> Result<()> {
        for down in [true, false] {
            let key = json!({"down": down, "key": {"type": "qcode", "data": key}});
            let events = json!({"events": [{"type": "key", "data": key}]});
            self.execute("input-send-event", events)?;
        }
        Ok(())
    }

    /// Writes what the screen shows to a PNG.
    pub(crate) fn shoot(&mut self, to: &Path) -> Result<()> {
        self.execute("screendump", json!({"filename": to, "format": "png"}))
    }

    fn execute(&mut self, command: &str, arguments: Value) -> Result<()> {
        let request = json!({"execute": command, "arguments": arguments});
        writeln!(self.0.get_mut(), "{request}")?;
        loop {
            let answer = self.receive()?;
            if answer.get("return").is_some() {
                return Ok(());
            }
            if let Some(error) = answer.get("error") {
                bail!("QEMU's monitor answers {command} with {error}");
            }
            // Anything else is an event.
        }
    }

    fn receive(&mut self) -> Result<Value> {
        let mut line = String::new();
        self.0.read_line(&mut line)?;
        Ok(serde_json::from_str(&line)?)
    }
}

/// Waits until something is to be seen, by looking again and again.
pub(crate) fn wait_until(what: &str, mut is_so: impl FnMut() -> Result<bool>) -> Result<()> {
    let end = Instant::now() + PATIENCE;
    while !is_so()? {
        if Instant::now() > end {
            bail!("it did not come to be that {what}");
        }
    }
    Ok(())
}
