//! Tests of the server rules against peers that behave well, slowly or badly.

use core::time::Duration;

use akira_peers::{Backoff, Limits, Pace, displaced};

const LIMITS: Limits = Limits::new(Duration::from_secs(5), 1_000);

const fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

/// Returns the time until a peer that sends `bytes` after each `pause` is dropped, up to an hour.
fn lasts(bytes: usize, pause: Duration) -> Duration {
    let mut pace = Pace::new(&LIMITS);
    let mut total = Duration::ZERO;
    while total < ms(3_600_000) {
        total += pause;
        if !pace.wait(pause, bytes) {
            break;
        }
    }
    total
}

#[test]
fn a_peer_at_the_lowest_rate_lasts() {
    assert!(lasts(1_000, ms(1_000)) >= ms(3_600_000));
    assert!(lasts(4_000, ms(4_000)) >= ms(3_600_000));
}

#[test]
fn a_peer_below_the_rate_ends_however_it_divides_its_bytes() {
    assert!(lasts(0, ms(1)) <= ms(5_001));
    assert!(lasts(1, ms(4_999)) <= ms(2 * 4_999));
    assert!(lasts(1, ms(100)) <= ms(5_200));
    assert!(lasts(500, ms(1_000)) <= ms(11_000));
    assert!(lasts(usize::MAX, ms(5_001)) <= ms(5_001));
}

#[test]
fn a_burst_pays_for_no_pause_longer_than_the_grace_period() {
    let mut pace = Pace::new(&LIMITS);
    assert!(pace.wait(ms(1), usize::MAX));
    assert_eq!(pace.left(), LIMITS.grace);
    assert!(!pace.wait(ms(5_001), usize::MAX));
}

#[test]
fn a_rate_of_nothing_asks_for_a_byte_per_second() {
    let mut pace = Pace::new(&Limits::new(ms(1_000), 0));
    assert!(pace.wait(ms(1_000), 1));
    assert_eq!(pace.left(), ms(1_000));
}

#[test]
fn who_is_nearest_to_the_deadline_makes_room() {
    assert_eq!(displaced([30, 12, 25], 40), Some(1));
    assert_eq!(displaced([12, 12], 40), Some(0), "of equals, the first");
}

#[test]
fn nobody_makes_room_who_has_as_much_time_left_as_the_newcomer() {
    assert_eq!(displaced([40, 41], 40), None);
    assert_eq!(displaced([], 40), None);
}

#[test]
fn wrong_tokens_are_answered_later_each_time_up_to_a_bound() {
    let mut backoff = Backoff::default();
    let delays: Vec<u64> = (0..300).map(|_| backoff.fail().as_secs()).collect();
    assert_eq!(delays[..5], [1, 2, 4, 8, 8]);
    assert_eq!(delays.last(), Some(&8));
    backoff.reset();
    assert_eq!(backoff.fail(), Backoff::SHORTEST);
    assert!(Backoff::LONGEST < Limits::DEFAULT.request);
}

#[test]
fn all_limits_follow_from_the_grace_period() {
    let limits = Limits::DEFAULT;
    let seconds = [
        limits.grace,
        limits.request,
        limits.silence,
        limits.ping(),
        limits.answer,
        limits.farewell,
    ];
    assert_eq!(seconds.map(|limit| limit.as_secs()), [5, 10, 15, 5, 30, 1]);
    assert_eq!(Limits::default(), limits);
}
