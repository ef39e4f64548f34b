//! Tests of a board's network from the side of its peers.

mod attack;

use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use super::apps;
use super::table::Table;
use akira_conform::serial::Console;

pub(crate) const ECHO: u16 = 7;
pub(crate) const COMMAND_LINE: u16 = 2323;

/// Timeout of a peer, for loaded machines.
const PATIENCE: Duration = Duration::from_secs(60);

/// Number of echoed bytes.
const ECHOED: usize = 1 << 20;

/// Command line over TCP; dropping it closes the connection.
struct Remote {
    console: Console,
    stream: TcpStream,
}

impl Drop for Remote {
    fn drop(&mut self) {
        // The console reads from another handle of the same connection, which this closes too. If
        // the board has closed it, the error is ignored.
        let _ = self.stream.shutdown(Shutdown::Both);
    }
}

/// Checks the address, the echo, the command line, attacks on it, and a peer that disappears.
pub(crate) fn check(table: &mut Table) -> Result<()> {
    has_an_address(&mut table.console)?;
    echoes(table)?;
    let token = token(&mut table.console)?;
    refuses_who_does_not_know_the_token(table)?;
    installs_over_tcp(table, &token)?;
    attack::withstand(table, &token)?;
    outlives_a_dead_peer(table, &token)
}

fn has_an_address(console: &mut Console) -> Result<()> {
    let is_address = |line: &str| line.contains("network: the address is ");
    let lines = console.follow_log("an address by DHCP", is_address)?;
    println!("{}", lines.last().map_or("", |line| line));
    Ok(())
}

/// Reads the token from the UART, to which only the owner of the board has access.
fn token(console: &mut Console) -> Result<String> {
    let stats = console.command("stats")?;
    let line = stats
        .iter()
        .find_map(|line| line.split_once(" with token "));
    let (_, token) = line.with_context(|| format!("no token in {stats:?}"))?;
    Ok(token.to_owned())
}

fn echoes(table: &mut Table) -> Result<()> {
    let mut stream = connect(table, ECHO)?;
    // A pattern in which no two frames start with the same bytes.
    let sent: Vec<u8> = (0..ECHOED)
        .map(|at| (at ^ at >> 8 ^ at >> 16) as u8)
        .collect();
    let start = Instant::now();
    let mut output = stream.try_clone()?;
    let copy = sent.clone();
    let sender = thread::spawn(move || {
        output.write_all(&copy)?;
        output.shutdown(Shutdown::Write)
    });
    let mut received = Vec::new();
    stream
        .read_to_end(&mut received)
        .context("the echo failed")?;
    sender
        .join()
        .map_err(|_| anyhow::anyhow!("the sender failed"))??;
    ensure!(
        received == sent,
        "{} of {ECHOED} bytes came back",
        received.len()
    );
    println!(
        "{ECHOED} bytes come back over TCP, in {:.1} s",
        start.elapsed().as_secs_f32()
    );
    Ok(())
}

fn refuses_who_does_not_know_the_token(table: &mut Table) -> Result<()> {
    let mut stream = connect(table, COMMAND_LINE)?;
    stream.write_all(b"help\rapps\r")?;
    let mut answer = String::new();
    stream
        .read_to_string(&mut answer)
        .context("the refusal was not received")?;
    let lines: Vec<&str> = answer.lines().collect();
    match lines[..] {
        ["token?", refusal] if refusal.starts_with("error: that is not the token") => {}
        _ => bail!("without the token the command line answers {answer}"),
    }
    println!("the command line refuses a peer without the token");
    Ok(())
}

fn installs_over_tcp(table: &mut Table, token: &str) -> Result<()> {
    let mut remote = enter(table, token)?;
    apps::install(&mut remote.console, "small_devices")?;
    apps::run(&mut table.console, "small_devices", "returned 0")?;
    remote.console.command("uninstall small_devices")?;
    println!("an app is installed over TCP and runs");
    Ok(())
}

/// With the cable disconnected, the board gets no message that the peer has gone.
fn outlives_a_dead_peer(table: &mut Table, token: &str) -> Result<()> {
    let remote = enter(table, token)?;
    table.monitor.set_link(false)?;
    let is_end = |line: &str| line.contains("command line: ") && line.contains("the link failed");
    table.console.command("apps")?;
    table
        .console
        .follow_log("the end of a dead connection", is_end)?;
    drop(remote);
    table.monitor.set_link(true)?;
    enter(table, token)?.console.command("apps")?;
    println!("a peer that vanishes silently does not block the others");
    Ok(())
}

/// Opens the command line. The board may still be closing the previous session, so connecting is
/// retried.
fn enter(table: &mut Table, token: &str) -> Result<Remote> {
    let end = Instant::now() + PATIENCE;
    loop {
        let stream = connect(table, COMMAND_LINE)?;
        let mut console = Console::new(stream.try_clone()?, stream.try_clone()?, table.greeting);
        match console.expect_line("the question for the token") {
            Ok(question) => ensure!(question == "token?", "{question}"),
            Err(_) if Instant::now() < end => continue,
            Err(error) => return Err(error),
        }
        console.command(token)?;
        console.command("echo off")?;
        console.command("prompt off")?;
        return Ok(Remote { console, stream });
    }
}

fn connect(table: &mut Table, port: u16) -> Result<TcpStream> {
    let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, table.monitor.port(port)?))?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    Ok(stream)
}
