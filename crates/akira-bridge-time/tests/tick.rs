//! A clock that is only read: whoever waits looks again and again.

use akira_abi::{Clock, Instant};
use akira_bridge_time::{TickClock, Time};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::task::{Context, Wake, Waker};

static MICROS: AtomicU64 = AtomicU64::new(0);

#[derive(Default)]
struct Woken(AtomicUsize);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

#[test]
fn a_delay_is_looked_at_until_its_time_has_come() {
    let clock = TickClock::new(|| MICROS.load(Ordering::Relaxed));
    let woken = Arc::new(Woken::default());
    let waker = Waker::from(woken.clone());
    let mut context = Context::from_waker(&waker);
    let time = Time::new(clock);
    let mut delay = pin!(time.delay(100));
    for looks in 1..=99 {
        assert!(delay.as_mut().poll(&mut context).is_pending());
        assert_eq!(
            woken.0.load(Ordering::Relaxed),
            looks,
            "nobody else wakes it"
        );
        MICROS.fetch_add(1, Ordering::Relaxed);
    }
    MICROS.fetch_add(1, Ordering::Relaxed);
    assert!(delay.as_mut().poll(&mut context).is_ready());
    assert_eq!(clock.now(), Instant::from_micros(100));
}
