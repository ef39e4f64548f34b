//! Stopwatches: their values, and their separation by app.

use akira_abi::{AppId, Clock, Errno, Instant};
use akira_bridge_timer::{MAX_PER_APP, Stopwatch, Timers};
use std::cell::Cell;
use std::task::Waker;
use std::time::Duration;

const APP: AppId = AppId::new(1);
const OTHER: AppId = AppId::new(2);

#[derive(Default)]
struct FakeClock(Cell<u64>);

impl Clock for FakeClock {
    fn now(&self) -> Instant {
        Instant::from_micros(self.0.get())
    }

    fn wake_at(&self, _: Instant, _: &Waker) {}
}

fn ms(ms: u64) -> Instant {
    Instant::from_micros(ms * 1_000)
}

#[test]
fn shows_zero_until_started() {
    let mut stopwatch = Stopwatch::new();
    assert_eq!(stopwatch.elapsed_ms(ms(500)), 0);
    stopwatch.stop(ms(600));
    assert_eq!(stopwatch.elapsed_ms(ms(700)), 0);
    assert!(!stopwatch.is_running());
}

#[test]
fn shows_the_time_since_the_start_while_running() {
    let mut stopwatch = Stopwatch::new();
    stopwatch.start(ms(100));
    assert!(stopwatch.is_running());
    assert_eq!(stopwatch.elapsed_ms(ms(100)), 0);
    assert_eq!(stopwatch.elapsed_ms(ms(350)), 250);
    assert_eq!(stopwatch.elapsed(ms(101)), Duration::from_millis(1));
}

#[test]
fn stop_freezes_and_a_second_stop_changes_nothing() {
    let mut stopwatch = Stopwatch::new();
    stopwatch.start(ms(100));
    stopwatch.stop(ms(350));
    assert_eq!(stopwatch.elapsed_ms(ms(9_000)), 250);
    stopwatch.stop(ms(9_000));
    assert_eq!(stopwatch.elapsed_ms(ms(9_500)), 250);
}

#[test]
fn start_starts_from_zero_whether_stopped_or_running() {
    let mut stopwatch = Stopwatch::new();
    stopwatch.start(ms(0));
    stopwatch.start(ms(100));
    assert_eq!(stopwatch.elapsed_ms(ms(130)), 30);
    stopwatch.stop(ms(130));
    stopwatch.start(ms(200));
    assert_eq!(stopwatch.elapsed_ms(ms(201)), 1);
}

#[test]
fn reset_stops_at_zero() {
    let mut stopwatch = Stopwatch::new();
    stopwatch.start(ms(0));
    stopwatch.reset();
    assert_eq!(stopwatch, Stopwatch::default());
    assert_eq!(stopwatch.elapsed_ms(ms(130)), 0);
}

#[test]
fn milliseconds_stay_positive_as_i32() {
    let mut stopwatch = Stopwatch::new();
    stopwatch.start(ms(0));
    assert_eq!(stopwatch.elapsed_ms(ms(0x7fff_ffff)), 0x7fff_ffff);
    assert_eq!(stopwatch.elapsed_ms(ms(0x8000_0000)), 0);
    assert_eq!(stopwatch.elapsed_ms(ms(0x1_8000_0005)), 5);
}

#[test]
fn a_clock_that_went_back_shows_zero() {
    let mut stopwatch = Stopwatch::new();
    stopwatch.start(ms(100));
    assert_eq!(stopwatch.elapsed_ms(ms(50)), 0);
}

#[test]
fn timers_follow_the_clock() {
    let clock = FakeClock::default();
    let timers = Timers::<_, 8>::new(&clock);
    let timer = timers.create(APP).expect("a slot");
    assert_eq!(timers.elapsed_ms(APP, timer), Ok(0));
    assert_eq!(timers.start(APP, timer), Ok(()));
    clock.0.set(3_000);
    assert_eq!(timers.elapsed_ms(APP, timer), Ok(3));
    assert_eq!(timers.stop(APP, timer), Ok(()));
    clock.0.set(9_000);
    assert_eq!(timers.elapsed_ms(APP, timer), Ok(3));
}

#[test]
fn each_app_has_its_own_handles() {
    let clock = FakeClock::default();
    let timers = Timers::<_, 8>::new(&clock);
    assert_eq!(timers.create(APP), Ok(0));
    assert_eq!(timers.create(OTHER), Ok(0));
    assert_eq!(timers.create(APP), Ok(1));
    timers.start(APP, 0).expect("a timer");
    clock.0.set(5_000);
    assert_eq!(timers.elapsed_ms(OTHER, 0), Ok(0));
    assert_eq!(timers.start(OTHER, 1), Err(Errno::EINVAL));
    assert_eq!(timers.free(OTHER, 1), Err(Errno::EINVAL));
    assert_eq!(timers.elapsed_ms(APP, 0), Ok(5));
}

#[test]
fn a_dead_or_made_up_handle_is_invalid() {
    let timers = Timers::<_, 8>::new(FakeClock::default());
    let timer = timers.create(APP).expect("a slot");
    assert_eq!(timers.free(APP, timer), Ok(()));
    for handle in [timer, 1, 8, u32::MAX] {
        assert_eq!(timers.start(APP, handle), Err(Errno::EINVAL));
        assert_eq!(timers.stop(APP, handle), Err(Errno::EINVAL));
        assert_eq!(timers.elapsed_ms(APP, handle), Err(Errno::EINVAL));
        assert_eq!(timers.free(APP, handle), Err(Errno::EINVAL));
    }
}

#[test]
fn an_app_gets_eight_and_leaves_the_rest_to_others() {
    let timers = Timers::<_, 10>::new(FakeClock::default());
    for expected in 0..MAX_PER_APP {
        assert_eq!(timers.create(APP), Ok(expected));
    }
    assert_eq!(timers.create(APP), Err(Errno::ENOMEM));
    assert_eq!(timers.create(OTHER), Ok(0));
    assert_eq!(timers.create(OTHER), Ok(1));
    assert_eq!(timers.create(OTHER), Err(Errno::ENOMEM));
    timers.free(APP, 3).expect("a timer");
    assert_eq!(timers.create(APP), Ok(3));
}

#[test]
fn a_reused_handle_starts_at_zero() {
    let clock = FakeClock::default();
    let timers = Timers::<_, 1>::new(&clock);
    let timer = timers.create(APP).expect("a slot");
    timers.start(APP, timer).expect("a timer");
    timers.free(APP, timer).expect("a timer");
    clock.0.set(5_000);
    let again = timers.create(APP).expect("a slot");
    assert_eq!(again, timer);
    assert_eq!(timers.elapsed_ms(APP, again), Ok(0));
}

#[test]
fn release_takes_back_what_the_app_had_and_nothing_else() {
    let timers = Timers::<_, 4>::new(FakeClock::default());
    for app in [APP, OTHER, APP] {
        timers.create(app).expect("a slot");
    }
    timers.release(APP);
    assert_eq!(timers.elapsed_ms(APP, 0), Err(Errno::EINVAL));
    assert_eq!(timers.elapsed_ms(OTHER, 0), Ok(0));
    for _ in 0..3 {
        timers.create(APP).expect("the slots are free again");
    }
}
