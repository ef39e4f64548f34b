use core::time::Duration;

use akira_abi::Instant;

/// Time from the last drawing call to the automatic flush, as on AkiraOS.
pub const AUTO_FLUSH_AFTER: Duration = Duration::from_millis(50);

/// Maximum time from the first drawing call since the last flush to the automatic flush. It makes
/// the output of an app visible that draws without a pause.
pub const AUTO_FLUSH_WITHIN: Duration = Duration::from_millis(200);

/// Computes when the next automatic flush is due.
///
/// A drawing call does not know the time. It only sets a flag; the task that runs the automatic
/// flush reads the clock.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Schedule {
    drew: bool,
    span: Option<Span>,
}

/// Times of the first and the last drawing call since the last flush.
#[derive(Clone, Copy, Debug)]
struct Span {
    first: Instant,
    last: Instant,
}

impl Schedule {
    /// Records that the framebuffer has changes to flush.
    pub(crate) fn draw(&mut self) {
        self.drew = true;
    }

    /// Returns the time at which the next flush is due, or `None` without changes. A drawing call
    /// since the previous call of `due` counts as made at `now`.
    pub(crate) fn due(&mut self, now: Instant) -> Option<Instant> {
        if self.drew {
            let first = self.span.map_or(now, |span| span.first);
            self.span = Some(Span { first, last: now });
            self.drew = false;
        }
        let Span { first, last } = self.span?;
        Some((last + AUTO_FLUSH_AFTER).min(first + AUTO_FLUSH_WITHIN))
    }
}
