use super::Session;
use crate::Error;
use akira_manage::Sink;
use embedded_io_async::{Read, Write};

/// Command as `help` shows it.
struct Command {
    name: &'static str,
    words: &'static str,
    does: &'static str,
}

const COMMANDS: &[Command] = &[
    Command::new("help", "[COMMAND]", "shows the commands"),
    Command::new("apps", "", "lists the apps"),
    Command::new("start", "NAME", "starts an app"),
    Command::new(
        "run",
        "NAME",
        "starts an app and shows its log until it ends",
    ),
    Command::new("stop", "NAME", "stops an app"),
    Command::new("restart", "NAME", "stops an app and starts it"),
    Command::new("uninstall", "NAME", "stops and removes an app"),
    Command::new("autostart", "NAME on|off", "starts an app at boot, or not"),
    Command::new("caps", "NAME", "shows what an app asks for and gets"),
    Command::new("log", "[NAME] [-f]", "shows the log; -f waits for more"),
    Command::new("stats", "", "shows the state of the device"),
    Command::new("reboot", "", "restarts the device"),
    Command::new("install", "NAME SIZE [CRC32]", "receives an app in base64"),
    Command::new(
        "inspect",
        "NAME SIZE [CRC32]",
        "reports on an app in base64",
    ),
    Command::new("echo", "on|off", "turns the echo on or off"),
    Command::new("prompt", "on|off", "shows the prompt or not"),
];

impl Command {
    const fn new(name: &'static str, words: &'static str, does: &'static str) -> Self {
        Self { name, words, does }
    }
}

fn find(name: &str) -> Option<&'static Command> {
    COMMANDS.iter().find(|command| command.name == name)
}

impl<S: Sink, IO: Read + Write> Session<'_, '_, S, IO> {
    pub(super) async fn help(&mut self) -> Result<(), Error<IO::Error>> {
        for command in COMMANDS {
            self.show_command(command).await?;
        }
        self.done().await
    }

    pub(super) async fn help_on(&mut self, name: &str) -> Result<(), Error<IO::Error>> {
        match find(name) {
            Some(command) => {
                self.show_command(command).await?;
                self.done().await
            }
            None => self.refuse_unknown(name).await,
        }
    }

    async fn show_command(&mut self, command: &Command) -> Result<(), Error<IO::Error>> {
        let Command { name, words, does } = command;
        self.terminal
            .line(format_args!("{name:<9} {words:<17}  {does}"))
            .await
    }

    /// Answers a line that is no valid command: with the usage if its first word is a command, else
    /// with an error.
    pub(super) async fn misunderstand(&mut self, name: &str) -> Result<(), Error<IO::Error>> {
        let Some(Command { name, words, .. }) = find(name) else {
            return self.refuse_unknown(name).await;
        };
        let gap = if words.is_empty() { "" } else { " " };
        self.refuse(format_args!("{name}: usage: {name}{gap}{words}"))
            .await
    }

    async fn refuse_unknown(&mut self, name: &str) -> Result<(), Error<IO::Error>> {
        self.refuse(format_args!("{name}: no such command; see help"))
            .await
    }
}
