//! Measures the effect of a neighbour that never waits on an app that wakes up: the fuel that is
//! used between the wake-up of the app and its turn, in slices, and the host instructions of such a
//! slice.

use crate::apps::Apps;
use akira_guests::Turn;
use akira_measure::{Line, Metric, Target, Unit};

/// Fuel of the default slice.
const SLICE: u64 = 40_000;

/// Number of wake-ups of the app.
const TURNS: u32 = 200;

const NEIGHBOURS: [(Turn, &str, &str); 4] = [
    (Turn::Spin, "spin", "that spins"),
    (Turn::Allocate, "allocate", "that allocates and frees"),
    (Turn::Log, "log", "that writes to its log"),
    (Turn::Publish, "publish", "that sends messages to itself"),
];

/// Measures and prints every line of this part.
pub(crate) fn measure() {
    let mut alone = Apps::of(Turn::Wait, SLICE);
    let metric = instructions("alone", "a turn of the app alone");
    Line::measured(metric, TURNS, || (0..TURNS).for_each(|_| alone.poll())).print();
    let own = longest(&mut alone);
    for (turn, id, what) in NEIGHBOURS {
        beside(turn, own, (id, what));
    }
}

/// Returns the maximum fuel that is used in a turn of the app.
fn longest(apps: &mut Apps) -> u64 {
    let turns = (0..TURNS).map(|_| {
        let before = apps.consumed();
        apps.poll();
        apps.consumed() - before
    });
    turns.max().unwrap_or(0)
}

fn beside(neighbour: Turn, own: u64, (id, what): (&str, &str)) {
    let mut apps = Apps::of(Turn::Wait, SLICE);
    apps.add("neighbour", &neighbour.module().into());
    apps.poll();
    let delay = longest(&mut apps) - own;
    apps.check();
    let title = format!("the longest delay beside a neighbour {what}, in slices");
    let slices = delay as f64 / SLICE as f64;
    let delay = Metric::new(
        &format!("isolation/delay-{id}/akira"),
        &title,
        Unit::Count,
        slices,
    );
    Line::Known(delay.target(Target::Most(LONGEST))).print();
    let metric = instructions(
        id,
        &format!("a turn of the app, with a slice of a neighbour {what}"),
    );
    Line::measured(metric, TURNS, || (0..TURNS).for_each(|_| apps.poll())).print();
}

/// One slice, plus its last operation, which starts with fuel left.
const LONGEST: f64 = 1.001;

fn instructions(id: &str, title: &str) -> Metric {
    let id = format!("isolation/turn-{id}/akira");
    Metric::new(&id, title, Unit::Instructions, 0.0).gated()
}
