//! Who runs when.
//!
//! In each poll, first every app that waits for something is polled, the most important first; then one app that was
//! preempted gets another slice, or one that is due is started. So an app whose time has come waits for one slice or
//! one start at most, however many others spin or crash.

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

/// How long a start that finds no room is put off at first; twice as long each time.
const POSTPONED_FOR: Duration = Duration::from_secs(1);

/// How often a start is put off before it is dropped.
const POSTPONED_MOST: u8 = 8;

/// The order in which apps that wait are looked at: by priority, then by age.
type Rank = (Reverse<u8>, AppId);

impl<B: Board, E: Engine> Runtime<B, E> {
    /// Runs the apps, and what the board's modules do beside them.
    ///
    /// # Cancel safety
    ///
    /// A drop pauses every app where it is; awaiting this again resumes.
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
        // One that was preempted in this poll has had its slice.
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

    /// Gives a preempted app its slice or starts one that is due: by turns, where there are both.
    fn give_turn(&self, preempted: Option<AppId>, cx: &mut Context<'_>) {
        let may_start = preempted.is_none() || !self.started.get();
        self.started
            .set(may_start && (self.switch_due() || self.start_due()));
        if let Some(app) = preempted.filter(|_| !self.started.get()) {
            self.poll_app(app, cx);
            self.turn.set(app);
        }
    }

    /// Returns the next of the apps that wait for something, the most important first. Nothing is allocated for that:
    /// it happens each time something wakes the device.
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

    /// Returns the preempted app whose turn it is: the next run after the one whose turn it was.
    fn next_preempted(&self) -> Option<AppId> {
        let last = self.turn.get();
        let apps = self.apps.borrow();
        let active = apps.iter().filter_map(|entry| entry.active.as_ref());
        let preempted = active.filter(|active| active.meter.is_preempted());
        preempted
            .map(|active| active.id)
            .min_by_key(|app| (*app <= last, *app))
    }

    /// Polls a run once: for one slice at most.
    ///
    /// Any app may be installed or uninstalled in that, this one too, so the run is known by its id and not by a place.
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

    /// Tells whether a run that was polled is to end: it was stopped in that, or its app uninstalled.
    fn was_stopped(&self, app: AppId) -> bool {
        let apps = self.apps.borrow();
        let entry = apps.iter().find(|entry| entry.runs_as(app));
        entry
            .and_then(|entry| entry.active.as_ref())
            .is_none_or(|active| active.stop)
    }

    /// Starts one app that is due: a restart, an autostart, or what another app has asked for. Returns whether there was
    /// one.
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

    /// Lets an app that finds no room be due again later, and returns whether it is: not for ever.
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

    /// Brings to the foreground what was asked for, if its time has come, and returns whether that took a turn.
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

    /// Returns when an app may be started by others than the operator, if it does not run.
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

    /// Returns when something is due next.
    fn next_due(&self) -> Option<Instant> {
        let apps = self.apps.borrow();
        let starts = apps.iter().filter_map(|entry| entry.due);
        let switch = self.switch.borrow().as_ref().map(|switch| switch.due);
        starts.chain(switch).min()
    }
}
