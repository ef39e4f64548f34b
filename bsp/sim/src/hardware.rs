//! The simulated hardware of the console on a desktop host.

use akira_console::{Hardware, Led};

use crate::clock::SimClock;
use crate::flash::Flash;
use crate::journal::Journal;
use crate::screen::Screen;

/// How much fuel is a millisecond of the console's CPU: a tenth of what an interpreter does on a desktop host.
pub const FUEL_PER_MS: u64 = 20_000;

pub use akira_console::Sensors;
pub use akira_console::board::APPS;

/// A desktop host.
#[derive(Debug)]
#[non_exhaustive]
pub struct Host;

impl Hardware for Host {
    type Clock = SimClock;
    type Panel = Screen;
    type Light = Led;
    type Sensor = Sensors;
    type Log = Journal;
    type Flash = Flash;

    fn consumed(clock: &SimClock, fuel: u64) {
        clock.compute(fuel);
    }
}

/// The simulated console as a board.
pub type Console = akira_console::Console<Host>;
/// What it is made of.
pub type Parts = akira_console::Parts<Host>;
/// Its native modules.
pub type Modules = akira_console::board::Modules<Host>;
