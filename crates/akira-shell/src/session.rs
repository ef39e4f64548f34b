//! Session on one link: prompt, commands and their answers.

mod apps;
mod help;
mod install;
mod journal;
mod status;

use crate::editor::{Editor, Input};
use crate::terminal::Terminal;
use crate::words::words;
use crate::{Config, Error, Link, MAX_COMMAND};
use akira_manage::{Apps, Sink};
use core::convert::Infallible;
use core::fmt;
use embedded_io_async::{Read, Write};
use install::Purpose;

const PROMPT: &[u8] = b"akira> ";

/// State of a session on one link.
pub(crate) struct Session<'s, 't, S, IO> {
    apps: &'s dyn Apps,
    sink: &'s mut S,
    config: &'s Config<'s>,
    terminal: &'s mut Terminal<'t, IO>,
    editor: &'s mut Editor,
    prompt: bool,
}

impl<'s, 't, S: Sink, IO: Read + Write> Session<'s, 't, S, IO> {
    pub(crate) fn new(
        apps: &'s dyn Apps,
        sink: &'s mut S,
        config: &'s Config<'s>,
        link: &'s mut Link<'t, IO>,
    ) -> Self {
        let Link {
            terminal, editor, ..
        } = link;
        Self {
            apps,
            sink,
            config,
            terminal,
            editor,
            prompt: true,
        }
    }

    pub(crate) async fn run(&mut self) -> Result<Infallible, Error<IO::Error>> {
        loop {
            if self.prompt {
                self.terminal.put(PROMPT).await?;
            }
            match self.editor.read(self.terminal, None).await? {
                Input::Line(line) => self.obey(&line).await?,
                Input::TooLong => self.refuse_long_line().await?,
                Input::Interrupt | Input::Silence => {}
            }
        }
    }

    /// Carries out a command. Every answer is a number of lines, of which the last is `ok` or
    /// `error: ...`.
    async fn obey(&mut self, line: &str) -> Result<(), Error<IO::Error>> {
        let Some(words) = words(line) else {
            let why = format_args!("too many words; put a name with spaces in double quotes");
            return self.refuse(why).await;
        };
        match *words {
            [] => Ok(()),
            ["help"] => self.help().await,
            ["help", command] => self.help_on(command).await,
            ["apps"] => self.apps().await,
            ["start", name] => self.start(name).await,
            ["run", name] => self.run_app(name).await,
            ["stop", name] => self.stop(name).await,
            ["restart", name] => self.restart(name).await,
            ["uninstall", name] => self.uninstall(name).await,
            ["autostart", name, "on"] => self.set_autostart(name, true).await,
            ["autostart", name, "off"] => self.set_autostart(name, false).await,
            ["caps", name] => self.caps(name).await,
            ["log"] => self.log(None, false).await,
            ["log", "-f"] => self.log(None, true).await,
            ["log", name] => self.log(Some(name), false).await,
            ["log", name, "-f"] | ["log", "-f", name] => self.log(Some(name), true).await,
            ["stats"] => self.stats().await,
            ["reboot"] => self.reboot().await,
            ["install", name, size] => self.transfer(Purpose::Install, name, size, None).await,
            ["install", name, size, crc] => {
                self.transfer(Purpose::Install, name, size, Some(crc)).await
            }
            ["inspect", name, size] => self.transfer(Purpose::Inspect, name, size, None).await,
            ["inspect", name, size, crc] => {
                self.transfer(Purpose::Inspect, name, size, Some(crc)).await
            }
            ["echo", "on"] => self.set_echo(true).await,
            ["echo", "off"] => self.set_echo(false).await,
            ["prompt", "on"] => self.set_prompt(true).await,
            ["prompt", "off"] => self.set_prompt(false).await,
            [command, ..] => self.misunderstand(command).await,
        }
    }

    async fn set_echo(&mut self, on: bool) -> Result<(), Error<IO::Error>> {
        self.terminal.echo = on;
        self.done().await
    }

    async fn set_prompt(&mut self, on: bool) -> Result<(), Error<IO::Error>> {
        self.prompt = on;
        self.done().await
    }

    /// Ends the answer to a command that succeeded.
    async fn done(&mut self) -> Result<(), Error<IO::Error>> {
        self.terminal.put(b"ok\r\n").await
    }

    /// Ends the answer to a command that failed, or succeeded only in part. `why` names the place,
    /// the error and its fix.
    async fn refuse(&mut self, why: fmt::Arguments<'_>) -> Result<(), Error<IO::Error>> {
        self.terminal.line(format_args!("error: {why}")).await
    }

    async fn refuse_long_line(&mut self) -> Result<(), Error<IO::Error>> {
        let why =
            format_args!("the line has more than {MAX_COMMAND} characters; send a shorter one");
        self.refuse(why).await
    }
}
