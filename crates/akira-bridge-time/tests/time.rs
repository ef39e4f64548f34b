//! The time bridge: apps wait as long as they asked for, and always let others run.

use akira_abi::{Clock, Errno, Instant};
use akira_bridge_time::Time;
use akira_bridge_time::virtual_clock::VirtualClock;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

fn poll<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

#[test]
fn delay_ends_when_its_time_has_come_and_not_before() {
    let clock = VirtualClock::new();
    let time = Time::new(&clock);
    let mut delay = pin!(time.delay(1_000));
    assert!(poll(delay.as_mut()).is_pending());
    assert_eq!(clock.next_wake(), Some(Instant::from_micros(1_000)));
    clock.advance(Duration::from_micros(999));
    assert!(poll(delay.as_mut()).is_pending());
    clock.advance(Duration::from_micros(1));
    assert!(poll(delay.as_mut()).is_ready());
}

#[test]
fn the_longest_delay_is_71_minutes() {
    let clock = VirtualClock::new();
    let time = Time::new(&clock);
    let mut delay = pin!(time.delay(u32::MAX));
    assert!(poll(delay.as_mut()).is_pending());
    assert_eq!(clock.next_wake(), Some(Instant::from_micros(4_294_967_295)));
}

#[test]
fn delay_of_no_time_yields_once() {
    let clock = VirtualClock::new();
    let time = Time::new(&clock);
    let mut delay = pin!(time.delay(0));
    assert!(poll(delay.as_mut()).is_pending());
    assert_eq!(clock.next_wake(), None);
    assert!(poll(delay.as_mut()).is_ready());
}

#[test]
fn time_runs_from_the_first_poll() {
    let clock = VirtualClock::new();
    let time = Time::new(&clock);
    let mut delay = pin!(time.delay(10));
    clock.advance(Duration::from_micros(100));
    assert!(poll(delay.as_mut()).is_pending());
    assert_eq!(clock.next_wake(), Some(Instant::from_micros(110)));
}

#[test]
fn sleep_ms_refuses_what_is_out_of_range_without_waiting() {
    let clock = VirtualClock::new();
    let time = Time::new(&clock);
    for ms in [i32::MIN, -1, 3_600_000, i32::MAX] {
        let sleep = pin!(time.sleep_ms(ms));
        assert_eq!(poll(sleep), Poll::Ready(Err(Errno::EINVAL)), "{ms}");
    }
    assert_eq!(clock.next_wake(), None);
}

#[test]
fn a_sleep_of_0_gives_way_once() {
    let clock = VirtualClock::new();
    let time = Time::new(&clock);
    let mut sleep = pin!(time.sleep_ms(0));
    assert!(poll(sleep.as_mut()).is_pending());
    assert_eq!(poll(sleep), Poll::Ready(Ok(())));
    assert_eq!(clock.next_wake(), None);
}

#[test]
fn sleep_ms_waits_from_a_millisecond_to_an_hour() {
    for ms in [1, 3_599_999] {
        let clock = VirtualClock::new();
        let time = Time::new(&clock);
        let mut sleep = pin!(time.sleep_ms(ms));
        assert!(poll(sleep.as_mut()).is_pending());
        let woken = clock.advance_to_next().expect("one wake");
        assert_eq!(woken.as_millis(), ms as u64);
        assert_eq!(poll(sleep), Poll::Ready(Ok(())));
    }
}

#[test]
fn a_dropped_delay_leaves_time_usable() {
    let clock = VirtualClock::new();
    let time = Time::new(&clock);
    {
        let mut dropped = pin!(time.delay(5));
        assert!(poll(dropped.as_mut()).is_pending());
    }
    let mut delay = pin!(time.delay(10));
    assert!(poll(delay.as_mut()).is_pending());
    while clock.advance_to_next().is_some() {}
    assert!(poll(delay).is_ready());
}

#[test]
fn uptime_counts_whole_milliseconds() {
    let clock = VirtualClock::new();
    let time = Time::new(&clock);
    assert_eq!(time.uptime_ms(), 0);
    clock.advance(Duration::from_micros(1_999));
    assert_eq!(time.uptime_ms(), 1);
    clock.advance(Duration::MAX);
    assert_eq!(time.uptime_ms(), 18_446_744_073_709_551);
    assert_eq!(time.clock().now(), Instant::NEVER);
}
