use core::cell::{Cell, OnceCell};
use core::fmt;

use embassy_net::Ipv4Cidr;

use super::Token;
use super::command_line::PORT;

/// State of the network, with the token, for display on the serial port.
#[derive(Debug, Default)]
pub(crate) struct Status {
    address: Cell<Option<Ipv4Cidr>>,
    token: OnceCell<Token>,
}

impl Status {
    /// Stores the token of the command line on the first call. Returns its text.
    pub(super) fn open(&self, token: Token) -> &str {
        self.token.get_or_init(|| token).as_str()
    }

    pub(super) fn set_address(&self, address: Option<Ipv4Cidr>) {
        self.address.set(address);
    }

    /// Writes a line with the address and the token.
    pub(crate) fn write(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        match (self.address.get(), self.token.get()) {
            (Some(address), Some(token)) => writeln!(
                out,
                "network: {address}, command line on port {PORT} with token {}",
                token.as_str()
            ),
            _ => writeln!(out, "network: none"),
        }
    }
}
