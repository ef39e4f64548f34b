use crate::AppInfo;
use crate::Exit;
use crate::abi::caps::{AppName, Quotas};
use crate::abi::{AppId, Instant};
use core::time::Duration;

/// An app that is kept on flash, as far as it is watched.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kept {
    pub(super) name: AppName,
    /// The most that its signer gave it of each quota when it was let in.
    pub(super) limits: Quotas,
    /// Whether another version takes its place just now: who finds it so later lets in what the flash has.
    pub(super) changes: bool,
    /// Whether its version has still to show that it runs.
    pub(super) on_trial: bool,
    /// The run whose start was counted.
    pub(super) counted: Option<AppId>,
    /// Whether the start that comes next was counted before it.
    pub(super) is_counted_ahead: bool,
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
    /// Its run ended, and says nothing about it.
    Ended,
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
            in_trouble: false,
            crashes: 0,
        }
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
                Some(Exit::Returned(0)) => Verdict::Good,
                Some(Exit::Stopped) | None => Verdict::Ended,
                Some(_) => Verdict::Bad,
            },
            (Some(run), None) => Verdict::Started(run.id),
            (None, None) if app.crashes > self.crashes => Verdict::Bad,
            (None, None) => Verdict::Wait(Instant::NEVER),
        }
    }
}
