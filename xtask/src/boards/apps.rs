//! Apps on a board: how they come there, run and go.

use anyhow::{Context, Result, bail, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::console::Console;
use crate::root;

/// The bytes of a line of base64.
pub(crate) const LINE_BYTES: usize = 57;

/// How often a transfer is asked for without one more byte.
const TRIES: usize = 100;

/// What the board says when it aborts a transfer that can be resumed.
const TIMED_OUT: &str = "ask again to resume";

/// The beats that have to come after the end of the app that spins.
const BEATS: usize = 3;

/// One that beats, one that uses devices, one that takes memory and one that spins.
pub(crate) const FOUR: [&str; 4] = ["small_beat", "small_devices", "small_hog", "small_spin"];

/// Reads a built app.
pub(crate) fn image(path: &str) -> Result<Vec<u8>> {
    let path = root().join("examples/apps/bin").join(path);
    std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))
}

/// Sends an app over the UART and installs it under its own name.
pub(crate) fn install(console: &mut Console, app: &str) -> Result<()> {
    match transfer(console, app, &image(&format!("{app}.wasm"))?)? {
        None => Ok(()),
        Some(error) => bail!("{app} was not installed: {error}"),
    }
}

/// Sends an app under another name, without its manifest, so that it is granted nothing.
pub(crate) fn install_as(console: &mut Console, app: &str, name: &str) -> Result<()> {
    let image = crate::apps::renamed(&image(&format!("{app}.wasm"))?, name)?;
    match transfer(console, name, &image)? {
        None => Ok(()),
        Some(error) => bail!("{name} was not installed: {error}"),
    }
}

/// Sends an app; returns what the board says against it. A transfer that the board aborted is resumed: where QEMU counts
/// instructions, the time for which nothing may come passes as soon as the board only waits, however soon this machine sends.
pub(crate) fn transfer(console: &mut Console, name: &str, image: &[u8]) -> Result<Option<String>> {
    let (mut sent, mut tries) = (0, 0);
    while tries < TRIES {
        let before = sent;
        match send(console, name, image, &mut sent)? {
            Some(why) if why.contains(TIMED_OUT) => {
                // What was on its way came as a command.
                console.answer("what came too late")?;
                tries = if sent > before { 0 } else { tries + 1 };
            }
            end => return Ok(end),
        }
    }
    bail!("the board gave up on {name} {TRIES} times at byte {sent}")
}

/// Sends what the board has not got yet of an app; returns what it says against it, and notes how much of it the board has.
fn send(
    console: &mut Console,
    name: &str,
    image: &[u8],
    arrived: &mut usize,
) -> Result<Option<String>> {
    console.send(&format!(
        "install {name} {} {:08x}",
        image.len(),
        crc32(image)
    ))?;
    let mut sent = None;
    loop {
        let answer = console.expect_line("the answer to a line of base64")?;
        if let Some(error) = answer.strip_prefix("error: ") {
            return Ok(Some(error.to_owned()));
        }
        if let Some((_, why)) = answer.strip_prefix('-').and_then(|no| no.split_once(' ')) {
            console.interrupt()?;
            return Ok(Some(why.to_owned()));
        }
        let wanted = answer.strip_prefix('+').and_then(|at| at.parse().ok());
        let wanted = wanted.filter(|at| *at <= image.len() && sent.is_none_or(|sent| sent == *at));
        let at = wanted
            .with_context(|| format!("the board wants to go on at {answer}, not at {sent:?}"))?;
        *arrived = at;
        if at == image.len() {
            break;
        }
        let end = image.len().min(at + LINE_BYTES);
        console.send(&STANDARD.encode(&image[at..end]))?;
        sent = Some(end);
    }
    console.send(".")?;
    Ok(console.answer("the end of an app")?.1)
}

/// Runs an app that is installed to its end, and returns what it and the board wrote about it.
pub(crate) fn run(console: &mut Console, app: &str, end: &str) -> Result<Vec<String>> {
    console.command(&format!("start {app}"))?;
    let last = format!("{app}: {end}");
    let mut lines = console.follow_log(&last, |line| line == last)?;
    lines.retain(|line| line.starts_with(&format!("{app}: ")));
    Ok(lines)
}

/// Runs `small_beat`, `small_spin` and others that return: nobody disturbs the one that beats, and the one that spins ends.
pub(crate) fn run_at_once(console: &mut Console, all: &[&str]) -> Result<()> {
    for app in all {
        install(console, app)?;
    }
    for app in all {
        console.command(&format!("start {app}"))?;
    }
    let mut beats = Vec::new();
    let mut beats_after = None;
    let lines = console.follow_log("beats after the end of small_spin", |line| {
        if let Some(beat) = line.strip_prefix("small_beat: beat ") {
            beats.push(beat.to_owned());
        }
        if line == "small_spin: trapped: CPU budget used up" {
            beats_after = Some(beats.len() + BEATS);
        }
        beats_after.is_some_and(|enough| beats.len() >= enough)
    })?;
    let expected: Vec<String> = (1..=beats.len()).map(|beat| beat.to_string()).collect();
    ensure!(beats == expected, "small_beat missed a beat: {beats:?}");
    let returning = all
        .iter()
        .filter(|app| !matches!(**app, "small_beat" | "small_spin"));
    for last in returning.map(|app| format!("{app}: returned 0")) {
        ensure!(
            lines.contains(&last),
            "no `{last}` in\n{}",
            lines.join("\n")
        );
    }
    println!(
        "{} apps at once: {} beats beside one that spins",
        all.len(),
        beats.len()
    );
    for app in all {
        console.command(&format!("uninstall {app}"))?;
    }
    Ok(())
}

/// The CRC-32 of zip and Ethernet.
fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = (crc >> 1) ^ (0xEDB8_8320 & 0_u32.wrapping_sub(crc & 1));
        }
    }
    !crc
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_value_of_crc_32_is_the_standards() {
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
    }
}
