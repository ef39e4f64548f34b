//! One run of an app: slices, suspending calls, budgets.
//!
//! Every input of a guest (results, events, time) passes through this one loop.

use crate::app::Pending;
use crate::board::Board;
use crate::budget::WriteBudget;
use crate::call::Call;
use crate::engine::{Instance, Interrupt, Step, Trap};
use crate::event::Exit;
use crate::guard::{Callee, Guest, answer};
use crate::meter::Meter;
use crate::modules::Modules;
use crate::window::{Rest, WINDOW_BYTES};
use akira_abi::{Errno, Mode, sleep_until};
use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;
use core::future::poll_fn;
use core::pin::{Pin, pin};
use core::task::{Context, Poll, Waker};
use core::time::Duration;

/// CPU budget of a run, in fuel.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CpuBudget {
    /// Fuel of one slice.
    pub(crate) slice: u64,
    /// Maximum fuel between two waits.
    pub(crate) between_waits: u64,
    /// Fuel that the engine consumes per millisecond on this CPU.
    pub(crate) fuel_per_ms: u64,
    /// Maximum share of the CPU in percent; 100 means no limit.
    pub(crate) share: u8,
}

/// A run of an app.
pub(crate) struct Run<B: Board, I> {
    pub(crate) instance: I,
    pub(crate) board: Rc<B>,
    pub(crate) meter: Rc<Meter>,
    pub(crate) budget: CpuBudget,
    /// Fuel given to the instance and not yet accounted for.
    pub(crate) given: u64,
    /// Fuel used since the app last rested.
    pub(crate) burst: u64,
    /// Time that the app has waited since then.
    pub(crate) rested: Duration,
    /// Budget of the app for flash wear.
    pub(crate) writes: Rc<WriteBudget>,
}

/// Returns the size of the future of a run: the engine's instance, and the largest future that any
/// module of the board awaits in [`NativeModule::complete`](crate::NativeModule::complete).
const fn size_of_run<B: Board, I: Instance<Guest<B>>>() -> usize {
    size_of_future(&Run::<B, I>::calls)
}

/// Returns the bytes that the runtime uses for a run: the future, and the modules' windows to the
/// app's memory.
pub(crate) const fn bytes_of_run<B: Board, I: Instance<Guest<B>>>() -> usize {
    size_of_run::<B, I>() + B::Modules::WINDOWS * WINDOW_BYTES
}

const fn size_of_future<A, C, F: Future>(_: &impl FnOnce(A, C) -> F) -> usize {
    size_of::<F>()
}

/// Total waiting time after which the app's count of computed fuel is reset. Shorter waits add up.
/// Neither a call that is answered soon, as a write to flash can be, nor a wait of no length resets
/// the count, so an app cannot use them to compute without end.
const REST: Duration = Duration::from_millis(1);

/// Fuel charged for a wait and the wake-up after it.
const WAKE_FUEL: u64 = 250;

impl CpuBudget {
    /// Returns how long an app must rest after it used `fuel`, to stay within its share of the CPU.
    pub(crate) fn rest_for(&self, fuel: u64) -> Duration {
        let share = u64::from(self.share.clamp(1, 100));
        // Spares most apps the divisions at each wait, which a 32-bit processor does in software.
        if share == 100 {
            return Duration::ZERO;
        }
        Duration::from_micros(self.us_for(fuel).saturating_mul(100 - share) / share)
    }

    /// Returns how long the CPU takes to interpret `fuel`, in microseconds.
    pub(crate) fn us_for(&self, fuel: u64) -> u64 {
        fuel.saturating_mul(1_000) / self.fuel_per_ms.max(1)
    }
}

impl<B: Board, I: Instance<Guest<B>>> Run<B, I> {
    /// Calls the exports one after the other, and stops at the first that traps or ends the app.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future ends the run: the native call that the app waits for is dropped, and the
    /// app's resources are released.
    #[expect(
        clippy::manual_async_fn,
        reason = "an `async fn` would hold `self` twice: as its argument and as what that is bound to"
    )]
    pub(crate) fn calls(mut self, exports: Vec<String>) -> impl Future<Output = Exit> {
        async move {
            self.meter.set_preempted(false);
            let mut exit = Exit::Returned(0);
            for export in &exports {
                exit = self.call(export).await;
                if !matches!(exit, Exit::Returned(_)) {
                    break;
                }
            }
            exit
        }
    }

    async fn call(&mut self, export: &str) -> Exit {
        self.given = self.budget.slice;
        let mut step = self.instance.start(export, self.given);
        loop {
            self.serve_windows();
            self.account();
            step = match step {
                Step::Finished(code) => return Exit::Returned(code),
                Step::Trapped(trap) => return Exit::Trapped(trap),
                Step::OutOfFuel { needed } => {
                    if self.burst > self.budget.between_waits {
                        return Exit::Trapped(Trap::OutOfCpu);
                    }
                    self.give_way().await;
                    self.resume(0, self.budget.slice.max(needed))
                }
                Step::Paused => match self.complete().await {
                    Ok((result, fuel)) => {
                        self.rest_after_wait().await;
                        self.resume(result, fuel)
                    }
                    Err(exit) => return exit,
                },
            };
        }
    }

    fn resume(&mut self, result: i64, fuel: u64) -> Step {
        self.given = fuel;
        self.instance.resume(result, fuel)
    }

    /// Makes the copies to and from the app's memory that modules have requested through windows.
    /// No call borrows the memory at this point.
    fn serve_windows(&mut self) {
        // Known at compile time, so that a board without windows contains none of this code.
        if B::Modules::WINDOWS == 0 {
            return;
        }
        let (memory, guest) = self.instance.memory();
        let Some(windows) = guest.app.windows().cloned() else {
            return;
        };
        let (_, mut rest) = Rest::around(memory, 0..0);
        guest.app.charge(windows.serve(&mut rest));
    }

    /// Accounts for the fuel of the last step.
    fn account(&mut self) {
        let left = self.instance.fuel();
        let used = self.given.saturating_sub(left);
        self.given = left;
        self.burst = self.burst.saturating_add(used);
        self.meter.owe(self.budget.rest_for(used));
        self.meter.add_fuel(used);
        self.meter
            .set_memory_bytes(self.instance.memory().0.len() as u64);
        self.board.consumed(used);
    }

    /// Lets other apps run at the end of a slice. Rests first if the app has used more than its
    /// share of the CPU.
    async fn give_way(&mut self) {
        if self.meter.owed().is_zero() {
            self.meter.set_preempted(true);
            yield_once().await;
            self.meter.set_preempted(false);
        } else {
            self.rest().await;
        }
    }

    /// Rests if the app's waits are too short for its share. Debts of less than a slice are carried
    /// to the end of the slice.
    async fn rest_after_wait(&mut self) {
        let slice = self.budget.rest_for(self.budget.slice);
        if !slice.is_zero() && self.meter.owed() >= slice {
            self.rest().await;
        }
    }

    async fn rest(&mut self) {
        let until = self.board.clock().now() + self.meter.owed();
        self.meter.set_owed(Duration::ZERO);
        sleep_until(self.board.clock(), until).await;
    }

    /// Finishes the call that paused the app, in several parts if the call asks for it. Returns its
    /// result and the fuel to resume with: a new slice if the app waited, otherwise the rest of the
    /// old one.
    async fn complete(&mut self) -> Result<(i64, u64), Exit> {
        let pending = self.instance.memory().1.app.pending.take();
        let Some(pending) = pending else {
            return Err(Exit::Trapped(Trap::Other));
        };
        // An immediate call did its first part when the app made it.
        let mut gives_way = pending.callee.row.mode == Mode::Immediate;
        loop {
            if core::mem::replace(&mut gives_way, true) {
                self.give_way().await;
                self.given = self.budget.slice;
            }
            let (result, waited) = self.part(&pending).await;
            let unfinished = result == Err(Interrupt::Pause);
            return match result {
                Err(Interrupt::Exit(code)) => Err(Exit::Returned(code)),
                Err(Interrupt::Trap(trap)) => Err(Exit::Trapped(trap)),
                _ if (waited || unfinished) && self.burst > self.budget.between_waits => {
                    Err(Exit::Trapped(Trap::OutOfCpu))
                }
                Err(Interrupt::Pause) => continue,
                Err(Interrupt::Grow(_)) => Ok((i64::from(Errno::ENOMEM.code()), self.given)),
                Ok(result) => Ok((result, self.given)),
            };
        }
    }

    /// Does the next part of a call, which for most calls is the whole call. Returns whether the
    /// app waited.
    async fn part(&mut self, pending: &Pending) -> (Result<i64, Interrupt>, bool) {
        let board = self.board.clone();
        let (memory, guest) = self.instance.memory();
        let Callee { row, place } = pending.callee;
        let values = pending.arguments.values();
        if self.writes.is_short() {
            self.writes.refill(board.clock().now());
        }
        // Reading a clock may cost more than the call, so it is read only for an app that can owe
        // time: one with a limited share of the CPU, or one that has computed for long.
        let long = self.budget.slice.min(self.budget.between_waits / 16);
        let owes = self.budget.share < 100 || self.burst > long;
        let began = owes.then(|| board.clock().now());
        let around = |answered: bool| board.on_behalf((!answered).then_some(&self.writes));
        // The first condition is known at compile time, so that a board without windows contains
        // none of this code.
        let (result, waited, copied) = if B::Modules::WINDOWS > 0
            && row.mode == Mode::Suspending
            && let Some(windows) = guest.app.windows().cloned()
        {
            let own = pending.arguments.hull();
            guest.app.base = own.start as u32;
            let (own, mut rest) = Rest::around(memory, own);
            let mut copied = 0;
            let mut call = Call::new(&pending.callee, values, own, &mut guest.app);
            let serve = |cx: &mut Context<'_>| {
                windows.wake(cx.waker());
                copied += windows.serve(&mut rest);
            };
            let completed = pin!(board.modules().complete(place, &mut call));
            let (result, waited) = with_waits(completed, around, serve).await;
            (answer(row, result), waited, copied)
        } else {
            let mut call = Call::new(&pending.callee, values, memory, &mut guest.app);
            match row.mode {
                Mode::Suspending => {
                    let completed = pin!(board.modules().complete(place, &mut call));
                    let (result, waited) = with_waits(completed, around, |_| ()).await;
                    (answer(row, result), waited, 0)
                }
                Mode::Immediate => {
                    let result = board.modules().enter(place, &mut call);
                    (answer(row, result), false, 0)
                }
            }
        };
        if B::Modules::WINDOWS > 0 {
            guest.app.base = 0;
        }
        guest.app.forget_growth();
        let charge = guest.app.take_charge() + copied + if waited { WAKE_FUEL } else { 0 };
        self.burst = self.burst.saturating_add(charge);
        if let Some(began) = began.filter(|_| waited) {
            self.note_rest(board.clock().now().since(began));
        }
        self.meter.add_fuel(charge);
        self.meter.owe(self.budget.rest_for(charge));
        board.consumed(charge);
        self.given = match waited {
            true => self.budget.slice,
            false => self.given.saturating_sub(charge),
        };
        (result, waited)
    }

    /// Accounts for a wait of the app.
    fn note_rest(&mut self, time: Duration) {
        self.meter.set_owed(self.meter.owed().saturating_sub(time));
        self.rested = self.rested.saturating_add(time);
        if self.rested >= REST {
            (self.burst, self.rested) = (0, Duration::ZERO);
        }
    }
}

/// Awaits a future, and returns whether that took more than one poll. Calls `serve` and
/// `around(false)` before each poll, and `around(true)` after it. The future is pinned in the
/// caller, since a future that is passed by value takes space twice.
async fn with_waits<F: Future>(
    mut future: Pin<&mut F>,
    around: impl Fn(bool),
    mut serve: impl FnMut(&mut Context<'_>),
) -> (F::Output, bool) {
    let mut waited = false;
    poll_fn(|cx| {
        serve(cx);
        around(false);
        let poll = future.as_mut().poll(cx);
        around(true);
        let poll = poll.map(|output| (output, waited));
        waited |= poll.is_pending();
        poll
    })
    .await
}

/// Yields once without requesting a wake-up: the scheduler knows which apps were preempted.
async fn yield_once() {
    let mut yielded = false;
    poll_fn(|_| {
        if core::mem::replace(&mut yielded, true) {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
    .await;
}

/// Yields once, so that other tasks run, and requests another poll.
#[cfg(feature = "wasmi")]
pub(crate) async fn pause() {
    let mut paused = false;
    poll_fn(|cx| {
        if core::mem::replace(&mut paused, true) {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// Runs to completion a future that never waits for an event.
pub(crate) fn at_once<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
    }
}

/// Returns the fuel that the engine consumes in `time`.
pub(crate) fn fuel_for(time: Duration, fuel_per_ms: u64) -> u64 {
    let us = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
    us.saturating_mul(fuel_per_ms) / 1_000
}
