use super::Line;
use heapless::Deque;

/// The lines that can be recalled.
const KEPT: usize = 4;

/// The last lines that were typed, the newest first.
#[derive(Default)]
pub(super) struct History {
    lines: Deque<Line, KEPT>,
    /// The line that is shown, counted from 1; 0 is the one that is being typed.
    shown: usize,
}

impl History {
    /// Remembers a line, unless it is empty or the last one again.
    pub(super) fn add(&mut self, line: &Line) {
        if line.is_empty() || self.lines.front() == Some(line) {
            return;
        }
        if self.lines.is_full() {
            self.lines.pop_back();
        }
        // There is room now.
        let _ = self.lines.push_front(line.clone());
    }

    /// Goes back to the line that is being typed.
    pub(super) fn leave(&mut self) {
        self.shown = 0;
    }

    /// Returns the line before the one that is shown, if there is one.
    pub(super) fn older(&mut self) -> Option<Line> {
        let line = self.lines.iter().nth(self.shown)?;
        self.shown += 1;
        Some(line.clone())
    }

    /// Returns the line after the one that is shown; after the last comes an empty one.
    pub(super) fn newer(&mut self) -> Option<Line> {
        self.shown = self.shown.checked_sub(1)?;
        let index = self.shown.checked_sub(1);
        let line = index.and_then(|index| self.lines.iter().nth(index));
        Some(line.cloned().unwrap_or_default())
    }
}
