//! The virtual clock: every wake that is asked for comes, in order, at its time.

use akira_abi::{Clock, Instant, sleep_until};
use akira_bridge_time::virtual_clock::VirtualClock;
use std::pin::pin;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Wake, Waker};
use std::time::Duration;

#[derive(Default)]
struct Count(AtomicU32);

impl Wake for Count {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

impl Count {
    fn new() -> (Arc<Self>, Waker) {
        let count = Arc::new(Self::default());
        (count.clone(), count.into())
    }

    fn wakes(&self) -> u32 {
        self.0.load(Ordering::Relaxed)
    }
}

struct Note(u32, Arc<Mutex<Vec<u32>>>);

impl Wake for Note {
    fn wake(self: Arc<Self>) {
        self.1.lock().expect("one thread").push(self.0);
    }
}

fn at(us: u64) -> Instant {
    Instant::from_micros(us)
}

fn micros(us: u64) -> Duration {
    Duration::from_micros(us)
}

#[test]
fn stands_still_until_told_to_go_on() {
    let clock = VirtualClock::new();
    assert_eq!(clock.now(), Instant::START);
    clock.advance(micros(5));
    clock.advance(micros(7));
    assert_eq!(clock.now(), at(12));
    assert_eq!(VirtualClock::<4>::starting_at(at(9)).now(), at(9));
    assert_eq!(VirtualClock::<4>::default().now(), Instant::START);
}

#[test]
fn wakes_at_the_time_and_once() {
    let clock = VirtualClock::new();
    let (count, waker) = Count::new();
    clock.wake_at(at(10), &waker);
    clock.advance(micros(9));
    assert_eq!(count.wakes(), 0);
    clock.advance(micros(1));
    assert_eq!(count.wakes(), 1);
    clock.advance(micros(100));
    assert_eq!(count.wakes(), 1);
}

#[test]
fn wakes_at_once_what_is_due_already() {
    let clock = VirtualClock::<1>::starting_at(at(10));
    let (count, waker) = Count::new();
    clock.wake_at(at(10), &waker);
    clock.wake_at(at(3), &waker);
    assert_eq!(count.wakes(), 2);
    assert_eq!(clock.next_wake(), None);
}

#[test]
fn advance_wakes_in_order_of_time_and_then_of_asking() {
    let clock = VirtualClock::new();
    let order = Arc::new(Mutex::new(Vec::new()));
    for (n, us) in [(0, 30), (1, 10), (2, 20), (3, 10)] {
        clock.wake_at(at(us), &Arc::new(Note(n, order.clone())).into());
    }
    clock.advance(micros(25));
    assert_eq!(*order.lock().expect("one thread"), [1, 3, 2]);
    assert_eq!(clock.next_wake(), Some(at(30)));
}

#[test]
fn advance_to_next_stops_at_each_wake() {
    let clock = VirtualClock::new();
    assert_eq!(clock.advance_to_next(), None);
    let (count, waker) = Count::new();
    let (other_count, other) = Count::new();
    clock.wake_at(at(20), &waker);
    clock.wake_at(at(10), &waker);
    clock.wake_at(at(10), &other);
    assert_eq!(clock.advance_to_next(), Some(at(10)));
    assert_eq!((count.wakes(), other_count.wakes()), (1, 1));
    assert_eq!(clock.advance_to_next(), Some(at(20)));
    assert_eq!(clock.advance_to_next(), None);
    assert_eq!(clock.now(), at(20));
}

#[test]
fn the_same_task_at_the_same_time_is_one_wake() {
    let clock = VirtualClock::<2>::default();
    let (count, waker) = Count::new();
    for _ in 0..100 {
        clock.wake_at(at(10), &waker);
        clock.wake_at(at(20), &waker);
    }
    clock.advance(micros(10));
    assert_eq!(count.wakes(), 1);
    clock.advance(micros(10));
    assert_eq!(count.wakes(), 2);
}

#[test]
fn a_full_clock_wakes_the_one_due_first_early_and_loses_none() {
    let clock = VirtualClock::<2>::default();
    let tasks: Vec<_> = (0..3).map(|_| Count::new()).collect();
    for (task, us) in tasks.iter().zip([20, 10, 30]) {
        clock.wake_at(at(us), &task.1);
    }
    let wakes = |n: usize| tasks[n].0.wakes();
    assert_eq!([wakes(0), wakes(1), wakes(2)], [0, 1, 0]);
    clock.advance(micros(30));
    assert_eq!([wakes(0), wakes(1), wakes(2)], [1, 1, 1]);
}

#[test]
fn a_clock_without_room_wakes_at_once() {
    let clock = VirtualClock::<0>::default();
    let (count, waker) = Count::new();
    clock.wake_at(at(10), &waker);
    assert_eq!(count.wakes(), 1);
}

#[test]
fn never_is_not_kept() {
    let clock = VirtualClock::new();
    let (count, waker) = Count::new();
    clock.wake_at(Instant::NEVER, &waker);
    assert_eq!(clock.next_wake(), None);
    assert_eq!(count.wakes(), 0);
}

#[test]
fn a_sleeper_wakes_at_its_time() {
    let clock = VirtualClock::new();
    let (count, waker) = Count::new();
    let mut context = Context::from_waker(&waker);
    let mut sleep = pin!(sleep_until(&clock, at(50)));
    for _ in 0..10 {
        assert!(sleep.as_mut().poll(&mut context).is_pending());
    }
    assert_eq!(clock.advance_to_next(), Some(at(50)));
    assert_eq!(count.wakes(), 1);
    assert!(sleep.as_mut().poll(&mut context).is_ready());
    assert_eq!(clock.next_wake(), None);
}

#[test]
fn runs_do_not_go_beyond_the_end_of_time() {
    let clock = VirtualClock::new();
    let (count, waker) = Count::new();
    clock.wake_at(at(u64::MAX - 1), &waker);
    clock.advance(Duration::MAX);
    assert_eq!(clock.now(), Instant::NEVER);
    assert_eq!(count.wakes(), 1);
}
