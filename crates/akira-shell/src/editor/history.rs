use super::Line;
use heapless::Deque;

/// Number of lines that can be recalled.
const KEPT: usize = 4;

/// Most recently typed lines, newest first.
#[derive(Default)]
pub(super) struct History {
    lines: Deque<Line, KEPT>,
    /// Number of the recalled line, counted from 1; 0 is the line that is being typed.
    shown: usize,
}

impl History {
    /// Adds a line, unless it is empty or equal to the newest one.
    pub(super) fn add(&mut self, line: &Line) {
        if line.is_empty() || self.lines.front() == Some(line) {
            return;
        }
        if self.lines.is_full() {
            self.lines.pop_back();
        }
        // Cannot fail: the oldest line was removed if the deque was full.
        let _ = self.lines.push_front(line.clone());
    }

    /// Returns to the line that is being typed.
    pub(super) fn leave(&mut self) {
        self.shown = 0;
    }

    /// Returns the next older line, or `None` at the oldest.
    pub(super) fn older(&mut self) -> Option<Line> {
        let line = self.lines.iter().nth(self.shown)?;
        self.shown += 1;
        Some(line.clone())
    }

    /// Returns the next newer line; after the newest, an empty one.
    pub(super) fn newer(&mut self) -> Option<Line> {
        self.shown = self.shown.checked_sub(1)?;
        let index = self.shown.checked_sub(1);
        let line = index.and_then(|index| self.lines.iter().nth(index));
        Some(line.cloned().unwrap_or_default())
    }
}
