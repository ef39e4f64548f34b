use crate::AppInfo;
use crate::Exit;
use crate::abi::caps::{AppName, Quotas};
use crate::abi::{AppId, Instant};
use core::time::Duration;

/// State of the watch over an app on flash.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kept {
    pub(super) name: AppName,
    /// Maximum that its signer allowed of each quota at its admission.
    pub(super) limits: Quotas,
    /// Whether another version is replacing it. If this is still set at a later look, the app on flash is admitted
    /// again.
    pub(super) changes: bool,
    /// Whether its version is on trial.
    pub(super) on_trial: bool,
    /// Run whose start was counted.
    pub(super) counted: Option<AppId>,
    /// Whether the next start was counted in advance.
    pub(super) is_counted_ahead: bool,
    /// Whether the counted start is recorded on flash; false if the app is already known to fail.
    pub(super) is_noted: bool,
    /// Time at which a start that was counted in advance is taken back, if none happens.
    pub(super) spare_until: Option<Instant>,
    /// Whether it waits for other apps to show that the device survives their starts.
    pub(super) is_queued: bool,
    /// Whether the flash failed at the last look, which was announced to the board.
    pub(super) in_trouble: bool,
    /// Crashes that were seen.
    pub(super) crashes: u32,
}

/// The next action for an app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Look again when something happens, or at this time.
    Wait(Instant),
    /// Count a start.
    Started(AppId),
    /// The run ended, or never began, and is no evidence about the app.
    Ended,
    /// The start that was counted in advance did not happen.
    Spare,
    /// The app runs well.
    Good,
    /// The app failed.
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

    /// Returns whether it has yet to show that the device survives its start.
    pub(super) fn is_watched(&self) -> bool {
        let is_due = self.is_counted_ahead && self.spare_until.is_none();
        self.on_trial && (is_due || self.counted.is_some())
    }

    /// Records that the start of a run was counted, in advance or now.
    pub(super) fn note_start(&mut self, run: AppId, is_noted: bool) {
        (self.counted, self.is_noted) = (Some(run), is_noted);
        (self.is_counted_ahead, self.spare_until) = (false, None);
    }

    /// Judges an app by its present state.
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
