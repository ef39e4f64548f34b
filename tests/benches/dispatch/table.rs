//! The table of ratios: what the runtime costs beyond the engine.

use crate::allocations::{allocations, bytes_of};
use crate::apps::Apps;
use crate::bare::{Bare, instantiate};
use crate::guest::{Turn, large_module};
use crate::{LOAD_BYTES, NO_SLICE, SLICE};
use std::rc::Rc;
use std::time::Instant;

/// Times in nanoseconds: of an app, and of the same guest in wasmi alone.
#[derive(Clone, Copy)]
struct Pair {
    akira: f64,
    wasmi: f64,
}

/// How often each side of a row is measured. The fastest counts, since all that disturbs makes slower.
const ROUNDS: u32 = 50;

/// Polls between two looks at the clock, where a poll is short.
const POLLS: u32 = 1_000;

/// Measures everything and prints it.
pub(crate) fn print() {
    println!();
    println!("{:<36} {:>12} {:>12} {:>7}", "", "akira", "wasmi", "ratio");
    let [read, ..] = [Turn::Read, Turn::Uptime, Turn::Print].map(print_calls);
    let [delay, _] = [Turn::Delay, Turn::Wait].map(print_calls);
    print_row("app switch, by waiting", switches(Turn::Wait, NO_SLICE, 2));
    print_row(
        &format!("app switch, slice of {SLICE} fuel"),
        switches(Turn::Spin, SLICE, 1),
    );
    print_loads();
    println!(
        "suspending call / immediate call: {:.2} (wasmi {:.2})",
        delay.akira / read.akira,
        delay.wasmi / read.wasmi
    );
    print_allocations();
    print_bytes();
}

fn print_row(name: &str, pair: Pair) {
    let Pair { akira, wasmi } = pair;
    println!(
        "{name:<36} {akira:>9.1} ns {wasmi:>9.1} ns {:>7.2}",
        akira / wasmi
    );
}

/// Measures both by turns, so that what disturbs one disturbs the other, and divides by `count`.
fn fastest(count: u32, mut akira: impl FnMut(), mut wasmi: impl FnMut()) -> Pair {
    let mut pair = Pair {
        akira: f64::INFINITY,
        wasmi: f64::INFINITY,
    };
    for _ in 0..ROUNDS {
        pair.akira = pair.akira.min(nanoseconds(&mut akira));
        pair.wasmi = pair.wasmi.min(nanoseconds(&mut wasmi));
    }
    Pair {
        akira: pair.akira / f64::from(count),
        wasmi: pair.wasmi / f64::from(count),
    }
}

fn nanoseconds(work: &mut impl FnMut()) -> f64 {
    let start = Instant::now();
    work();
    start.elapsed().as_secs_f64() * 1e9
}

fn print_calls(turn: Turn) -> Pair {
    let (mut apps, mut bare) = (Apps::of(turn, NO_SLICE), Bare::of(turn, NO_SLICE));
    let polls = if turn.calls() > 1 { 1 } else { POLLS };
    let pair = fastest(
        polls * turn.calls(),
        || (0..polls).for_each(|_| apps.poll()),
        || (0..polls).for_each(|_| bare.poll()),
    );
    apps.check();
    print_row(&turn.to_string(), pair);
    pair
}

/// Measures two apps that run by turns; a poll of the runtime runs so many of them.
fn switches(turn: Turn, slice: u64, apps_per_poll: u32) -> Pair {
    let mut apps = Apps::pair(turn, slice);
    let (mut first, mut second) = (Bare::of(turn, slice), Bare::of(turn, slice));
    let pair = fastest(
        POLLS,
        || (0..POLLS / apps_per_poll).for_each(|_| apps.poll()),
        || {
            for _ in 0..POLLS / 2 {
                first.poll();
                second.poll();
            }
        },
    );
    apps.check();
    pair
}

fn print_loads() {
    let module = large_module(LOAD_BYTES);
    let image: Rc<[u8]> = module.clone().into();
    let apps = Apps::new(NO_SLICE);
    let install = fastest(1, || apps.add("app", &image), || drop(instantiate(&module)));
    let start = fastest(1, || apps.start("app"), || drop(instantiate(&module)));
    let bytes = module.len();
    print_row(&format!("install and start {bytes} bytes"), install);
    print_row(&format!("start {bytes} bytes"), start);
}

fn print_allocations() {
    let turn = Turn::Delay;
    let (mut apps, mut bare) = (Apps::of(turn, NO_SLICE), Bare::of(turn, NO_SLICE));
    let each = |count: usize| count as f64 / f64::from(turn.calls());
    println!(
        "allocations per suspending call: {:.3} (wasmi {:.3})",
        each(allocations(|| apps.poll())),
        each(allocations(|| bare.poll()))
    );
}

/// The apps that idle.
const IDLE: usize = 16;

/// The linear memory of the guests, in bytes.
const LINEAR_BYTES: usize = 65_536;

fn print_bytes() {
    let module = Turn::Wait.module();
    let image: Rc<[u8]> = module.clone().into();
    let akira = bytes_of(|| idle(IDLE + 1, &image)) - bytes_of(|| idle(1, &image));
    let akira = akira / IDLE;
    let wasmi = bytes_of(|| Bare::load(&module, NO_SLICE));
    println!(
        "bytes per idle app: {akira}, of which linear memory {LINEAR_BYTES}, engine {}, runtime {}",
        wasmi - LINEAR_BYTES,
        akira - wasmi
    );
}

/// Makes apps that wait.
fn idle(count: usize, image: &Rc<[u8]>) -> Apps {
    let mut apps = Apps::new(NO_SLICE);
    for index in 0..count {
        apps.add(&format!("app{index}"), image);
    }
    apps.poll();
    apps.check();
    apps
}
