use core::time::Duration;

use akira_abi::Instant;

/// How long after the last drawing call the display flushes by itself, as on AkiraOS.
pub const AUTO_FLUSH_AFTER: Duration = Duration::from_millis(50);

/// How long after the first drawing call since the last flush the display flushes at the latest, so that an app that
/// never stops drawing is seen.
pub const AUTO_FLUSH_WITHIN: Duration = Duration::from_millis(200);

/// When the next automatic flush is due.
///
/// A drawing call does not know the time; it says that it drew, and whoever watches looks at the clock.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Schedule {
    drew: bool,
    span: Option<Span>,
}

/// When the first and the last drawing call were, since the last flush.
#[derive(Clone, Copy, Debug)]
struct Span {
    first: Instant,
    last: Instant,
}

impl Schedule {
    /// Says that there is something to flush.
    pub(crate) fn draw(&mut self) {
        self.drew = true;
    }

    /// Returns when the next flush is due, counting what was drawn since the last look as drawn now.
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
