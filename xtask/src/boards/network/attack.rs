//! Attacks of peers without the token, and of peers that do not read, on the services of a board.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use super::{COMMAND_LINE, ECHO, PATIENCE, connect, enter};
use crate::boards::table::Table;

/// Number of peers. It is larger than the board's number of sockets.
const CROWD: usize = 12;

/// Prefix of the log line that counts peers without the token.
const COUNTED: &str = "command line: peers without the token: ";

/// Checks that the services stay available to others during each attack, and that each attack ends.
pub(super) fn withstand(table: &mut Table, token: &str) -> Result<()> {
    let slow = thread::spawn({
        let (silent, drips) = (connect(table, COMMAND_LINE)?, connect(table, COMMAND_LINE)?);
        move || ends(silent, b"").and_then(|()| ends(drips, b"0"))
    });
    join(slow)?;
    println!("silent and slow peers without the token are disconnected");
    a_crowd_keeps_nobody_out(table, token)?;
    wrong_tokens_lock_nobody_out(table, token)?;
    the_newest_session_stays(table, token)?;
    echoes_only_to_who_reads(table)
}

fn join(thread: thread::JoinHandle<Result<()>>) -> Result<()> {
    thread
        .join()
        .map_err(|_| anyhow::anyhow!("an attacker failed"))?
}

/// Sends a piece repeatedly until the board closes the connection.
fn ends(mut stream: TcpStream, bit: &[u8]) -> Result<()> {
    let begun = Instant::now();
    stream.set_read_timeout(Some(Duration::from_millis(200)))?;
    let mut bytes = [0; 512];
    loop {
        // Waits for the board between two pieces.
        match stream.read(&mut bytes) {
            Ok(0) => return Ok(()),
            Err(error) if !is_late(error.kind()) => return Ok(()),
            _ => {}
        }
        ensure!(
            begun.elapsed() < PATIENCE,
            "the board does not disconnect a peer without the token"
        );
        if stream.write_all(bit).is_err() {
            return Ok(());
        }
    }
}

fn is_late(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::WouldBlock | ErrorKind::TimedOut)
}

fn crowd(table: &mut Table, port: u16, sent: &[u8]) -> Result<Vec<TcpStream>> {
    let peers = (0..CROWD).map(|_| {
        let mut peer = connect(table, port)?;
        // The write fails for a peer that the board has dropped at once.
        let _ = peer.write_all(sent);
        Ok(peer)
    });
    peers.collect()
}

fn a_crowd_keeps_nobody_out(table: &mut Table, token: &str) -> Result<()> {
    let silent = crowd(table, COMMAND_LINE, b"")?;
    let half = crowd(table, COMMAND_LINE, b"0123")?;
    enter(table, token)?.console.command("apps")?;
    drop((silent, half));
    let idle = crowd(table, ECHO, b"")?;
    super::echoes(table)?;
    drop(idle);
    println!("{CROWD} idle peers lock nobody out");
    Ok(())
}

fn wrong_tokens_lock_nobody_out(table: &mut Table, token: &str) -> Result<()> {
    let wrong = crowd(table, COMMAND_LINE, b"0123\r")?;
    let begun = Instant::now();
    enter(table, token)?.console.command("apps")?;
    println!(
        "beside {CROWD} wrong tokens the owner is served after {:.1} s",
        begun.elapsed().as_secs_f32()
    );
    drop(wrong);
    let log = table.console.command("log")?;
    let counted = log.iter().filter(|line| line.contains(COUNTED)).count();
    // One line at once, and then one per minute.
    ensure!(
        (1..=4).contains(&counted),
        "{counted} lines of the log are about peers without the token"
    );
    Ok(())
}

fn the_newest_session_stays(table: &mut Table, token: &str) -> Result<()> {
    let mut old = enter(table, token)?;
    enter(table, token)?.console.command("apps")?;
    let mut rest = Vec::new();
    match old.stream.read_to_end(&mut rest) {
        Err(error) if is_late(error.kind()) => Err(error).context("the old session does not end"),
        _ => {
            println!("a peer that knows the token takes over");
            Ok(())
        }
    }
}

fn echoes_only_to_who_reads(table: &mut Table) -> Result<()> {
    let mut deaf = connect(table, ECHO)?;
    let end = loop {
        if let Err(error) = deaf.write_all(&[0; 1 << 16]) {
            break error;
        }
    };
    ensure!(
        !is_late(end.kind()),
        "the echo waits for a peer that does not read: {end}"
    );
    super::echoes(table)?;
    println!("a peer that does not read does not block the others");
    Ok(())
}
