//! The machine's time.

use core::cell::{Cell, RefCell};
use core::task::Waker;

use akira::abi::{Clock, Instant};
use akira::time::virtual_clock::VirtualClock;
use embassy_sync::blocking_mutex::CriticalSectionMutex;
use embassy_time_driver::time_driver_impl;
use embassy_time_queue_utils::Queue;

use crate::interrupt::Bell;
use crate::register::clint::{MTIME_HIGH, MTIME_LOW, MTIMECMP_HIGH, MTIMECMP_LOW};

/// The timer counts at 10 MHz.
const TICKS_PER_US: u64 = 10;

/// The alarm never sleeps longer than this, a minute. An emulator that skips idle time (`-icount sleep=off`) would skip
/// all that there is, and its clock runs over then.
const TICKS_MOST: u64 = 60_000_000 * TICKS_PER_US;

/// How many wakes wait at a time; one more wakes the first of them early.
const WAKES: usize = 32;

static RUNG: Bell = Bell::new();

/// When to interrupt, in ticks: for the board's clock, and for the network's timers.
static ALARMS: CriticalSectionMutex<Cell<[u64; 2]>> =
    CriticalSectionMutex::new(Cell::new([u64::MAX; 2]));

time_driver_impl!(static NETWORK_TIME: NetworkTime = NetworkTime(CriticalSectionMutex::new(RefCell::new(Queue::new()))));

/// The time since the board was made, from the timer of the hart.
///
/// The wakes that wait are kept as a virtual clock keeps them; [`drive`](Self::drive) leads it along the machine's time.
#[derive(Debug)]
pub struct MachineClock {
    start: u64,
    wakes: VirtualClock<WAKES>,
}

impl MachineClock {
    /// Makes a clock that begins now.
    pub fn new() -> Self {
        Self {
            start: ticks(),
            wakes: VirtualClock::default(),
        }
    }

    /// Wakes what is due as time passes; never ends.
    ///
    /// # Cancel safety
    ///
    /// A drop loses nothing; awaiting it again goes on.
    pub async fn drive(&self) -> ! {
        loop {
            self.wakes.advance(self.now().since(self.wakes.now()));
            self.arm();
            NETWORK_TIME.wake_due();
            RUNG.wait().await;
        }
    }

    /// Asks for an interrupt at the next wake.
    fn arm(&self) {
        let next = self.wakes.next_wake().map(Instant::as_micros);
        let ticks = next.and_then(|us| us.checked_mul(TICKS_PER_US)?.checked_add(self.start));
        set_alarm(|[board, _]| *board = ticks.unwrap_or(u64::MAX));
    }
}

impl Default for MachineClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for MachineClock {
    fn now(&self) -> Instant {
        Instant::from_micros((ticks() - self.start) / TICKS_PER_US)
    }

    fn wake_at(&self, at: Instant, waker: &Waker) {
        self.wakes.wake_at(at, waker);
        self.arm();
    }
}

/// The timers of embassy-net, in microseconds since the machine was switched on.
///
/// They are not kept with the board's: those of a task are one here, and the task looks at all of them when it is woken.
struct NetworkTime(CriticalSectionMutex<RefCell<Queue>>);

impl NetworkTime {
    fn wake_due(&self) {
        self.0.lock(|queue| self.arm(&mut queue.borrow_mut()));
    }

    /// Wakes what is due, and asks for an interrupt at the next.
    fn arm(&self, queue: &mut Queue) {
        let next = queue.next_expiration(embassy_time_driver::Driver::now(self));
        set_alarm(|[_, network]| *network = next.saturating_mul(TICKS_PER_US));
    }
}

impl embassy_time_driver::Driver for NetworkTime {
    fn now(&self) -> u64 {
        micros()
    }

    fn schedule_wake(&self, at: u64, waker: &Waker) {
        self.0.lock(|queue| {
            let mut queue = queue.borrow_mut();
            if queue.schedule_wake(at, waker) {
                self.arm(&mut queue);
            }
        });
    }
}

/// Returns the time since the machine was switched on, in microseconds.
pub(crate) fn micros() -> u64 {
    ticks() / TICKS_PER_US
}

/// Reads both halves of the counter, again if the lower one has run over meanwhile.
fn ticks() -> u64 {
    loop {
        let (high, low) = (MTIME_HIGH.read(), MTIME_LOW.read());
        if MTIME_HIGH.read() == high {
            return u64::from(high) << 32 | u64::from(low);
        }
    }
}

/// Changes when to interrupt.
fn set_alarm(change: impl FnOnce(&mut [u64; 2])) {
    ALARMS.lock(|alarms| {
        let mut ticks = alarms.get();
        change(&mut ticks);
        alarms.set(ticks);
        interrupt_at(ticks[0].min(ticks[1]).min(self::ticks() + TICKS_MOST));
    });
}

/// The upper half goes to its maximum first, so that no time in between is one that has come (RISC-V Privileged
/// Architecture, 3.2.1).
fn interrupt_at(ticks: u64) {
    MTIMECMP_HIGH.write(u32::MAX);
    MTIMECMP_LOW.write(ticks as u32);
    MTIMECMP_HIGH.write((ticks >> 32) as u32);
}

pub(crate) fn interrupt() {
    MTIMECMP_HIGH.write(u32::MAX);
    RUNG.signal(());
}
