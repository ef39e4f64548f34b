use std::cell::Cell;
use std::io::Read;
use std::path::Path;
use std::process::ExitCode;
use std::rc::Rc;
use std::time::Duration;

use akira::abi::{Clock, Instant};
use akira::install::Offer;
use anyhow::{Context, bail, ensure};

use super::HeadlessArgs;
use super::run::{print_line, screenshot};
use crate::catalogue::{button, sensors};
use crate::device::{Device, Options, VirtualRun};
use crate::protocol::{ClockKind, Reading};

/// Steps of a script, for `--help`.
const STEPS: &str = "\
A script has one step per line; blank lines and text after # are ignored:
  wait MS                let MS milliseconds pass
  press BUTTON           press HOME, UP, DOWN, LEFT, RIGHT, A, B, X or Y
  release BUTTON         release it
  tap BUTTON [MS]        press it, wait (100 ms), release it; 100 ms pass between two taps of one button
  sensor CHANNEL VALUE   set a sensor, in its unit; the channels are listed below
  install FILE           install an app
  start APP              start an installed app; one that draws comes to the front, as when a user starts it
  stop APP               stop it
  until MS TEXT          wait until a log line contains TEXT; fail after MS milliseconds
  screenshot FILE        write the screen as a PNG file
The script stops at the first step that fails; the exit code is then 1. The log goes to standard output.

Sensors:";

/// Default time that `tap` holds a button, in ms.
const TAP_MS: u64 = 100;

/// Maximum wait of a step in ms: an hour.
const WAIT_MOST: u64 = 3_600_000;

/// Returns the steps of a script and the list of sensors, for `--help`.
pub(super) fn help() -> String {
    sensors().iter().fold(STEPS.to_owned(), |help, sensor| {
        let (channel, name, unit) = (sensor.channel, &sensor.name, &sensor.unit);
        format!(
            "{help}\n  {channel:>2}  {name}, {} to {} {unit}",
            sensor.min, sensor.max
        )
    })
}

/// Boots the console on virtual time and executes the script.
pub(super) fn follow(args: HeadlessArgs) -> anyhow::Result<ExitCode> {
    let script = read(&args.script)?;
    let options = Options {
        flash: args.flash,
        trust: args.trust.read()?,
        clock: ClockKind::Virtual,
        bundled: !args.bare,
        strict: false,
    };
    let device = super::boot(&options)?;
    device.journal().listen(|line| print_line(line));
    let player = Player {
        run: VirtualRun::new(device.clone()),
        device,
        tapped: Cell::default(),
    };
    for (number, line) in (1..).zip(script.lines()) {
        let step = line.split('#').next().unwrap_or("").trim();
        if !step.is_empty() {
            player
                .step(step)
                .with_context(|| format!("{}, line {number}: {step}", args.script.display()))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn read(file: &Path) -> anyhow::Result<String> {
    if file == Path::new("-") {
        let mut script = String::new();
        std::io::stdin()
            .read_to_string(&mut script)
            .context("the script cannot be read from standard input")?;
        return Ok(script);
    }
    std::fs::read_to_string(file)
        .with_context(|| format!("the script {} cannot be read", file.display()))
}

/// Executes the steps of a script.
struct Player {
    device: Rc<Device>,
    run: VirtualRun,
    /// Button of the last `tap`, and the time of its release.
    tapped: Cell<Option<(u8, Instant)>>,
}

impl Player {
    fn step(&self, step: &str) -> anyhow::Result<()> {
        let (word, rest) = step.split_once(char::is_whitespace).unwrap_or((step, ""));
        let rest = rest.trim();
        match word {
            "wait" => self.wait(number(rest)?),
            "press" => self.press(rest, true),
            "release" => self.press(rest, false),
            "tap" => self.tap(rest),
            "sensor" => self.sensor(rest),
            "install" => self.install(Path::new(rest)),
            "start" => Ok(self.device.open(self.app(rest)?)?),
            "stop" => Ok(self.device.runtime().stop(self.app(rest)?)?),
            "until" => self.until(rest),
            "screenshot" => screenshot(&self.device, Path::new(rest)),
            _ => bail!("unknown step {word:?}; `headless --help` lists the steps"),
        }
    }

    /// Checks that an app of this name is installed.
    fn app<'a>(&self, name: &'a str) -> anyhow::Result<&'a str> {
        let apps = self.device.runtime().apps();
        let names: Vec<&str> = apps.iter().map(|app| &*app.name).collect();
        ensure!(
            names.contains(&name),
            "no app of that name is installed; installed apps: {}",
            names.join(", ")
        );
        Ok(name)
    }

    fn wait(&self, ms: u64) -> anyhow::Result<()> {
        ensure!(ms <= WAIT_MOST, "{ms} ms is longer than an hour");
        self.run
            .run_until(self.device.clock().now() + Duration::from_millis(ms));
        Ok(())
    }

    fn press(&self, name: &str, pressed: bool) -> anyhow::Result<()> {
        let id = button(name).with_context(|| {
            format!("unknown button {name:?}; `headless --help` lists the buttons")
        })?;
        self.device.press(id, pressed);
        Ok(())
    }

    fn tap(&self, rest: &str) -> anyhow::Result<()> {
        let (name, ms) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
        let ms = if ms.is_empty() {
            TAP_MS
        } else {
            number(ms.trim())?
        };
        let tapped = button(name);
        if let Some((button, at)) = self.tapped.get()
            && Some(button) == tapped
        {
            // An app that polls the buttons would otherwise see the two taps as one.
            self.run.run_until(at + Duration::from_millis(TAP_MS));
        }
        self.press(name, true)?;
        self.wait(ms)?;
        self.tapped
            .set(tapped.map(|button| (button, self.device.clock().now())));
        self.press(name, false)
    }

    fn sensor(&self, rest: &str) -> anyhow::Result<()> {
        let (channel, value) = rest
            .split_once(char::is_whitespace)
            .context("expected a channel and a value")?;
        let channel = channel
            .parse()
            .with_context(|| format!("{channel:?} is not a channel number"))?;
        let value = value
            .trim()
            .parse()
            .with_context(|| format!("{value:?} is not a number"))?;
        ensure!(
            self.device.set_sensor(Reading { channel, value }),
            "no sensor has the channel {channel}; `headless --help` lists the channels"
        );
        Ok(())
    }

    fn install(&self, file: &Path) -> anyhow::Result<()> {
        let image =
            std::fs::read(file).with_context(|| format!("{} cannot be read", file.display()))?;
        let mut offer = Offer::new(&image);
        offer.name = super::run::name(file);
        self.run.complete(self.device.library().install(&offer))?;
        Ok(())
    }

    /// Waits until a line of the log contains the text. Lines that are already in the log count.
    fn until(&self, rest: &str) -> anyhow::Result<()> {
        let (ms, text) = rest
            .split_once(char::is_whitespace)
            .context("expected milliseconds and a text")?;
        let end = self.device.clock().now() + Duration::from_millis(number(ms)?.min(WAIT_MOST));
        let found = || {
            self.device
                .journal()
                .lines()
                .iter()
                .any(|line| line.text.contains(text.trim()))
        };
        while !found() {
            ensure!(
                self.device.clock().now() < end,
                "no line of the log contained {:?} within {ms} ms",
                text.trim()
            );
            self.run
                .run_until((self.device.clock().now() + Duration::from_millis(1)).min(end));
        }
        Ok(())
    }
}

fn number(text: &str) -> anyhow::Result<u64> {
    text.parse()
        .with_context(|| format!("{text:?} is not a number of milliseconds"))
}
