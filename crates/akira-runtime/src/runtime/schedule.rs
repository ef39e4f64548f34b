//! The scheduler.
//!
//! Each poll first polls every app that waits for something, in order of priority. Then one
//! preempted app gets another slice, or one app whose start is due is started. So an app whose wait
//! is over is delayed by at most one slice or one start, however many other apps spin or crash.

use super::{Runtime, Shared, StartError, Switch};
use crate::board::Board;
use crate::engine::Engine;
use crate::entry::{Entry, Running};
use crate::event::{Event, Exit};
use crate::modules::Modules;
use akira_abi::{AppId, Instant};
use alloc::rc::Rc;
use core::cmp::Reverse;
use core::convert::Infallible;
use core::future::poll_fn;
use core::pin::pin;
use core::task::{Context, Poll};
use core::time::Duration;

/// Delay before the first retry of a start that found no room; it doubles with each retry.
const POSTPONED_FOR: Duration = Duration::from_secs(1);

/// Number of times that a start is postponed before it is dropped.
const POSTPONED_MOST: u8 = 8;

/// Order in which waiting apps are polled: by priority, then by age.
type Rank = (Reverse<u8>, AppId);

impl<B: Board, E: Engine> Runtime<B, E> {
    /// Runs the apps, and the background work of the board's modules
    /// ([`NativeModule::run`](crate::NativeModule::run)). The future never completes.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future pauses every app; calling this function again resumes them. The modules'
    /// futures are dropped, and the next call creates new ones.
    pub async fn run(&self) -> Infallible {
        let mut modules = pin!(self.shared.board.modules().run());
        poll_fn(|cx| {
            self.shared.poll(cx);
            modules.as_mut().poll(cx)
        })
        .await
    }
}

impl<B: Board, E: Engine> Shared<B, E> {
    fn poll(&self, cx: &mut Context<'_>) {
        self.waker.replace(Some(cx.waker().clone()));
        // Chosen before the waiting apps are polled: an app that is preempted in this poll has
        // already had its slice.
        let preempted = self.next_preempted();
        let mut last = None;
        while let Some(next) = self.next_waiting(last) {
            self.poll_app(next.1, cx);
            last = Some(next);
        }
        self.give_turn(preempted, cx);
        let due = self.next_due();
        if self.next_preempted().is_some() || due.is_some_and(|due| due <= self.now()) {
            cx.waker().wake_by_ref();
        } else if let Some(at) = due {
            self.board.clock().wake_at(at, cx.waker());
        }
    }

    /// Gives a slice to a preempted app, or makes a start that is due. Alternates between the two
    /// if both are pending.
    fn give_turn(&self, preempted: Option<AppId>, cx: &mut Context<'_>) {
        let may_start = preempted.is_none() || !self.started.get();
        self.started
            .set(may_start && (self.switch_due() || self.start_due()));
        if let Some(app) = preempted.filter(|_| !self.started.get()) {
            self.poll_app(app, cx);
            self.turn.set(app);
        }
    }

    /// Returns the next app that waits for something, the highest priority first. Allocates
    /// nothing, since it runs at every wake-up of the device.
    fn next_waiting(&self, last: Option<Rank>) -> Option<Rank> {
        let rank = |entry: &Entry| {
            let active = entry.active.as_ref()?;
            (!active.meter.is_preempted()).then_some((Reverse(entry.priority), active.id))
        };
        let apps = self.apps.borrow();
        let waiting = apps.iter().filter_map(rank);
        waiting
            .filter(|rank| last.is_none_or(|last| *rank > last))
            .min()
    }

    /// Returns the preempted app whose turn it is: round robin by run id, after the app that had
    /// the last turn.
    fn next_preempted(&self) -> Option<AppId> {
        let last = self.turn.get();
        let apps = self.apps.borrow();
        let active = apps.iter().filter_map(|entry| entry.active.as_ref());
        let preempted = active.filter(|active| active.meter.is_preempted());
        preempted
            .map(|active| active.id)
            .min_by_key(|app| (*app <= last, *app))
    }

    /// Polls a run once, for at most one slice.
    ///
    /// Any app, including the polled one, may be installed or uninstalled during the poll.
    /// Therefore, the run is identified by its id and not by an index.
    fn poll_app(&self, app: AppId, cx: &mut Context<'_>) {
        let Some((name, mut future)) = self.take_future(app) else {
            return;
        };
        let over = match future.as_mut().poll(cx) {
            _ if self.was_stopped(app) => Some(Exit::Stopped),
            Poll::Ready(exit) => Some(exit),
            Poll::Pending => None,
        };
        match over {
            Some(exit) => {
                drop(future);
                self.ended(app, &name, exit);
            }
            None => self.put_back(app, future),
        }
    }

    fn take_future(&self, app: AppId) -> Option<(Rc<str>, Running)> {
        let mut apps = self.apps.borrow_mut();
        let entry = apps.iter_mut().find(|entry| entry.runs_as(app))?;
        let future = entry.active.as_mut()?.future.take()?;
        Some((entry.name.clone(), future))
    }

    fn put_back(&self, app: AppId, future: Running) {
        let mut apps = self.apps.borrow_mut();
        let entry = apps.iter_mut().find(|entry| entry.runs_as(app));
        if let Some(active) = entry.and_then(|entry| entry.active.as_mut()) {
            active.future = Some(future);
        }
    }

    /// Returns whether a run must end because it was stopped, or its app uninstalled, while it was
    /// polled.
    fn was_stopped(&self, app: AppId) -> bool {
        let apps = self.apps.borrow();
        let entry = apps.iter().find(|entry| entry.runs_as(app));
        entry
            .and_then(|entry| entry.active.as_ref())
            .is_none_or(|active| active.stop)
    }

    /// Starts one app that is due: a restart, an autostart, or a start requested by another app.
    /// Returns whether an app was due.
    fn start_due(&self) -> bool {
        let now = self.now();
        let Some(name) = self.take_due(now) else {
            return false;
        };
        if let Err(error) = self.start(&name)
            && !(error.is_for_want_of_room() && self.postpone(&name, now))
        {
            self.observe(&Event::NotStarted {
                name: &name,
                error: &error,
            });
        }
        true
    }

    /// Schedules another attempt to start an app that found no room. Returns `false` if the app has
    /// had its maximum number of attempts.
    fn postpone(&self, name: &str, now: Instant) -> bool {
        let mut apps = self.apps.borrow_mut();
        let Some(entry) = apps.iter_mut().find(|entry| &*entry.name == name) else {
            return false;
        };
        if entry.postponed >= POSTPONED_MOST {
            entry.postponed = 0;
            return false;
        }
        let pause = POSTPONED_FOR.saturating_mul(1 << entry.postponed);
        entry.postponed += 1;
        entry.due = Some(now + pause.min(self.config.restart_delay_max));
        true
    }

    fn take_due(&self, now: Instant) -> Option<Rc<str>> {
        let mut apps = self.apps.borrow_mut();
        let entry = apps
            .iter_mut()
            .find(|entry| entry.due.is_some_and(|due| due <= now))?;
        entry.due = None;
        Some(entry.name.clone())
    }

    /// Makes the requested switch of the foreground app if it is due, and returns whether it used
    /// the turn.
    fn switch_due(&self) -> bool {
        let now = self.now();
        let mut switch = self.switch.borrow_mut();
        let Some(Switch { name, due }) = switch.as_mut().filter(|switch| switch.due <= now) else {
            return false;
        };
        let earliest = self.earliest_start(name).unwrap_or(now);
        if earliest > now {
            *due = earliest;
            return false;
        }
        let name = *name;
        *switch = None;
        drop(switch);
        if let Err(error) = self.bring_to_front(&name) {
            self.observe(&Event::NotStarted {
                name: &name,
                error: &error,
            });
            self.return_home(&name);
        }
        true
    }

    /// Returns the earliest time at which the runtime itself may start an app that does not run; an
    /// operator may start it earlier. Returns `None` if the app runs or does not exist.
    fn earliest_start(&self, name: &str) -> Option<Instant> {
        let apps = self.apps.borrow();
        let entry = apps.iter().find(|entry| &*entry.name == name)?;
        (!entry.is_running()).then_some(entry.not_before)
    }

    pub(super) fn bring_to_front(&self, name: &str) -> Result<AppId, StartError> {
        let running = self.index(name).and_then(|index| self.run_of(index));
        let app = running.map_or_else(|| self.start(name), Ok)?;
        self.set_foreground(app, name);
        Ok(app)
    }

    fn run_of(&self, index: usize) -> Option<AppId> {
        self.apps
            .borrow()
            .get(index)?
            .active
            .as_ref()
            .map(|active| active.id)
    }

    fn set_foreground(&self, app: AppId, name: &str) {
        self.foreground.set(Some(app));
        self.observe(&Event::Foreground { app, name });
    }

    /// Returns the time of the next start or switch that is due.
    fn next_due(&self) -> Option<Instant> {
        let apps = self.apps.borrow();
        let starts = apps.iter().filter_map(|entry| entry.due);
        let switch = self.switch.borrow().as_ref().map(|switch| switch.due);
        starts.chain(switch).min()
    }
}
