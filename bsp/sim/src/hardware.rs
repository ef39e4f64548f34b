//! The simulated hardware of the console on a desktop host.

use akira_console::{Hardware, Led};

use crate::clock::SimClock;
use crate::flash::Flash;
use crate::journal::Journal;
use crate::screen::Screen;

/// Fuel that the console's CPU uses in a millisecond: a tenth of what an interpreter uses on a
/// desktop host.
pub const FUEL_PER_MS: u64 = 20_000;

pub use akira_console::Sensors;
pub use akira_console::board::APPS;

/// Hardware types of a desktop host.
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
/// Hardware and storage of the simulated console.
pub type Parts = akira_console::Parts<Host>;
/// Native modules of the simulated console.
pub type Modules = akira_console::board::Modules<Host>;
