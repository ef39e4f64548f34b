//! Native calls and switches between apps, each against the same in the engine called directly.

use crate::allocations::allocations;
use crate::apps::Apps;
use crate::bare::Bare;
use crate::guest::Turn;
use crate::row::Row;
use crate::{NO_SLICE, SLICE};
use akira_measure::{Line, Metric, Target, Unit};

/// What a row takes off: the loop that the calls are in.
const LOOP: &str = "crossing/loop";

/// Prints every line of this part.
pub(crate) fn measure() {
    let in_loop = Row::new(
        LOOP,
        "the loop around a call, which is taken off below",
        "call",
    );
    calls(&in_loop, Turn::Loop);
    let most = Target::RatioMost(1.15);
    calls(
        &call("immediate", "immediate call, behind a capability").target(most),
        Turn::Read,
    );
    calls(
        &call("uptime", "immediate call that needs no capability").target(most),
        Turn::Uptime,
    );
    calls(
        &call("string", "immediate call with a string of 12 bytes"),
        Turn::Print,
    );
    calls(
        &call("suspending", "suspending call, answered at once"),
        Turn::Delay,
    );
    switch(
        &Row::new(
            "crossing/switch-wait",
            "another app, when one waits",
            "switch",
        ),
        Turn::Wait,
        NO_SLICE,
        2,
    );
    switch(
        &Row::new(
            "crossing/switch-slice",
            "another app, when a slice is over",
            "switch",
        ),
        Turn::Spin,
        SLICE,
        1,
    );
    allocated();
}

fn call(id: &str, title: &str) -> Row {
    Row::new(&format!("crossing/{id}"), title, "call").less(LOOP)
}

fn calls(row: &Row, turn: Turn) {
    let (mut apps, mut bare) = (Apps::of(turn, NO_SLICE), Bare::of(turn, NO_SLICE));
    row.count(turn.calls(), || bare.poll(), || apps.poll());
    apps.check();
}

/// Counts two apps that run by turns; a poll of the runtime runs so many of them.
fn switch(row: &Row, turn: Turn, slice: u64, apps_per_poll: u32) {
    const SWITCHES: u32 = 100;
    let mut apps = Apps::pair(turn, slice);
    let (mut first, mut second) = (Bare::of(turn, slice), Bare::of(turn, slice));
    let bare = || {
        for _ in 0..SWITCHES / 2 {
            first.poll();
            second.poll();
        }
    };
    row.count(SWITCHES, bare, || {
        (0..SWITCHES / apps_per_poll).for_each(|_| apps.poll())
    });
    apps.check();
}

fn allocated() {
    let turn = Turn::Delay;
    let (mut apps, mut bare) = (Apps::of(turn, NO_SLICE), Bare::of(turn, NO_SLICE));
    let each = |count: usize| count as f64 / f64::from(turn.calls());
    let metric = |whose: &str, count| {
        let id = format!("crossing/allocations/{whose}");
        Metric::new(
            &id,
            "allocations of a suspending call",
            Unit::Count,
            each(count),
        )
        .per("call")
    };
    let of_bare = metric("wasmi", allocations(|| bare.poll()));
    let of_akira = metric("akira", allocations(|| apps.poll()));
    Line::Known(of_bare).print();
    let of_akira = of_akira.against("crossing/allocations/wasmi");
    Line::Known(of_akira.target(Target::Most(1.0))).print();
}
