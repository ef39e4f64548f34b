use std::cell::{Cell, RefCell};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Wake, Waker};
use std::time::Duration;

use akira_abi::{Clock, Instant};
use akira_bridge_display::{AUTO_FLUSH_AFTER, AUTO_FLUSH_WITHIN};
use embassy_futures::block_on;

use crate::screen::{APP, Glass, INK, art, at, screen};

#[derive(Default)]
struct FakeClock {
    now: Cell<Instant>,
    alarms: RefCell<Vec<(Instant, Waker)>>,
}

impl FakeClock {
    fn pass(&self, time: Duration) {
        self.now.set(self.now.get() + time);
        let now = self.now.get();
        self.alarms.borrow_mut().retain(|(at, waker)| {
            if *at <= now {
                waker.wake_by_ref();
            }
            *at > now
        });
    }
}

impl Clock for FakeClock {
    fn now(&self) -> Instant {
        self.now.get()
    }

    fn wake_at(&self, at: Instant, waker: &Waker) {
        self.alarms.borrow_mut().push((at, waker.clone()));
    }
}

#[derive(Default)]
struct Flag(AtomicBool);

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Polls a task only when it was woken, as an executor does.
struct Task<'a, F> {
    future: Pin<&'a mut F>,
    woken: Arc<Flag>,
}

impl<'a, F: Future> Task<'a, F> {
    fn new(future: Pin<&'a mut F>) -> Self {
        let woken = Arc::new(Flag(AtomicBool::new(true)));
        Self { future, woken }
    }

    fn turn(&mut self) {
        let waker = Waker::from(self.woken.clone());
        while self.woken.0.swap(false, Ordering::Relaxed) {
            let poll = self.future.as_mut().poll(&mut Context::from_waker(&waker));
            assert!(poll.is_pending());
        }
    }
}

const MS: Duration = Duration::from_millis(1);

#[test]
fn what_is_drawn_shows_50_ms_after_the_last_call() {
    let (glass, clock) = (Glass::new(16, 12), FakeClock::default());
    let display = screen(16, 12, &glass);
    let run = pin!(display.run(&clock));
    let mut task = Task::new(run);
    task.turn();
    for x in 0..3 {
        display.pixel(APP, at(x, 0), INK).expect("mine");
        task.turn();
        clock.pass(AUTO_FLUSH_AFTER - MS);
        task.turn();
        assert!(glass.writes.borrow().is_empty());
    }
    clock.pass(MS);
    task.turn();
    assert_eq!(glass.writes.borrow().len(), 1);
    assert_eq!(glass.art(), art(&display));
    clock.pass(Duration::from_secs(60));
    task.turn();
    assert_eq!(glass.writes.borrow().len(), 1, "flushed with nothing drawn");
}

#[test]
fn an_app_that_never_stops_drawing_is_seen_every_200_ms() {
    let (glass, clock) = (Glass::new(16, 12), FakeClock::default());
    let display = screen(16, 12, &glass);
    let run = pin!(display.run(&clock));
    let mut task = Task::new(run);
    let turns = 1 + AUTO_FLUSH_WITHIN.as_millis() as i32 / 10;
    for turn in 0..turns {
        assert!(glass.writes.borrow().is_empty(), "turn {turn}");
        display
            .pixel(APP, at(turn % 16, turn / 16), INK)
            .expect("mine");
        task.turn();
        clock.pass(10 * MS);
    }
    task.turn();
    assert_eq!(glass.writes.borrow().len(), 1);
}

#[test]
fn an_explicit_flush_replaces_the_automatic_one() {
    let (glass, clock) = (Glass::new(16, 12), FakeClock::default());
    let display = screen(16, 12, &glass);
    let run = pin!(display.run(&clock));
    let mut task = Task::new(run);
    display.clear(APP, INK).expect("mine");
    task.turn();
    block_on(display.flush(APP)).expect("the panel works");
    clock.pass(AUTO_FLUSH_AFTER);
    task.turn();
    assert_eq!(glass.writes.borrow().len(), 1);
}

#[test]
fn a_failing_panel_is_tried_again() {
    let (glass, clock) = (Glass::new(16, 12), FakeClock::default());
    let display = screen(16, 12, &glass);
    let run = pin!(display.run(&clock));
    let mut task = Task::new(run);
    *glass.broken.borrow_mut() = true;
    display.clear(APP, INK).expect("mine");
    task.turn();
    clock.pass(AUTO_FLUSH_AFTER);
    task.turn();
    *glass.broken.borrow_mut() = false;
    clock.pass(AUTO_FLUSH_AFTER);
    task.turn();
    assert_eq!(glass.art(), art(&display));
}

#[test]
fn what_was_drawn_without_a_run_shows_in_the_next() {
    let (glass, clock) = (Glass::new(16, 12), FakeClock::default());
    let display = screen(16, 12, &glass);
    {
        let run = pin!(display.run(&clock));
        Task::new(run).turn();
    }
    display.clear(APP, INK).expect("mine");
    let run = pin!(display.run(&clock));
    let mut task = Task::new(run);
    task.turn();
    clock.pass(AUTO_FLUSH_AFTER);
    task.turn();
    assert_eq!(glass.art(), art(&display));
}
