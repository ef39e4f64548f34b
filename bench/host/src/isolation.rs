//! What a neighbour that never waits does to an app that wakes up: how much runs between the moment at which the app is
//! ready and its turn, in slices of fuel, and what such a slice executes on the host.

use crate::apps::Apps;
use akira_guests::Turn;
use akira_measure::{Line, Metric, Target, Unit};

/// The slice that apps get by default, in fuel.
const SLICE: u64 = 40_000;

/// How often the app wakes up.
const TURNS: u32 = 200;

const NEIGHBOURS: [(Turn, &str, &str); 4] = [
    (Turn::Spin, "spin", "that spins"),
    (Turn::Allocate, "allocate", "that allocates and frees"),
    (Turn::Log, "log", "that writes to its log"),
    (Turn::Publish, "publish", "that sends messages to itself"),
];

/// Prints every line of this part.
pub(crate) fn measure() {
    let mut alone = Apps::of(Turn::Wait, SLICE);
    let metric = instructions("alone", "a turn of the app alone");
    Line::measured(metric, TURNS, || (0..TURNS).for_each(|_| alone.poll())).print();
    let own = longest(&mut alone);
    for (turn, id, what) in NEIGHBOURS {
        beside(turn, own, (id, what));
    }
}

/// Returns the most fuel that is used in a turn of the app.
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

/// One slice, and the last operation in it, which began with fuel left.
const LONGEST: f64 = 1.001;

fn instructions(id: &str, title: &str) -> Metric {
    let id = format!("isolation/turn-{id}/akira");
    Metric::new(&id, title, Unit::Instructions, 0.0).gated()
}
