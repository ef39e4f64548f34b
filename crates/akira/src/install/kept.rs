use crate::AppInfo;
use crate::Exit;
use crate::abi::caps::{AppName, Quotas};
use crate::abi::{AppId, Instant};
use core::time::Duration;

/// State of an app on flash that the library watches.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kept {
    pub(super) name: AppName,
    /// Maximum of each quota that the signer allowed when the app was admitted.
    pub(super) limits: Quotas,
    /// Whether another version is replacing the app. If this is still set at a later look, that
    /// operation was dropped or failed, and the app is admitted from the flash again.
    pub(super) changes: bool,
    /// Whether the app's version is on trial: it must still run for `healthy_after`.
    pub(super) on_trial: bool,
    /// Run whose start was counted; `None` if no counted run is in progress.
    pub(super) counted: Option<AppId>,
    /// Whether the next start of the app was counted in advance.
    pub(super) is_counted_ahead: bool,
    /// Whether the counted start is recorded on flash. It is not recorded for an app that is
    /// already known to fail.
    pub(super) is_noted: bool,
    /// Time at which a start that was counted in advance is taken back if the app has not started
    /// by then.
    pub(super) spare_until: Option<Instant>,
    /// Whether the app waits until other apps have shown that the device survives their starts.
    pub(super) is_queued: bool,
    /// Whether the flash failed at the last look at the app, which was reported to the board.
    pub(super) in_trouble: bool,
    /// Number of crashes that the library has seen.
    pub(super) crashes: u32,
}

/// Next action of the library for an app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Look again when an event happens, or at this time.
    Wait(Instant),
    /// Count the start of this run.
    Started(AppId),
    /// Nothing: the run was stopped or never began, so it proves nothing about the app.
    Ended,
    /// Take back the start that was counted in advance, since it did not happen.
    Spare,
    /// Confirm the version: it runs well.
    Good,
    /// Handle a failure of the app.
    Bad,
}

impl Kept {
    pub(super) fn new(name: AppName, limits: Quotas, on_trial: bool) -> Self {
        Self {
            name,
            limits,
            changes: false,
            on_trial,
            counted: None,
            is_counted_ahead: false,
            is_noted: false,
            spare_until: None,
            is_queued: false,
            in_trouble: false,
            crashes: 0,
        }
    }

    /// Returns whether the app must still show that the device survives its start.
    pub(super) fn is_watched(&self) -> bool {
        let is_due = self.is_counted_ahead && self.spare_until.is_none();
        self.on_trial && (is_due || self.counted.is_some())
    }

    /// Records that the start of a run was counted, in advance or now.
    pub(super) fn note_start(&mut self, run: AppId, is_noted: bool) {
        (self.counted, self.is_noted) = (Some(run), is_noted);
        (self.is_counted_ahead, self.spare_until) = (false, None);
    }

    /// Derives the next action from the current state of the app.
    pub(super) fn judge(&self, app: &AppInfo, now: Instant, healthy_after: Duration) -> Verdict {
        if !self.on_trial {
            let crashed = app.crashes > self.crashes;
            return if crashed {
                Verdict::Bad
            } else {
                Verdict::Wait(Instant::NEVER)
            };
        }
        match (app.run, self.counted) {
            (Some(run), Some(counted)) if run.id == counted => {
                let healthy = run.started + healthy_after;
                if now >= healthy {
                    Verdict::Good
                } else {
                    Verdict::Wait(healthy)
                }
            }
            (_, Some(_)) => match app.exit {
                // The returned value is irrelevant: AkiraOS ignores it, so apps return any value.
                Some(Exit::Returned(_)) => Verdict::Good,
                Some(Exit::Stopped) | None => Verdict::Ended,
                Some(_) => Verdict::Bad,
            },
            (Some(run), None) => Verdict::Started(run.id),
            (None, None) if app.crashes > self.crashes => Verdict::Bad,
            (None, None) => match self.spare_until {
                Some(until) if now >= until => Verdict::Spare,
                Some(until) => Verdict::Wait(until),
                None if self.is_counted_ahead && !app.is_due => Verdict::Ended,
                None => Verdict::Wait(Instant::NEVER),
            },
        }
    }
}
