//! Measures native calls and switches between apps, compared with the same in the engine called
//! directly.

use crate::allocations::allocations;
use crate::apps::Apps;
use crate::bare::Bare;
use crate::messages;
use crate::row::Row;
use crate::{NO_SLICE, SLICE};
use akira_guests::Turn;
use akira_measure::{Line, Metric, Target, Unit};

/// Ids of costs that rows subtract: the loop around the calls, and the computing of apps in their
/// slices.
const LOOP: &str = "crossing/loop";
const SPIN: &str = "crossing/spin";

/// Number of switches between apps.
const SWITCHES: u32 = 100;

const IMMEDIATE: &str = "What the runtime adds is a closure of its own, since handlers are constant data and not part of the engine's closure: \
    it hands over the app, the board and the arguments (20 instructions), calls the handler through a pointer and looks at its answer, and notes what \
    the call costs. A path for calls of numbers alone, which does not look for the linear memory, took a call from 355 to about 300 instructions. \
    The floor is the engine's own 242.";

const SUSPENDING: &str = "The engine alone takes nearly five times as long for it as for an immediate call: it boxes an error, unwinds its stack, \
    and moves the paused call. So 4 × is below the floor. To note the call, poll the board's future and check both sides of it is a third of the \
    number. Tried without gain: to keep the paused call as the engine returns it, instead of taking it apart.";

/// Source lines of the capability check.
const CHECK: [(&str, &str); 3] = [
    (
        "crates/akira-runtime/src/guard.rs",
        "if !self.holds(link) {",
    ),
    (
        "crates/akira-runtime/src/guard.rs",
        "self.app.capabilities() & link.mask != 0",
    ),
    ("crates/akira-runtime/src/app.rs", "self.capabilities"),
];

/// Measures and prints every line of this part.
pub(crate) fn measure() {
    let most = Target::RatioMost(1.15);
    let in_loop = "the loop around a call, which is taken off below";
    calls(&Row::new(LOOP, in_loop, "call"), Turn::Loop);
    let checked = call("immediate", "immediate call, behind a capability");
    calls(&checked.target(most).note(IMMEDIATE), Turn::Read);
    check();
    let free = call("uptime", "immediate call that needs no capability");
    calls(&free.target(most).note(IMMEDIATE), Turn::Uptime);
    calls(
        &call("buffer", "immediate call that fills a buffer of 12 bytes"),
        Turn::Buffer,
    );
    calls(
        &call("string", "immediate call with a string of 12 bytes"),
        Turn::Print,
    );
    calls(
        &call("suspending", "suspending call, answered at once"),
        Turn::Delay,
    );
    against_immediate();
    let waits = Row::new(
        "crossing/switch-wait",
        "switch to another app, when one waits",
        "switch",
    );
    switches(&waits, Turn::Wait, NO_SLICE, 2);
    spin();
    let slice = Row::new(
        "crossing/switch-slice",
        "switch to another app, when a slice is over",
        "switch",
    );
    switches(&slice.less(SPIN), Turn::Spin, SLICE, 1);
    messages::measure();
    allocated();
}

fn call(id: &str, title: &str) -> Row {
    Row::new(&format!("crossing/{id}"), title, "call").less(LOOP)
}

fn calls(row: &Row, turn: Turn) {
    let (mut apps, mut bare) = (Apps::of(turn, NO_SLICE), Bare::of(turn, NO_SLICE));
    row.measure(turn.calls(), || bare.poll(), || apps.poll());
    apps.check();
}

/// Counts the instructions of the capability check in calls that need a capability.
fn check() {
    let title = "the capability check in an immediate call";
    let metric = Metric::new("crossing/check/akira", title, Unit::Instructions, 0.0);
    let metric = metric.per("call").gated().target(Target::Most(5.0));
    let mut apps = Apps::of(Turn::Read, NO_SLICE);
    let line = Line::counted_in(metric, Turn::Read.calls(), &CHECK, || apps.poll());
    line.as_ref().map(Line::print);
    apps.check();
}

/// Compares suspending calls with immediate calls instead of with the engine.
fn against_immediate() {
    let turn = Turn::Delay;
    let metric = |whose: &str| {
        let title = "suspending call, as a multiple of an immediate one";
        let id = format!("crossing/multiple/{whose}");
        let metric = Metric::new(&id, title, Unit::Instructions, 0.0);
        metric
            .per("call")
            .against(&format!("crossing/immediate/{whose}"))
    };
    let (mut apps, mut bare) = (Apps::of(turn, NO_SLICE), Bare::of(turn, NO_SLICE));
    let line = Line::measured(metric("wasmi"), turn.calls(), || bare.poll());
    line.less(&format!("{LOOP}/wasmi")).print();
    let metric = metric("akira").target(Target::RatioMost(4.0));
    let line = Line::measured(metric.note(SUSPENDING), turn.calls(), || apps.poll());
    line.less(&format!("{LOOP}/akira")).print();
}

/// Measures the same fuel in a single slice.
fn spin() {
    let row = Row::new(
        SPIN,
        "what an app computes in a slice, which is taken off below",
        "slice",
    );
    let fuel = SLICE * u64::from(SWITCHES);
    let (mut apps, mut bare) = (Apps::of(Turn::Spin, fuel), Bare::of(Turn::Spin, fuel));
    row.measure(SWITCHES, || bare.poll(), || apps.poll());
}

/// Measures two apps that alternate. A poll of the runtime runs `apps_per_poll` of them.
fn switches(row: &Row, turn: Turn, slice: u64, apps_per_poll: u32) {
    let mut apps = Apps::pair(turn, slice);
    let (mut first, mut second) = (Bare::of(turn, slice), Bare::of(turn, slice));
    let bare = || {
        for _ in 0..SWITCHES / 2 {
            first.poll();
            second.poll();
        }
    };
    let polls = SWITCHES / apps_per_poll;
    row.measure(SWITCHES, bare, || (0..polls).for_each(|_| apps.poll()));
    apps.check();
}

/// Counts the allocations of suspending calls. The wait at the end of a turn is one more suspending
/// call.
fn allocated() {
    let turn = Turn::Delay;
    let (mut apps, mut bare) = (Apps::of(turn, NO_SLICE), Bare::of(turn, NO_SLICE));
    let of_bare = allocations(|| bare.poll());
    let of_akira = allocations(|| apps.poll());
    let metric = |whose: &str, count: usize| {
        let id = format!("crossing/allocations/{whose}");
        let each = count as f64 / f64::from(turn.calls() + 1);
        Metric::new(&id, "allocations of a suspending call", Unit::Count, each)
    };
    Line::Known(metric("wasmi", of_bare)).print();
    let of_akira = metric("akira", of_akira).against("crossing/allocations/wasmi");
    Line::Known(of_akira.target(Target::Most(1.0))).print();
}
