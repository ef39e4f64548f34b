use crate::AppInfo;
use crate::Exit;
use crate::abi::caps::{AppName, Quotas};
use crate::abi::{AppId, Instant};
use core::time::Duration;

/// An app that is kept on flash, as far as it is watched.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kept {
    pub(super) name: AppName,
    /// The most that its signer gave it of each quota when it was admitted.
    pub(super) limits: Quotas,
    /// Whether another version takes its place just now: who finds it so later admits what the flash has.
    pub(super) changes: bool,
    /// Whether its version has still to show that it runs.
    pub(super) on_trial: bool,
    /// The run whose start was counted.
    pub(super) counted: Option<AppId>,
    /// Whether the start that comes next was counted before it.
    pub(super) is_counted_ahead: bool,
    /// Whether the flash has the start that is counted; not if it is known already that the app fails.
    pub(super) is_noted: bool,
    /// When a start that was counted ahead, and that may not come, is taken back.
    pub(super) spare_until: Option<Instant>,
    /// Whether it waits for other apps to show that the device does not go down with them.
    pub(super) is_queued: bool,
    /// Whether the flash failed when it was looked at last, which the board has heard of.
    pub(super) in_trouble: bool,
    /// The crashes of it that were seen.
    pub(super) crashes: u32,
}

/// What is to be done about an app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Look again when something happens, or at this time.
    Wait(Instant),
    /// A start of it is to be counted.
    Started(AppId),
    /// Its run ended, or never began, and says nothing about it.
    Ended,
    /// No start has come for the one that was counted.
    Spare,
    /// It runs as it should.
    Good,
    /// It failed.
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

    /// Tells whether it is still to show that the device does not go down with it.
    pub(super) fn is_watched(&self) -> bool {
        let is_due = self.is_counted_ahead && self.spare_until.is_none();
        self.on_trial && (is_due || self.counted.is_some())
    }

    /// Notes that a run of it was counted before it was started, or now.
    pub(super) fn note_start(&mut self, run: AppId, is_noted: bool) {
        (self.counted, self.is_noted) = (Some(run), is_noted);
        (self.is_counted_ahead, self.spare_until) = (false, None);
    }

    /// Judges an app by what is known of it.
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
                // Whatever it returns: AkiraOS ignores that, so apps return what they like.
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
