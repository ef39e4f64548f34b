//! embassy's time driver over the timer of the hart.

use core::cell::RefCell;
use core::task::Waker;

use embassy_sync::blocking_mutex::CriticalSectionMutex;
use embassy_time_driver::{Driver, time_driver_impl};
use embassy_time_queue_utils::Queue;

use crate::register::clint::{MTIME_HIGH, MTIME_LOW, MTIMECMP_HIGH, MTIMECMP_LOW};

/// The timer counts at 10 MHz.
const TICKS_PER_US: u64 = 10;

/// Maximum time to the next alarm, a minute. Without it an emulator that skips idle time (`-icount sleep=off`) would
/// skip to the end of time, and its clock would overflow.
const MAX_TICKS: u64 = 60_000_000 * TICKS_PER_US;

time_driver_impl!(static TIME: MachineTime = MachineTime(CriticalSectionMutex::new(RefCell::new(Queue::new()))));

/// Time driver: time since the machine was switched on. Embassy's ticks are microseconds here.
struct MachineTime(CriticalSectionMutex<RefCell<Queue>>);

impl Driver for MachineTime {
    fn now(&self) -> u64 {
        micros()
    }

    fn schedule_wake(&self, at: u64, waker: &Waker) {
        self.0.lock(|queue| {
            let mut queue = queue.borrow_mut();
            if queue.schedule_wake(at, waker) {
                wake_due(&mut queue);
            }
        });
    }
}

/// Wakes the tasks that are due, and sets the interrupt to the next wake.
fn wake_due(queue: &mut Queue) {
    let next = queue.next_expiration(micros());
    let latest = ticks() + MAX_TICKS;
    interrupt_at(next.saturating_mul(TICKS_PER_US).min(latest));
}

/// Returns the time since the machine was switched on, in microseconds.
pub(crate) fn micros() -> u64 {
    ticks() / TICKS_PER_US
}

/// Reads both halves of the counter, again if the lower half has wrapped meanwhile.
fn ticks() -> u64 {
    loop {
        let (high, low) = (MTIME_HIGH.read(), MTIME_LOW.read());
        if MTIME_HIGH.read() == high {
            return u64::from(high) << 32 | u64::from(low);
        }
    }
}

/// Sets the time of the next interrupt. The upper half is set to its maximum first, so that no intermediate value is in
/// the past (RISC-V Privileged Architecture, 3.2.1).
fn interrupt_at(ticks: u64) {
    MTIMECMP_HIGH.write(u32::MAX);
    MTIMECMP_LOW.write(ticks as u32);
    MTIMECMP_HIGH.write((ticks >> 32) as u32);
}

pub(crate) fn interrupt() {
    TIME.0.lock(|queue| wake_due(&mut queue.borrow_mut()));
}
